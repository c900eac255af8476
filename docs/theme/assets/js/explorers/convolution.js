/*
 * A two-dimensional convolution layer with one channel, and its gradients: what Keras
 * computes, entry by entry. No DOM: a page loads it, Node and the site's build do, too.
 */
(() => {
  const LARGEST_SIZE = 9, LARGEST_STEP = 9, LARGEST_PADDING = 4, LARGEST_NUMBER = 1e6;
  const PARTS = ["forward", "filter", "input"];

  const pair = (value) => (Array.isArray(value) ? value : [value, value]);
  const fill = ([rows, columns], entry) => Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => entry(row, column)));
  const sizes = (matrix) => [matrix.length, matrix[0].length];

  /*
   * Where the filter stands, for rows (0) and columns (1): the sizes of input and filter,
   * stride, dilation, span (of the dilated filter), before and after (numbers of zeros),
   * out (size of the output).
   */
  const place = (x, f, { strides = 1, padding = "valid", dilation = 1 } = {}) =>
    [0, 1].map((axis) => {
      const [input, filter] = [sizes(x)[axis], sizes(f)[axis]];
      const [stride, gap] = [pair(strides)[axis], pair(dilation)[axis]];
      const span = (filter - 1) * gap + 1;
      let before = 0, after = 0;
      if (padding === "same") {
        const zeros = Math.max((Math.ceil(input / stride) - 1) * stride + span - input, 0);
        before = Math.floor(zeros / 2);
        after = zeros - before;
      } else if (padding !== "valid") before = after = pair(padding)[axis];
      const whole = input + before + after;
      const out = Math.max(0, Math.floor((whole - span) / stride) + 1);
      return { input, filter, stride, dilation: gap, span, before, after, whole, out };
    });
  const outputSizes = (places) => places.map(({ out }) => out);

  // Which entries of one axis meet: output, filter and input, where two of them are given.
  const inputAt = (axis, out, entry) => out * axis.stride + entry * axis.dilation - axis.before;
  const outputAt = (axis, input, entry) => {
    const out = (input + axis.before - entry * axis.dilation) / axis.stride;
    return Number.isInteger(out) && out >= 0 && out < axis.out ? out : -1;
  };

  const products = (rows, columns, term) => {
    const found = [];
    for (let a = 0; a < rows; a += 1)
      for (let b = 0; b < columns; b += 1) {
        const made = term(a, b);
        if (made) found.push(made);
      }
    return found;
  };

  /*
   * The products that add up to one entry: places {o, f, x} as [row, column], from 0 on.
   * `of` is "output", "filter" or "input". In an output, x may lie outside: a zero.
   */
  const terms = (places, of, [row, column]) => {
    const [down, across] = places;
    if (of === "output")
      return products(down.filter, across.filter, (u, v) => ({ o: [row, column], f: [u, v],
        x: [inputAt(down, row, u), inputAt(across, column, v)] }));
    if (of === "filter")
      return products(down.out, across.out, (i, j) => {
        const x = [inputAt(down, i, row), inputAt(across, j, column)];
        return x.every((at, axis) => at >= 0 && at < places[axis].input)
          && { o: [i, j], f: [row, column], x };
      });
    return products(down.filter, across.filter, (u, v) => {
      const o = [outputAt(down, row, u), outputAt(across, column, v)];
      return o.every((at) => at >= 0) && { o, f: [u, v], x: [row, column] };
    });
  };

  /* Calls a function with the rows and columns of output, filter and input that meet. */
  const eachProduct = ([down, across], call) => {
    for (let i = 0; i < down.out; i += 1)
      for (let u = 0; u < down.filter; u += 1) {
        const row = inputAt(down, i, u);
        if (row < 0 || row >= down.input) continue; // a zero
        for (let j = 0; j < across.out; j += 1)
          for (let v = 0; v < across.filter; v += 1) {
            const column = inputAt(across, j, v);
            if (column >= 0 && column < across.input) call(i, j, u, v, row, column);
          }
      }
  };

  /*
   * Returns the output, a matrix (rows of numbers), of the input x under the filter f.
   * options: strides, dilation (a number, or one for rows and one for columns), padding
   * ("valid", "same", or numbers of zeros on each side). The filter isn't turned.
   */
  const forward = (x, f, options) => {
    const places = place(x, f, options);
    const output = fill(outputSizes(places), () => 0);
    eachProduct(places, (i, j, u, v, row, column) => {
      output[i][j] += f[u][v] * x[row][column];
    });
    return output;
  };

  /* Returns { df, dx }: the gradients of a loss whose gradient for the output is dO. */
  const backward = (x, f, dO, options) => {
    const [df, dx] = [fill(sizes(f), () => 0), fill(sizes(x), () => 0)];
    eachProduct(place(x, f, options), (i, j, u, v, row, column) => {
      df[u][v] += dO[i][j] * x[row][column];
      dx[row][column] += dO[i][j] * f[u][v];
    });
    return { df, dx };
  };

  /* Returns the gradient of the output with the zeros between that a stride puts there. */
  const spread = (dO, options) => {
    const steps = pair(options.strides);
    return fill(sizes(dO).map((size, axis) => (size - 1) * steps[axis] + 1), (row, column) =>
      (row % steps[0] || column % steps[1] ? 0 : dO[row / steps[0]][column / steps[1]]));
  };

  // ---- The state -------------------------------------------------------------------

  const refuse = (...about) => {
    throw new RangeError(about.join(" "));
  };
  const toNumber = (text) => {
    const value = Number(text);
    if (text === "" || !Number.isFinite(value)) refuse("not_number");
    if (Math.abs(value) > LARGEST_NUMBER) refuse("too_large", LARGEST_NUMBER);
    return value;
  };
  const toMatrix = (text) => text.split(";").map((row) =>
    row.trim().split(/\s*,\s*|\s+/).map(toNumber));
  const toText = (matrix) => matrix.map((row) => row.join(",")).join(";");
  const isWhole = (value, least, most) =>
    Number.isInteger(value) && value >= least && value <= most;

  const readMatrix = (text) => {
    const matrix = toMatrix(text);
    const [rows, columns] = sizes(matrix);
    if (matrix.some((row) => row.length !== columns)) refuse("ragged");
    if (Math.max(rows, columns) > LARGEST_SIZE) refuse("size", LARGEST_SIZE);
    return matrix;
  };
  const readSteps = (text, problem, least, most) => {
    const steps = text.trim().split(/\s*,\s*|\s+/).map(toNumber);
    if (steps.length > 2 || !steps.every((step) => isWhole(step, least, most)))
      refuse(problem, least, most);
    return steps.length === 2 ? steps : [...steps, ...steps];
  };
  const readPadding = (text) => (["valid", "same"].includes(text) ? text
    : readSteps(text, "padding_range", 0, LARGEST_PADDING));

  const readLayer = (texts) => {
    const [x, f] = [readMatrix(texts.x), readMatrix(texts.f)];
    const options = {
      strides: readSteps(texts.strides, "strides_range", 1, LARGEST_STEP),
      padding: readPadding(texts.padding),
      dilation: readSteps(texts.dilation, "dilation_range", 1, LARGEST_STEP),
    };
    const places = place(x, f, options);
    const short = places.find(({ out }) => out < 1);
    if (short) refuse("filter_larger", short.span, short.whole);
    return { x, f, options, places };
  };
  const readGradient = (text, [rows, columns]) => {
    if (text === "mean") return fill([rows, columns], () => 1 / (rows * columns));
    const gradient = toMatrix(text);
    if (gradient.length !== rows || gradient.some((row) => row.length !== columns))
      refuse("gradient_size", rows, columns);
    return gradient;
  };
  const selectable = ({ x, f, places }, part) => ({
    forward: outputSizes(places), filter: sizes(f), input: sizes(x) })[part];

  /* Turns the texts of a state into its matrices and options, or throws what is wrong. */
  const read = (texts) => {
    const layer = readLayer(texts);
    const { part } = texts;
    if (!PARTS.includes(part)) refuse("broken");
    const limits = selectable(layer, part);
    const at = readSteps(texts.at, "broken", 1, Infinity);
    if (at.some((place, axis) => place > limits[axis])) refuse("no_entry", ...limits);
    return { ...layer, part, at: at.map((place) => place - 1),
      dO: readGradient(texts.g, outputSizes(layer.places)) };
  };

  /* What a change brings with it: a gradient of the new size, an entry that there is. */
  const adapt = (texts) => {
    const layer = readLayer(texts);
    const [rows, columns] = outputSizes(layer.places);
    const lines = texts.g.split(";");
    const fits = lines.length === rows
      && lines.every((line) => line.trim().split(/\s*,\s*|\s+/).length === columns);
    const limits = selectable(layer, texts.part) ?? [1, 1];
    const at = texts.at.split(",").map((place, axis) => Math.min(place, limits[axis]));
    return { ...texts, g: fits ? texts.g : "mean", at: at.join(",") };
  };

  const convolution = {
    defaults: { x: "3,4,5;2,1,-3;4,-2,0", f: "2,0;-3,1", strides: "1", padding: "valid",
      dilation: "1", g: "mean", part: "forward", at: "1,1" },
    read, adapt, place, terms, forward, backward, spread, toText,
  };
  if (typeof module === "object") module.exports = convolution;
  else (globalThis.hamgashtExplorers ??= {}).convolution = convolution;
})();
