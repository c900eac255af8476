/*
 * Trained networks, layer by layer as Keras computes them, in plain loops; and what can
 * be done to an image before. No DOM: a page loads it, Node and the site's build do, too.
 */
(() => {
  const size = (shape) => shape.reduce((product, length) => product * length, 1);
  const across = (shape) => shape[shape.length - 1];

  // ---- The networks of the course, and the state of a page ------------------------------

  // images: how many are recorded; side: of an image; white: the input's largest value.
  const NETWORKS = {
    mri: { images: 12, side: 64, white: 255 },
    "digits-augmented": { images: 10, side: 24, white: 1 },
    "digits-plain": { images: 10, side: 24, white: 1 },
    cifar: { images: 10, side: 32, white: 1 },
  };
  /* From where to where each change goes; shifts and the cover in parts of the side. */
  const RANGES = { right: [-0.5, 0.5], down: [-0.5, 0.5], turn: [-180, 180],
    scale: [0.4, 2.5], blur: [0, 4], light: [-0.8, 0.8], noise: [0, 0.8], seed: [0, 999],
    cover: [0, 0.8], cover_x: [0, 1], cover_y: [0, 1] };
  const MOST_LAYERS = 200;

  const refuse = (...about) => { throw new RangeError(about.join(" ")); };

  /* Turns the texts of a state into numbers, or throws what is wrong with them. */
  const read = (texts) => {
    if (!Object.hasOwn(NETWORKS, texts.net)) refuse("no_network");
    const { images } = NETWORKS[texts.net];
    const number = (key) => (/^-?(\d+\.?\d*|\.\d+)$/.test(texts[key]) ? Number(texts[key])
      : refuse("not_number"));
    const image = number("image"), layer = number("layer");
    if (!Number.isInteger(image) || image < 1 || image > images) refuse("no_image", images);
    if (!Number.isInteger(layer) || layer < 1 || layer > MOST_LAYERS) refuse("broken");
    const state = { net: texts.net, image, layer };
    for (const [key, [least, most]] of Object.entries(RANGES)) {
      state[key] = number(key);
      if (state[key] < least || state[key] > most) refuse("range", least, most);
    }
    return state;
  };

  // ---- Weights ---------------------------------------------------------------------------

  const TYPES = { u1: Uint8Array, i2: Int16Array, f4: Float32Array };

  /* Of each number the first byte lies in one plane, the second in another. */
  const unpack = (planes, { type, shape, places, step }) => {
    const Type = TYPES[type], width = Type.BYTES_PER_ELEMENT;
    const joined = new Uint8Array(size(shape) * width);
    places.forEach((place, byte) => {
      const plane = planes[`${type}.${byte}`];
      for (let index = 0; index * width < joined.length; index += 1)
        joined[index * width + byte] = plane[place + index];
    });
    const data = Float32Array.from(new Type(joined.buffer)); // all browsers: little-endian
    if (step) {
      const steps = unpack(planes, step).data;
      data.forEach((whole, index) => { data[index] = whole * steps[index % steps.length]; });
    }
    return { shape, data };
  };

  /*
   * Returns a network: input (its shape), layers, and what else was kept with it (extra,
   * tensors by name). bytes: a Uint8Array as hamgasht/site/networks.py packs it.
   */
  const load = (bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = 4 + view.getUint32(0, true);
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, start)));
    let from = start;
    const planes = Object.fromEntries(Object.entries(header.planes).map(([name, length]) =>
      [name, bytes.subarray(from, from += length)]));
    const layers = header.layers.map((layer) =>
      ({ ...layer, weights: layer.weights.map((place) => unpack(planes, place)) }));
    const extra = Object.fromEntries(Object.entries(header.extra)
      .map(([name, place]) => [name, unpack(planes, place)]));
    return { input: header.input, layers, extra };
  };

  // ---- Layers ------------------------------------------------------------------------------

  /* Keras's "same" puts an odd row of zeros below and to the right. */
  const place = ({ padding, strides }, window, shape) => [0, 1].map((axis) => {
    const [length, span, stride] = [shape[axis], window[axis], strides[axis]];
    if (padding === "valid")
      return { out: Math.floor((length - span) / stride) + 1, before: 0 };
    const out = Math.ceil(length / stride);
    return { out, before: Math.max((out - 1) * stride + span - length, 0) >> 1 };
  });

  const convolve = (x, layer) => {
    const [kernel, bias] = layer.weights;
    const [rows, columns, depth] = x.shape, [high, wide, , filters] = kernel.shape;
    const [down, right] = place(layer, [high, wide], x.shape);
    const [downward, rightward] = layer.strides;
    const made = new Float32Array(down.out * right.out * filters);
    const weights = kernel.data, source = x.data, sums = new Float64Array(filters);
    for (let r = 0; r < down.out; r += 1)
      for (let c = 0; c < right.out; c += 1) {
        if (bias) sums.set(bias.data);
        else sums.fill(0);
        for (let i = 0; i < high; i += 1) {
          const row = r * downward - down.before + i;
          if (row < 0 || row >= rows) continue;
          for (let j = 0; j < wide; j += 1) {
            const column = c * rightward - right.before + j;
            if (column < 0 || column >= columns) continue;
            const from = (row * columns + column) * depth;
            for (let d = 0; d < depth; d += 1) {
              const value = source[from + d];
              if (value === 0) continue; // many are, after a ReLU
              const base = ((i * wide + j) * depth + d) * filters;
              for (let f = 0; f < filters; f += 1) sums[f] += value * weights[base + f];
            }
          }
        }
        made.set(sums, (r * right.out + c) * filters);
      }
    return { shape: [down.out, right.out, filters], data: made };
  };

  const pool = (x, layer, begin, add, end) => {
    const [rows, columns, depth] = x.shape, [high, wide] = layer.pool_size;
    const [down, right] = place(layer, [high, wide], x.shape);
    const [downward, rightward] = layer.strides;
    const made = new Float32Array(down.out * right.out * depth);
    for (let r = 0; r < down.out; r += 1)
      for (let c = 0; c < right.out; c += 1) {
        const top = r * downward - down.before, left = c * rightward - right.before;
        const [first, last] = [Math.max(top, 0), Math.min(top + high, rows)];
        const [start, stop] = [Math.max(left, 0), Math.min(left + wide, columns)];
        const count = (last - first) * (stop - start); // a mean takes no zeros in
        for (let d = 0; d < depth; d += 1) {
          let value = begin;
          for (let row = first; row < last; row += 1)
            for (let column = start; column < stop; column += 1)
              value = add(value, x.data[(row * columns + column) * depth + d]);
          made[(r * right.out + c) * depth + d] = end(value, count);
        }
      }
    return { shape: [down.out, right.out, depth], data: made };
  };
  const larger = (a, b) => (a > b ? a : b);
  const most = (x, layer) => pool(x, layer, -Infinity, larger, (value) => value);
  const mean = (x, layer) =>
    pool(x, layer, 0, (a, b) => a + b, (value, count) => value / count);
  const whole = (operation) => (x) => {
    const window = { pool_size: x.shape, strides: [1, 1], padding: "valid" };
    const { data } = operation(x, window);
    return { shape: [data.length], data };
  };

  const normalise = (x, { weights, epsilon }) => {
    const [scale, offset, middle, variance] = weights.map(({ data }) => data);
    const slopes = Float64Array.from(scale,
      (value, d) => value / Math.sqrt(variance[d] + epsilon));
    const depth = across(x.shape), data = new Float32Array(x.data.length);
    for (let index = 0, d = 0; index < data.length; index += 1) {
      data[index] = (x.data[index] - middle[d]) * slopes[d] + offset[d];
      d = d + 1 === depth ? 0 : d + 1;
    }
    return { shape: x.shape, data };
  };

  const connect = (x, { weights: [kernel, bias] }) => {
    const [inputs, units] = kernel.shape;
    const sums = bias ? Float64Array.from(bias.data) : new Float64Array(units);
    for (let i = 0; i < inputs; i += 1)
      for (let u = 0; u < units; u += 1)
        sums[u] += x.data[i] * kernel.data[i * units + u];
    return { shape: [units], data: Float32Array.from(sums) };
  };

  const join = (parts) => {
    const depth = parts.reduce((sum, { shape }) => sum + across(shape), 0);
    const count = parts[0].data.length / across(parts[0].shape);
    const data = new Float32Array(count * depth);
    let start = 0;
    for (const { shape, data: own } of parts) {
      const width = across(shape);
      for (let index = 0; index < count; index += 1)
        data.set(own.subarray(index * width, (index + 1) * width), index * depth + start);
      start += width;
    }
    return { shape: [...parts[0].shape.slice(0, -1), depth], data };
  };

  const same = (x) => x;
  const LAYERS = {
    Rescaling: (x, { scale, offset }) =>
      ({ shape: x.shape, data: x.data.map((value) => value * scale + offset) }),
    Reshape: (x, { target_shape }) => ({ shape: target_shape, data: x.data }),
    Flatten: (x) => ({ shape: [x.data.length], data: x.data }),
    Activation: same, Softmax: same,
    Conv2D: convolve, Dense: connect, BatchNormalization: normalise,
    MaxPooling2D: most, AveragePooling2D: mean,
    GlobalMaxPooling2D: whole(most), GlobalAveragePooling2D: whole(mean),
  };
  const ACTIVATIONS = {
    linear: same,
    relu: (x) => x.map((value) => (value > 0 ? value : 0)),
    sigmoid: (x) => x.map((value) => 1 / (1 + Math.exp(-value))),
    softmax: (x) => {
      const largest = x.reduce(larger);
      const powers = Float64Array.from(x, (value) => Math.exp(value - largest));
      const sum = powers.reduce((a, b) => a + b);
      return Float32Array.from(powers, (power) => power / sum);
    },
  };

  /*
   * Returns the network's answer, and what each layer made of the image: shape and data,
   * in the order of the network. Throws a RangeError if the image has another size.
   */
  const predict = (network, image) => {
    if (image.length !== size(network.input))
      throw new RangeError(`${image.length} values for ${network.input.join(" × ")}`);
    const outputs = [{ shape: network.input, data: Float32Array.from(image) }];
    for (const layer of network.layers) {
      const inputs = layer.from.map((index) => outputs[index]);
      const made = layer.kind === "Concatenate" ? join(inputs)
        : LAYERS[layer.kind](inputs[0], layer);
      outputs.push({ ...made, data: ACTIVATIONS[layer.activation](made.data) });
    }
    const layers = network.layers.map(({ name, kind }, index) =>
      ({ name, kind, ...outputs[index + 1] }));
    return { answer: outputs[outputs.length - 1].data, layers };
  };

  // ---- Images: {shape: [rows, columns, depth], data}, black is 0 and white 1 --------------

  /* Scales and turns about the middle, then shifts; beyond the edge all is black. */
  const move = ({ shape, data }, { right, down, turn, scale }) => {
    const [rows, columns, depth] = shape, made = new Float32Array(data.length);
    const angle = (turn * Math.PI) / 180;
    const [cosine, sine] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
    const [middle, centre] = [(rows - 1) / 2, (columns - 1) / 2];
    for (let r = 0; r < rows; r += 1)
      for (let c = 0; c < columns; c += 1) {
        const [y, x] = [r - middle - down * rows, c - centre - right * columns];
        const row = middle + cosine * y + sine * x, column = centre - sine * y + cosine * x;
        if (row < 0 || column < 0 || row > rows - 1 || column > columns - 1) continue;
        const [top, left] = [Math.floor(row), Math.floor(column)];
        const [below, beside] = [Math.min(top + 1, rows - 1), Math.min(left + 1, columns - 1)];
        const [a, b] = [row - top, column - left];
        for (let d = 0; d < depth; d += 1) {
          const at = (i, j) => data[(i * columns + j) * depth + d];
          made[(r * columns + c) * depth + d] = (1 - a) * ((1 - b) * at(top, left)
            + b * at(top, beside)) + a * ((1 - b) * at(below, left) + b * at(below, beside));
        }
      }
    return { shape, data: made };
  };

  /* Weighs each entry of an axis with its neighbours: taps(out) = [[from, weight], ...]. */
  const weigh = ({ shape, data }, axis, length, taps) => {
    const after = size(shape.slice(axis + 1)), before = size(shape.slice(0, axis));
    const made = new Float32Array(before * length * after);
    for (let out = 0; out < length; out += 1)
      for (const [from, weight] of taps(out))
        for (let b = 0; b < before; b += 1)
          for (let a = 0; a < after; a += 1)
            made[(b * length + out) * after + a]
              += weight * data[(b * shape[axis] + from) * after + a];
    return { shape: shape.map((own, index) => (index === axis ? length : own)), data: made };
  };
  const both = (image, lengths, taps) => [0, 1].reduce((made, axis) =>
    weigh(made, axis, lengths[axis], taps(image.shape[axis], lengths[axis])), image);
  const share = (found) => {
    const sum = found.reduce((total, [, weight]) => total + weight, 0);
    return found.map(([from, weight]) => [from, weight / sum]);
  };

  /* A Gaussian filter, mirrored at the edges (scipy.ndimage.gaussian_filter). */
  const blurred = (image, sigma) => both(image, image.shape, (length) => (out) => {
    const reach = Math.floor(4 * sigma + 0.5);
    return share(Array.from({ length: 2 * reach + 1 }, (_, index) => {
      const from = (((out + index - reach) % (2 * length)) + 2 * length) % (2 * length);
      const distance = (index - reach) / sigma;
      return [from < length ? from : 2 * length - 1 - from, Math.exp(-distance * distance / 2)];
    }));
  });

  /* Makes an image smaller or larger as Pillow's bilinear filter does. */
  const resize = (image, lengths) => both(image, lengths, (length, wanted) => {
    const ratio = length / wanted, reach = Math.max(ratio, 1);
    return (out) => {
      const centre = (out + 0.5) * ratio;
      const [first, last] = [Math.max(Math.trunc(centre - reach + 0.5), 0),
        Math.min(Math.trunc(centre + reach + 0.5), length)];
      return share(Array.from({ length: last - first }, (_, index) =>
        [first + index, Math.max(0, 1 - Math.abs(first + index + 0.5 - centre) / reach)]));
    };
  });

  /* Normally distributed numbers, the same for the same seed. */
  const normals = (seed) => {
    let state = seed >>> 0;
    const uniform = () => { // mulberry32
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  };

  /* Returns the image after all changes of a state, each left out where it is none. */
  const change = (image, { right, down, turn, scale, blur, light, noise, seed, ...cover }) => {
    let made = image;
    if (right || down || turn || scale !== 1) made = move(made, { right, down, turn, scale });
    if (blur) made = blurred(made, blur);
    const data = Float32Array.from(made.data), [rows, columns, depth] = made.shape;
    if (light)
      data.forEach((value, index) => { data[index] = Math.min(Math.max(value + light, 0), 1); });
    if (noise) {
      const next = normals(seed);
      data.forEach((value, index) => { data[index] = value + noise * next(); });
    }
    const [high, wide] = [cover.cover * rows, cover.cover * columns];
    const [top, left] = [cover.cover_y * rows - high / 2, cover.cover_x * columns - wide / 2];
    for (let r = Math.max(Math.round(top), 0); r < Math.min(Math.round(top + high), rows); r += 1)
      for (let c = Math.max(Math.round(left), 0);
        c < Math.min(Math.round(left + wide), columns); c += 1)
        data.fill(0.5, (r * columns + c) * depth, (r * columns + c + 1) * depth);
    return { shape: made.shape, data };
  };

  /* How far numbers moved: the norm of the difference over the norm before. */
  const moved = (before, after) => {
    let [difference, length] = [0, 0];
    before.forEach((value, index) => {
      difference += (after[index] - value) ** 2;
      length += value ** 2;
    });
    return length ? Math.sqrt(difference / length) : difference ? Infinity : 0;
  };

  const network = {
    NETWORKS, RANGES,
    defaults: { net: "cifar", image: "1", layer: "1", right: "0", down: "0", turn: "0",
      scale: "1", blur: "0", light: "0", noise: "0", seed: "0", cover: "0", cover_x: "0.5",
      cover_y: "0.5" },
    read, load, predict, change, resize, moved,
  };
  if (typeof module === "object") module.exports = network;
  else (globalThis.hamgashtExplorers ??= {}).network = network;
})();
