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
    const layers = header.layers.map((layer) => {
      const weights = layer.weights.map((place) => unpack(planes, place));
      return { ...layer, weights, ...(/Conv2D|Dense/.test(layer.kind) ? pack(weights) : {}) };
    });
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

  /* A kernel for `convolve`: of each four filters all weights, tap by tap, then biases. */
  const BLOCK = 4;
  const pack = ([kernel, bias]) => {
    const filters = across(kernel.shape), taps = kernel.data.length / filters;
    const blocks = Math.ceil(filters / BLOCK);
    const weights = new Float32Array(blocks * taps * BLOCK), biases = new Float32Array(blocks * BLOCK);
    for (let f = 0; f < filters; f += 1)
      for (let t = 0; t < taps; t += 1)
        weights[((f - f % BLOCK) * taps) + t * BLOCK + f % BLOCK] = kernel.data[t * filters + f];
    if (bias) biases.set(bias.data);
    return { window: kernel.shape, packed: { weights, biases, filters, taps } };
  };
  const pad = ({ shape: [rows, columns, depth], data }, [high, wide], [top, left]) => {
    if (high === rows && wide === columns) return data;
    const made = new Float32Array(high * wide * depth);
    for (let row = 0; row < Math.min(rows, high - top); row += 1)
      made.set(data.subarray(row * columns * depth,
        (row * columns + Math.min(columns, wide - left)) * depth), ((row + top) * wide + left) * depth);
    return made;
  };

  /*
   * Four filters at two places at once: eight sums that a processor keeps at hand. The taps
   * of one row of a filter lie beside each other. A function of its own: engines make
   * faster code of it.
   */
  const slide = (source, made, { weights, biases, filters, taps },
    { rows, columns, high, span, line, down, right }) => {
    const sums = new Float32Array(2 * BLOCK);
    for (let f = 0; f < filters; f += BLOCK) {
      const own = Math.min(BLOCK, filters - f);
      for (let r = 0; r < rows; r += 1)
        for (let c = 0; c < columns; c += 2) {
          const beside = c + 1 < columns, to = (r * columns + c) * filters + f;
          let one = r * down + c * right, two = beside ? one + right : one;
          let a = biases[f], b = biases[f + 1], d = biases[f + 2], e = biases[f + 3];
          let a2 = a, b2 = b, d2 = d, e2 = e, at = f * taps;
          for (let row = 0; row < high; row += 1) {
            for (let tap = 0; tap < span; tap += 1, at += BLOCK) {
              const x1 = source[one + tap], x2 = source[two + tap];
              const wa = weights[at], wb = weights[at + 1];
              const wd = weights[at + 2], we = weights[at + 3];
              a += x1 * wa; b += x1 * wb; d += x1 * wd; e += x1 * we;
              a2 += x2 * wa; b2 += x2 * wb; d2 += x2 * wd; e2 += x2 * we;
            }
            one += line;
            two += line;
          }
          sums.set([a, b, d, e, a2, b2, d2, e2]);
          for (let i = 0; i < own; i += 1) {
            made[to + i] = sums[i];
            if (beside) made[to + filters + i] = sums[BLOCK + i];
          }
        }
    }
  };
  const convolve = (x, layer) => {
    const { packed, strides, window: [high, wide] } = layer, depth = across(x.shape);
    const places = place(layer, [high, wide], x.shape);
    const [rows, columns] = places.map(({ out }) => out);
    const padded = places.map(({ out }, axis) => (out - 1) * strides[axis] + layer.window[axis]);
    const source = pad(x, padded, places.map(({ before }) => before));
    const made = new Float32Array(rows * columns * packed.filters), line = padded[1] * depth;
    slide(source, made, packed, { rows, columns, high, span: wide * depth, line,
      down: strides[0] * line, right: strides[1] * depth });
    return { shape: [rows, columns, packed.filters], data: made };
  };

  const pool = (isMean) => (x, layer) => {
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
          let value = isMean ? 0 : -Infinity;
          for (let row = first; row < last; row += 1)
            for (let column = start; column < stop; column += 1) {
              const next = x.data[(row * columns + column) * depth + d];
              if (isMean) value += next / count;
              else if (next > value) value = next;
            }
          made[(r * right.out + c) * depth + d] = value;
        }
      }
    return { shape: [down.out, right.out, depth], data: made };
  };
  const [most, mean] = [pool(false), pool(true)];
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

  const connect = ({ data }, { packed }) => {
    const only = { packed, window: [1, 1], strides: [1, 1], padding: "valid" };
    return { ...convolve({ shape: [1, 1, data.length], data }, only), shape: [packed.filters] };
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
    relu: (x) => {
      const made = x.slice();
      for (let index = 0; index < made.length; index += 1)
        if (made[index] < 0) made[index] = 0;
      return made;
    },
    sigmoid: (x) => x.map((value) => 1 / (1 + Math.exp(-value))),
    softmax: (x) => {
      const largest = Math.max(...x);
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
    for (let index = 0; index < before.length; index += 1) {
      difference += (after[index] - before[index]) ** 2;
      length += before[index] ** 2;
    }
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
