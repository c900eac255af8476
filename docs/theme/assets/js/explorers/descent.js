/* The update rules of Keras 3 and the surfaces they are shown on; touches no page. */
(() => {
  /* Rules, with their settings and defaults as Keras names and sets them; Keras has
     momentum and Nesterov as settings of SGD. */
  const SGD = { learning_rate: 0.01, momentum: 0, nesterov: false, weight_decay: 0 };
  const ADAM = { learning_rate: 0.001, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-7, weight_decay: 0 };
  const RULES = {
    SGD,
    momentum: { ...SGD, momentum: 0.9 },
    Nesterov: { ...SGD, momentum: 0.9, nesterov: true },
    RMSprop: { learning_rate: 0.001, rho: 0.9, epsilon: 1e-7, weight_decay: 0 },
    Adam: ADAM,
    AdamW: { ...ADAM, weight_decay: 0.004 },
  };

  /* Each returns a function that gives the change of all weights for a gradient. */
  const zeros = (size) => new Array(size).fill(0);
  const sgd = ({ learning_rate: rate, momentum, nesterov }, size) => {
    const m = zeros(size);
    return (gradient) => gradient.map((g, i) => {
      m[i] = momentum * m[i] - rate * g;
      return nesterov ? momentum * m[i] - rate * g : m[i];
    });
  };
  const rmsprop = ({ learning_rate: rate, rho, epsilon }, size) => {
    const v = zeros(size);
    return (gradient) => gradient.map((g, i) => {
      v[i] = rho * v[i] + (1 - rho) * g * g;
      return -rate * g / Math.sqrt(v[i] + epsilon);
    });
  };
  const adam = ({ learning_rate: rate, beta_1, beta_2, epsilon }, size) => {
    const [m, v] = [zeros(size), zeros(size)];
    let step = 0;
    return (gradient) => {
      step += 1;
      const alpha = rate * Math.sqrt(1 - beta_2 ** step) / (1 - beta_1 ** step);
      return gradient.map((g, i) => {
        m[i] += (1 - beta_1) * (g - m[i]);
        v[i] += (1 - beta_2) * (g * g - v[i]);
        return -alpha * m[i] / (Math.sqrt(v[i]) + epsilon);
      });
    };
  };
  const UPDATES = { SGD: sgd, momentum: sgd, Nesterov: sgd, RMSprop: rmsprop, Adam: adam, AdamW: adam };

  /* Return the points of `steps` steps, the start first: {points, overflow}.
     `gradient` takes and returns an array; `overflow` is the first step that leaves the
     numbers of float32, in which Keras computes, or null: the points end before it.
     Formulas: keras/src/optimizers/{sgd,rmsprop,adam}.py; the weight decay, of any rule,
     is decoupled and comes first, as in base_optimizer.py. */
  const LARGEST = (2 - 2 ** -23) * 2 ** 127;
  const run = (rule, settings, gradient, start, steps) => {
    if (!Object.hasOwn(RULES, rule)) throw new RangeError(`unknown ${rule}`);
    const all = { ...RULES[rule], ...settings };
    const update = UPDATES[rule](all, start.length);
    const kept = 1 - all.learning_rate * all.weight_decay;
    const points = [[...start]];
    for (let step = 1; step <= steps; step += 1) {
      const last = points[step - 1];
      const change = update(gradient(last));
      const next = last.map((w, i) => w * kept + change[i]);
      if (!next.every((w) => Math.abs(w) <= LARGEST)) return { points, overflow: step };
      points.push(next);
    }
    return { points, overflow: null };
  };

  /* The largest rate at which a rule settles on a parabola of this curvature, or null
     where the rule scales its gradients. From the roots of the recurrence at -1. */
  const limit = (rule, settings, curvature) => {
    if (UPDATES[rule] !== sgd) return null;
    const { momentum, nesterov } = { ...RULES[rule], ...settings };
    return 2 * (1 + momentum) / (curvature * (nesterov ? 1 + 2 * momentum : 1));
  };

  /* Standard normal numbers from a seed: mulberry32 and Box-Muller. */
  const normal = (seed) => {
    let state = seed >>> 0;
    const uniform = () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
    return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  };
  const noisy = (gradient, deviation, seed) => {
    const draw = normal(seed);
    return (point) => gradient(point).map((g) => g + deviation * draw());
  };

  /* Surfaces over (x, y): loss, its gradient, its least value, the largest curvature at
     its minimum and what a picture shows (x, then y). */
  const parabola = ({ first, second }) => ({
    loss: ([x, y]) => (first * x * x + second * y * y) / 2,
    gradient: ([x, y]) => [first * x, second * y],
    least: 0,
    curvature: Math.max(first, second),
    view: [[-2, 2], [-1.5, 1.5]],
  });
  const SURFACES = {
    parabola,
    noise(state) {
      const plain = parabola(state);
      return { ...plain, gradient: noisy(plain.gradient, state.deviation, state.seed) };
    },
    saddle: () => ({ // chapter 1's with a floor: minima at (0, 1) and (0, -1)
      loss: ([x, y]) => x * x - y * y + y ** 4 / 2,
      gradient: ([x, y]) => [2 * x, -2 * y + 2 * y ** 3],
      least: -0.5,
      curvature: 4,
      view: [[-1.5, 1.5], [-1.5, 1.5]],
    }),
    valley: () => ({ // Rosenbrock's with gentler walls: the minimum is at (1, 1)
      loss: ([x, y]) => (x - 1) ** 2 / 2 + 4 * (y - x * x) ** 2,
      gradient: ([x, y]) => [x - 1 - 16 * x * (y - x * x), 8 * (y - x * x)],
      least: 0,
      curvature: (41 + Math.sqrt(41 ** 2 - 32)) / 2,
      view: [[-2, 2], [-1, 2.5]],
    }),
  };
  const STARTS = {
    parabola: { x: "-1.6", y: "1.2" },
    noise: { x: "-1.6", y: "1.2" },
    saddle: { x: "1", y: "0.000001" },
    valley: { x: "-1.2", y: "1.2" },
  };

  /* What can be set, as text, with its least and greatest number; null is no number.
     A problem is named by the third: several share a sentence. */
  const CHOICES = { sgd: "SGD", momentum: "momentum", nesterov: "Nesterov",
    rmsprop: "RMSprop", adam: "Adam", adamw: "AdamW" };
  const SETTINGS = {
    surface: ["saddle", null],
    rate: ["0.01", [0.0001, 10, "wrong_rate"]],
    steps: ["700", [1, 2000, "whole"]],
    x: ["1", [-100, 100, "place"]],
    y: ["0.000001", [-100, 100, "place"]],
    first: ["1", [0.01, 100, "curvature"]],
    second: ["10", [0.01, 100, "curvature"]],
    deviation: ["1", [0, 100, "spread"]],
    seed: ["0", [0, 9999, "whole"]],
    beta: ["0.9", [0, 0.9999, "coefficient"]],
    rho: ["0.9", [0, 0.9999, "coefficient"]],
    beta_1: ["0.9", [0, 0.9999, "coefficient"]],
    beta_2: ["0.999", [0, 0.9999, "coefficient"]],
    decay: ["0.1", [0, 10, "wrong_decay"]],
  };
  const FIRST = ["sgd", "momentum", "rmsprop", "adam"]; // chapter 1's race
  const defaults = Object.fromEntries([
    ...Object.keys(CHOICES).map((key) => [key, FIRST.includes(key) ? "1" : "0"]),
    ...Object.entries(SETTINGS).map(([key, [text]]) => [key, text]),
  ]);

  const number = (text, [least, greatest, problem]) => {
    const value = /\d/.test(text) ? Number(text) : NaN;
    const whole = problem !== "whole" || Number.isInteger(value);
    if (!(whole && value >= least && value <= greatest))
      throw new RangeError(`${problem} ${least} ${greatest}`);
    return value;
  };

  /* Return the state of these texts with a run of each chosen rule, all from the same
     start and, where there is noise, with the same noise. */
  const read = (texts) => {
    const state = {};
    for (const [key, [, range]] of Object.entries(SETTINGS))
      state[key] = range ? number(texts[key], range) : texts[key];
    if (!Object.hasOwn(SURFACES, state.surface)) throw new RangeError("unknown");
    const chosen = Object.keys(CHOICES).filter((key) => texts[key] === "1");
    if (chosen.length === 0) throw new RangeError("none");
    const settings = { learning_rate: state.rate };
    const own = {
      momentum: { momentum: state.beta },
      nesterov: { momentum: state.beta },
      rmsprop: { rho: state.rho },
      adam: { beta_1: state.beta_1, beta_2: state.beta_2 },
      adamw: { beta_1: state.beta_1, beta_2: state.beta_2, weight_decay: state.decay },
    };
    state.runs = chosen.map((key) => {
      const rule = CHOICES[key];
      const all = { ...settings, ...own[key] };
      const { gradient, curvature } = SURFACES[state.surface](state);
      return {
        key, rule,
        ...run(rule, all, gradient, [state.x, state.y], state.steps),
        limit: limit(rule, all, curvature),
      };
    });
    const overflows = state.runs.map(({ overflow }) => overflow);
    if (!overflows.includes(null)) throw new RangeError(`overflow ${Math.min(...overflows)}`);
    return state;
  };

  /* A newly chosen surface is shown from its own start. */
  const adapt = (texts, before) => (texts.surface === before.surface ? texts
    : { ...texts, ...STARTS[texts.surface] });

  const descent = { defaults, read, adapt, run, limit, noisy, RULES, CHOICES, SURFACES };
  if (typeof module === "object") module.exports = descent;
  else (globalThis.hamgashtExplorers ??= {}).descent = descent;
})();
