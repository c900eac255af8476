/* What a list of Keras layers makes of an input: shapes, parameters, multiply-adds,
   memory, receptive fields, or its first mistake; and its code. Touches no page. */
(() => {
  const VALUE_BYTES = 4; // float32
  const product = (numbers) => numbers.reduce((all, number) => all * number, 1);

  /* Layers by name: the arguments in Keras' order with its defaults; null is required.
     `rank` is the number of axes on which a window moves. */
  const CONV = { filters: null, kernel_size: null, strides: 1, padding: "valid",
    dilation_rate: 1, groups: 1, activation: "linear", use_bias: true };
  const DEPTHWISE = { kernel_size: null, strides: 1, padding: "valid",
    depth_multiplier: 1, dilation_rate: 1, activation: "linear", use_bias: true };
  const POOL = { pool_size: 2, strides: null, padding: "valid" };
  const LAYERS = {};
  for (const rank of [1, 2, 3]) {
    LAYERS[`Conv${rank}D`] = { kind: "conv", rank, args: CONV };
    if (rank < 3) LAYERS[`DepthwiseConv${rank}D`] = { kind: "depthwise", rank, args: DEPTHWISE };
    for (const name of ["Max", "Average"]) {
      // Keras gives MaxPooling a size, AveragePooling none.
      const args = name === "Max" ? POOL : { ...POOL, pool_size: null };
      LAYERS[`${name}Pooling${rank}D`] = { kind: "pool", rank, args };
      LAYERS[`Global${name}Pooling${rank}D`] = { kind: "global", rank, args: {} };
    }
  }
  Object.assign(LAYERS, {
    Flatten: { kind: "flatten", args: {} },
    Dense: { kind: "dense", args: { units: null, activation: "linear", use_bias: true } },
    BatchNormalization: { kind: "norm", args: { center: true, scale: true } },
    Dropout: { kind: "same", args: { rate: null } },
    ReLU: { kind: "same", args: {} },
    Rescaling: { kind: "same", args: { scale: null, offset: 0 } },
    Concatenate: { kind: "concatenate", args: {} },
  });
  const PADDINGS = ["valid", "same"];
  const ACTIVATIONS = ["linear", "relu", "gelu", "tanh", "sigmoid", "softmax"];
  const COUNTS = ["filters", "units", "groups", "depth_multiplier"];
  const WINDOWS = ["kernel_size", "pool_size", "strides", "dilation_rate"];

  /* A mistake: `code` says which, the values what a sentence on it needs. */
  class Mistake extends Error {
    constructor(code, values = {}) {
      super(`${code} ${JSON.stringify(values)}`);
      Object.assign(this, { code, values });
    }
  }
  const ensure = (holds, code, values) => {
    if (!holds) throw new Mistake(code, values);
  };
  const LARGEST_COUNT = 1e6;
  const counts = (number) => Number.isInteger(number) && number > 0 && number <= LARGEST_COUNT;

  /* All arguments of a layer, each checked; window settings as one number an axis. */
  const complete = (layer) => {
    ensure(Object.hasOwn(LAYERS, layer.layer), "unknown", { layer: layer.layer });
    const { args, rank } = LAYERS[layer.layer];
    const all = { ...args };
    for (const name of Object.keys(args)) {
      if (layer[name] !== undefined) all[name] = layer[name];
      if (COUNTS.includes(name)) ensure(counts(all[name]), "count", { name });
    }
    for (const name of WINDOWS.filter((name) => name in all)) {
      if (name === "strides" && all[name] === null) all[name] = all.pool_size;
      const sizes = Array.isArray(all[name]) ? all[name] : new Array(rank).fill(all[name]);
      ensure(sizes.length === rank, "axes", { name, rank });
      ensure(sizes.every(counts), "count", { name });
      all[name] = sizes;
    }
    if ("padding" in all) {
      const known = layer.layer === "Conv1D" ? [...PADDINGS, "causal"] : PADDINGS;
      ensure(known.includes(all.padding), "padding", { known });
    }
    ensure(ACTIVATIONS.includes(all.activation ?? "linear"), "unknown");
    for (const [name, usual] of Object.entries(args))
      ensure(typeof usual !== "boolean" || typeof all[name] === "boolean", "unknown");
    if ("rate" in all) ensure(all.rate >= 0 && all.rate <= 1, "rate");
    if (layer.layer === "Rescaling")
      ensure(Number.isFinite(all.scale) && Number.isFinite(all.offset), "scale");
    return all;
  };

  /* A window over one axis: `n` places become `size`; `low` and `high` are the first and
     the last input of output 0, and `jump` how far those of output 1 lie on.
     Padding as TensorFlow does it: an odd zero stands at the end. */
  const slide = ({ n, low, high, jump }, k, stride, dilation, padding) => {
    const reach = dilation * (k - 1) + 1;
    let before = 0;
    let size = Math.floor((n - reach) / stride) + 1;
    if (padding !== "valid") {
      size = Math.ceil(n / stride);
      const zeros = Math.max((size - 1) * stride + reach - n, 0);
      before = padding === "causal" ? reach - 1 : Math.floor(zeros / 2);
    }
    ensure(size > 0, "window", { reach, n });
    return {
      n: size,
      low: low - before * jump,
      high: high + (reach - 1 - before) * jump,
      jump: jump * stride,
    };
  };
  const whole = (axes) => axes.map(({ n, low, high, jump }) =>
    ({ n: 1, low, high: high + (n - 1) * jump, jump: jump * n }));

  /* What one layer makes of a tensor {axes, channels, flat}: `axes` of the input, each
     with its size here; `flat` is true once Flatten or global pooling took them away. */
  const moveWindow = (tensor, all, size) => tensor.axes.map((axis, i) =>
    slide(axis, all[size][i], all.strides[i], all.dilation_rate?.[i] ?? 1, all.padding));
  const APPLY = {
    conv(tensor, all) {
      const { filters, groups, kernel_size, use_bias } = all;
      ensure(filters % groups === 0, "groups", { groups, count: filters, name: "filters" });
      ensure(Math.max(...all.strides) === 1 || Math.max(...all.dilation_rate) === 1,
        "strideAndDilation");
      ensure(tensor.channels % groups === 0, "groups",
        { groups, count: tensor.channels, name: "channels" });
      const axes = moveWindow(tensor, all, "kernel_size");
      const weights = product(kernel_size) * (tensor.channels / groups) * filters;
      return {
        tensor: { axes, channels: filters },
        trainable: weights + (use_bias ? filters : 0),
        multiplyAdds: product(axes.map(({ n }) => n)) * weights,
      };
    },
    depthwise(tensor, all) {
      const axes = moveWindow(tensor, all, "kernel_size");
      const channels = tensor.channels * all.depth_multiplier;
      const weights = product(all.kernel_size) * channels;
      return {
        tensor: { axes, channels },
        trainable: weights + (all.use_bias ? channels : 0),
        multiplyAdds: product(axes.map(({ n }) => n)) * weights,
      };
    },
    pool: (tensor, all) => ({
      tensor: { axes: moveWindow(tensor, all, "pool_size"), channels: tensor.channels },
    }),
    global: (tensor) => ({
      tensor: { axes: whole(tensor.axes), channels: tensor.channels, flat: true },
    }),
    flatten: (tensor) => ({
      tensor: { ...tensor, channels: product(shapeOf(tensor)), flat: true },
    }),
    dense(tensor, { units, use_bias }) {
      const axes = tensor.flat ? whole(tensor.axes) : tensor.axes;
      const weights = tensor.channels * units;
      return {
        tensor: { axes, channels: units, flat: tensor.flat },
        trainable: weights + (use_bias ? units : 0),
        multiplyAdds: product(tensor.flat ? [] : axes.map(({ n }) => n)) * weights,
      };
    },
    norm: (tensor, { center, scale }) => ({
      tensor,
      trainable: tensor.channels * (Number(center) + Number(scale)),
      frozen: 2 * tensor.channels, // running mean and variance
    }),
    same: (tensor) => ({ tensor }),
  };

  const shapeOf = ({ axes, channels, flat }) =>
    flat ? [channels] : [...axes.map(({ n }) => n), channels];
  const join = (tensors) => {
    const shapes = tensors.map(shapeOf);
    const sizes = shapes.map((shape) => shape.slice(0, -1).join("×"));
    ensure(new Set(sizes).size === 1, "branches", { shapes });
    const [{ flat }] = tensors;
    const all = tensors.map(({ axes }) => (flat ? whole(axes) : axes));
    return {
      axes: all[0].map((axis, i) => ({
        ...axis,
        low: Math.min(...all.map((axes) => axes[i].low)),
        high: Math.max(...all.map((axes) => axes[i].high)),
      })),
      channels: tensors.reduce((sum, { channels }) => sum + channels, 0),
      flat,
    };
  };

  const describe = (path, layer, { tensor, trainable = 0, frozen = 0, multiplyAdds = 0 }) => {
    const shape = shapeOf(tensor);
    return {
      path, layer, shape, trainable, frozen, multiplyAdds,
      parameters: trainable + frozen,
      bytes: VALUE_BYTES * product(shape),
      field: tensor.axes.map(({ low, high }) => high - low + 1),
      low: tensor.axes.map(({ low }) => low),
      jump: tensor.axes.map(({ jump }) => jump),
    };
  };

  /* Follow a tensor through layers, adding one row for each to `rows`. */
  const walk = (start, layers, above, rows) => {
    let tensor = start;
    layers.forEach((layer, i) => {
      const path = [...above, i];
      try {
        const all = complete(layer);
        const { kind, rank } = LAYERS[layer.layer];
        let result;
        if (kind === "concatenate") {
          const branches = layer.branches ?? [];
          ensure(branches.length > 1, "fewBranches");
          result = { tensor: join(branches.map((branch, j) =>
            walk(tensor, branch, [...path, j], rows))) };
        } else {
          const found = shapeOf(tensor);
          ensure(!rank || found.length === rank + 1, "rank", { rank, shape: found });
          result = APPLY[kind](tensor, all);
        }
        rows.push(describe(path, layer.layer, result));
        ({ tensor } = result);
      } catch (error) {
        if (error instanceof Mistake && !error.path) {
          Object.assign(error, { path, layer: layer.layer });
        }
        throw error;
      }
    });
    return tensor;
  };

  /* Return {rows, totals, mistake} for an input shape without the batch, such as
     [28, 28, 1], and layers such as {layer: "Conv2D", filters: 16, kernel_size: [3, 3]};
     a Concatenate holds `branches`, lists of layers that all read what comes to it.
     Rows come in the order of the calls; `path` leads to the layer: [2] is the third,
     [2, 0, 1] the second of the first branch of the third. Rows end before the first
     mistake, {path, layer, code, values}, which is null for a network that Keras builds.
     Memory is that of the outputs for one sample, in float32. */
  const summarise = (input, layers) => {
    const rows = [];
    let mistake = null;
    try {
      ensure(Array.isArray(input) && input.length > 0 && input.length < 5
        && input.every(counts), "wrong_input");
      const axes = input.slice(0, -1).map((n) => ({ n, low: 0, high: 0, jump: 1 }));
      const flat = axes.length === 0;
      walk({ axes, channels: input.at(-1), flat }, layers, [], rows);
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      const { path = [], layer = null, code, values } = error;
      mistake = { path, layer, code, values };
    }
    const totals = {};
    for (const name of ["parameters", "trainable", "frozen", "multiplyAdds", "bytes"]) {
      totals[name] = rows.reduce((sum, row) => sum + row[name], 0);
    }
    return { rows, totals, mistake };
  };

  /* One layer as Python: Keras' defaults are left out, the first arguments have no name. */
  const PLACED = ["filters", "kernel_size", "pool_size", "units", "rate", "scale"];
  const literal = (value) => {
    if (Array.isArray(value)) {
      return new Set(value).size === 1 ? String(value[0])
        : `(${value.join(", ")})`;
    }
    if (typeof value === "boolean") return value ? "True" : "False";
    return typeof value === "string" ? `"${value}"` : String(value);
  };
  const argumentsOf = (layer, print) => {
    const { args, kind } = LAYERS[layer.layer];
    return Object.entries(args)
      .map(([name, usual]) => [name, layer[name] ?? usual, usual])
      .filter(([, value, usual]) => value !== null
        && (usual === null || print(value) !== print(usual)))
      .map(([name, value]) => [name, print(value), PLACED.includes(name) && kind !== "norm"]);
  };
  const call = (layer) => {
    const parts = argumentsOf(layer, literal).map(([name, value, placed]) =>
      (placed ? value : `${name}=${value}`));
    return `layers.${layer.layer}(${parts.join(", ")})`;
  };
  const tuple = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

  const follow = (layers, input, name, lines) => {
    let last = input;
    layers.forEach((layer) => {
      if (layer.layer === "Concatenate") {
        const ends = layer.branches.map((branch, j) =>
          follow(branch, last, `${name}_${j + 1}`, lines));
        lines.push(`${name} = layers.Concatenate()([${ends.join(", ")}])`);
      } else {
        lines.push(`${name} = ${call(layer)}(${last})`);
      }
      last = name;
    });
    return last;
  };

  /* Return Python that builds the network in Keras and prints its summary. */
  const toKeras = (input, layers) => {
    const head = "import keras\nfrom keras import layers\n\n";
    const first = `keras.Input(${tuple(input)})`;
    const tail = "model.summary()\n";
    if (!layers.some(({ layer }) => layer === "Concatenate")) {
      const lines = [first, ...layers.map(call)].map((line) => `        ${line},\n`);
      return `${head}model = keras.Sequential(\n    [\n${lines.join("")}    ]\n)\n${tail}`;
    }
    const lines = [];
    const last = follow(layers, "inputs", "x", lines);
    return `${head}inputs = ${first}\n${lines.join("\n")}\n`
      + `model = keras.Model(inputs, ${last})\n${tail}`;
  };

  /* Layers as a short text, "Conv2D(16, 3x5, padding=same); Flatten", in which the
     branches of Concatenate are lists of layers: "Concatenate(Conv2D(8, 1) | ReLU)". */
  const MOST_LAYERS = 120;
  const bare = (value) => (Array.isArray(value)
    ? (new Set(value).size === 1 ? String(value[0]) : value.join("x")) : String(value));
  const write = (layers) => layers.map((layer) => {
    if (layer.layer === "Concatenate")
      return `Concatenate(${layer.branches.map(write).join(" | ")})`;
    const parts = argumentsOf(layer, bare).map(([name, value, placed]) =>
      (placed ? value : `${name}=${value}`));
    return layer.layer + (parts.length ? `(${parts.join(", ")})` : "");
  }).join("; ");

  const valueOf = (text) => {
    if (/^\d+(x\d+)+$/.test(text)) return text.split("x").map(Number);
    if (/^(true|false)$/.test(text)) return text === "true";
    return /^-?[\d.]+$/.test(text) ? Number(text) : text;
  };
  const parse = (text) => {
    const tokens = text.match(/[\w.=+-]+|[^\s]/g) ?? [];
    let number = 0;
    let at = 0;
    const take = (wanted) => tokens[at] === wanted && (at += 1) > 0;
    const layerOf = () => {
      const layer = { layer: tokens[at] };
      ensure(Object.hasOwn(LAYERS, layer.layer ?? ""), "unknown");
      at += 1;
      number += 1;
      ensure(number <= MOST_LAYERS, "many", { most: MOST_LAYERS });
      const open = take("(");
      if (layer.layer === "Concatenate") {
        layer.branches = [];
        if (open) do layer.branches.push(listOf()); while (take("|"));
      } else if (open && tokens[at] !== ")") {
        const names = Object.keys(LAYERS[layer.layer].args);
        let i = 0;
        do {
          const [name, value] = tokens[at]?.includes("=")
            ? tokens[at].split("=") : [names[i], tokens[at]];
          ensure(names.includes(name) && value, "unknown");
          layer[name] = valueOf(value);
          i += 1;
          at += 1;
        } while (take(","));
      }
      ensure(!open || take(")"), "unknown");
      return layer;
    };
    const listOf = () => {
      const layers = [];
      while (![undefined, "|", ")"].includes(tokens[at])) {
        layers.push(layerOf());
        if (!take(";")) break;
      }
      return layers;
    };
    const layers = listOf();
    ensure(at === tokens.length, "unknown");
    return layers;
  };
  const checkAll = (layers) => layers.forEach((layer) => {
    complete(layer);
    (layer.branches ?? []).forEach(checkAll);
  });

  /* Return the state of these texts: input, layers, and what summarise makes of them.
     Arguments that no input could mend are refused; a layer that does not fit what comes
     to it is part of the state, as its mistake. */
  const read = ({ input, layers }) => {
    try {
      const shape = input.split(/[\s,x×]+/).filter(Boolean).map(Number);
      ensure(shape.length > 0 && shape.length < 5 && shape.every(counts), "wrong_input");
      const network = parse(layers);
      checkAll(network);
      return { input: shape, layers: network, summary: summarise(shape, network) };
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      throw new RangeError([error.code, ...Object.values(error.values).map(String)
        .filter((value) => !/\s/.test(value))].join(" "));
    }
  };

  /* The networks of the chapters, as texts. */
  const same = (filters, size) => `Conv2D(${filters}, ${size}, padding=same, activation=relu)`;
  const normed = (filters, size) =>
    `Conv2D(${filters}, ${size}, padding=same, use_bias=false); BatchNormalization; ReLU`;
  const narrowing = "MaxPooling2D(3, strides=1, padding=same)";
  const inception = (conv, [one, before3, three, before5, five, pool]) =>
    `Concatenate(${[conv(one, 1), `${conv(before3, 1)}; ${conv(three, 3)}`,
      `${conv(before5, 1)}; ${conv(five, 5)}`, `${narrowing}; ${conv(pool, 1)}`].join(" | ")})`;
  const even = (conv, filters) =>
    inception(conv, [filters, filters / 2, filters, filters / 2, filters, filters]);
  const onDigits = (body) => `${body}; Dense(10)`;
  const pooled = (...convs) => convs.map((conv) => `${conv}; MaxPooling2D`).join("; ");
  const valid = (filters) => `Conv2D(${filters}, 3, activation=relu)`;
  const relu = (units) => `Dense(${units}, activation=relu)`;
  const question = (head) => `${[[16, 3], [32, 5], [64, 5]].map(([filters, size]) =>
    `Conv1D(${filters}, ${size}, activation=relu); MaxPooling1D(2); `).join("")}${head}; `
    + `${relu(128)}; Dense(5, activation=softmax)`;
  const bottleneck = [normed(12, 1), normed(12, 3), normed(48, 1)].join("; ");
  const PRESETS = {
    digits: ["64", onDigits(`${relu(32)}; ${relu(32)}`)],
    filter: ["3 3 1", "Conv2D(1, 2, use_bias=false)"],
    question: ["500 7", question("Flatten")],
    average: ["500 7", question("GlobalAveragePooling1D")],
    channels: ["12 12 12", `${valid(8)}; ${valid(16)}; GlobalAveragePooling2D; `
      + "Dense(1, activation=sigmoid)"],
    video: ["12 12 12 1", "Conv3D(8, 3, activation=relu); Conv3D(16, 3, activation=relu); "
      + "GlobalAveragePooling3D; Dense(1, activation=sigmoid)"],
    mri: ["256 256 1", `${pooled(valid(16), valid(32), valid(64))}; Flatten; ${relu(64)}; `
      + "Dense(1, activation=sigmoid)"],
    small_mri: ["64 64 1", `Rescaling(0.0078431373, offset=-1); ${pooled(
      ...[16, 32, 64, 128].map((filters) => normed(filters, 3)))}; `
      + "Concatenate(GlobalAveragePooling2D | GlobalMaxPooling2D); Dropout(0.4); "
      + "Dense(1, activation=sigmoid)"],
    robust: ["24 24 1", onDigits(`${pooled(valid(16), valid(32))}; Flatten`)],
    hunger: ["8 8 1", onDigits(`${valid(16)}; ${pooled(valid(24))}; Flatten`)],
    positions: ["32 32 1", onDigits(`${pooled(valid(8), valid(16))}; Flatten`)],
    no_positions: ["32 32 1", onDigits(
      `${pooled(valid(8))}; ${valid(32)}; ${valid(32)}; GlobalAveragePooling2D`)],
    causal: ["64 2", `${[1, 2, 4, 8, 16, 32].map((dilation) => "Conv1D(16, 2, padding=causal, "
      + `dilation_rate=${dilation}, activation=relu); `).join("")}Conv1D(1, 1)`],
    filters: ["32 32 3", onDigits(`${pooled("Conv2D(24, 7, activation=relu)", valid(32))}; `
      + `${valid(64)}; GlobalAveragePooling2D`)],
    ones: ["32 32 128", `${same(32, 1)}; ${same(1, 1)}`],
    threes: ["32 32 128", `${same(32, 3)}; ${same(32, 3)}`],
    bottleneck: ["32 32 3", `Rescaling(0.0039215686); Conv2D(48, 3, strides=2, padding=same, `
      + `use_bias=false); BatchNormalization; ReLU; ${bottleneck}; MaxPooling2D; ${bottleneck}; `
      + "GlobalAveragePooling2D; Dense(10, activation=softmax)"],
    googlenet: ["28 28 192", inception(same, [64, 96, 128, 16, 32, 32])],
    squeezenet: ["55 55 96",
      `${same(16, 1)}; Concatenate(${same(64, 1)} | ${same(64, 3)})`],
    mobilenet: ["14 14 512",
      `DepthwiseConv2D(3, padding=same, activation=relu); ${same(512, 1)}`],
    inception: ["32 32 3", `${[32, 64, 32].map((filters) => same(filters, 3)).join("; ")}; `
      + `MaxPooling2D; ${even(same, 64)}; ${[128, 256].map((filters) =>
        `${same(filters, 3)}; BatchNormalization; Dropout(0.5); `).join("")}`
      + "Flatten; Dense(10, activation=softmax)"],
    small_inception: ["32 32 3", `${normed(32, 3)}; MaxPooling2D; ${even(normed, 32)}; `
      + `MaxPooling2D; ${[1, 2, 3].map(() => even(normed, 64)).join("; ")}; `
      + "GlobalAveragePooling2D; Dense(10, activation=softmax)"],
  };
  const preset = (name) => ({ input: PRESETS[name][0], layers: PRESETS[name][1] });
  const defaults = preset("question");

  const shapes = { defaults, read, summarise, toKeras, write, parse, preset,
    PRESETS: Object.keys(PRESETS), LAYERS, PADDINGS, ACTIVATIONS };
  if (typeof module === "object") module.exports = shapes;
  else (globalThis.hamgashtExplorers ??= {}).shapes = shapes;
})();
