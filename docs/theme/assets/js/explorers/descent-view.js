/* The descent explorer: paths on contour lines, their loss, and whether they can settle. */
hamgashtExplorers.descent.view = (frame) => {
  const { make, svg, words, show, format } = frame;
  const { CHOICES, SURFACES } = hamgashtExplorers.descent;
  const KEYS = Object.keys(CHOICES);
  const LOOKS = { // colours and dashes of the course's figures
    sgd: [8, ""], momentum: [3, "6 3"], nesterov: [4, "2 3"],
    rmsprop: [2, "7 3 2 3"], adam: [1, ""], adamw: [6, "3 2"],
  };
  const [WIDTH, HEIGHT] = [360, 270]; // of both pictures
  const LEVELS = 10;
  const GRID = 40;
  const MARGIN = 5; // beyond it a path is not drawn
  const MOST_POINTS = 300; // of a loss curve
  const MOST_DOTS = 100;

  // ---- Controls ---------------------------------------------------------------------

  const rules = make("div", { className: "hg-explorer__group" },
    ...KEYS.map((key) => frame.check(key, { label: CHOICES[key] })));
  rules.role = "group";
  rules.ariaLabel = words("rules");
  const range = (key, min, max, more) => [key, frame.slider(key, { min, max, ...more })];
  const log = { log: true };
  const sliders = Object.fromEntries([
    range("rate", 0.0001, 10, log), range("steps", 1, 1000, log),
    range("first", 0.1, 100, log), range("second", 0.1, 100, log),
    range("deviation", 0, 10, { step: 0.1 }), range("seed", 0, 20, { step: 1 }),
    range("beta", 0, 0.99, { step: 0.01 }), range("rho", 0, 0.99, { step: 0.01 }),
    range("beta_1", 0, 0.99, { step: 0.01 }), range("beta_2", 0, 0.999, { step: 0.001 }),
    range("decay", 0, 2, { step: 0.01 }),
  ]);
  frame.controls.append(
    frame.select("surface", Object.keys(SURFACES)), frame.number("x"), frame.number("y"),
    rules, ...Object.values(sliders));
  const isShown = {
    first: ({ surface }) => "parabola noise".includes(surface),
    deviation: ({ surface }) => surface === "noise",
    beta: (_, texts) => texts.momentum === "1" || texts.nesterov === "1",
    rho: (_, texts) => texts.rmsprop === "1",
    beta_1: (_, texts) => texts.adam === "1" || texts.adamw === "1",
    decay: (_, texts) => texts.adamw === "1",
  };
  Object.assign(isShown, { second: isShown.first, seed: isShown.deviation, beta_2: isShown.beta_1 });

  // ---- Pictures ---------------------------------------------------------------------

  /* A picture with lines that are cut at its edges, and room for ticks beside it. */
  const plot = (title) => {
    const [left, bottom] = [38, 22];
    const inside = svg("svg", { x: left, y: 2, width: WIDTH, height: HEIGHT, overflow: "hidden" });
    const ticks = svg("g", { class: "hg-plot__ticks" });
    const whole = svg("svg", { role: "img", direction: "ltr",
      viewBox: `0 0 ${left + WIDTH + 8} ${HEIGHT + bottom}` },
    ticks, inside, svg("rect", { class: "hg-plot__edge", x: left, y: 2, width: WIDTH, height: HEIGHT }));
    const tick = (place, horizontal, ...label) => {
      const at = horizontal ? { x: left + place, y: HEIGHT + 17, "text-anchor": "middle" }
        : { x: left - 5, y: 2 + place, dy: "0.35em", "text-anchor": "end" };
      const line = horizontal ? { x1: left + place, x2: left + place, y1: 2, y2: 2 + HEIGHT }
        : { x1: left, x2: left + WIDTH, y1: 2 + place, y2: 2 + place };
      ticks.append(svg("line", line), svg("text", at, ...label));
    };
    return {
      element: make("div", { className: "hg-plot" }, make("p", { textContent: title }), whole),
      inside, whole, ticks, tick,
    };
  };
  const map = plot(words("map"));
  const curve = plot(words("curve"));

  const scale = ([low, high], length) => (value) => (value - low) / (high - low) * length;
  const pixel = (number) => Math.round(number * 10) / 10;
  const lineTo = ([x, y]) => `L${pixel(x)} ${pixel(y)}`;
  const pathOf = (places) => places.map(lineTo).join("").replace("L", "M");

  /* The part of a piece of line within the picture, as [from, to] on it; null if none is.
     Liang and Barsky's way. Lines that run far beyond it would be slow to draw. */
  const within = ([x, y], [toX, toY]) => {
    let [from, to] = [0, 1];
    for (const [at, by, end] of [[x, toX - x, WIDTH], [y, toY - y, HEIGHT]]) {
      const [low, high] = [(-MARGIN - at) / by, (end + MARGIN - at) / by];
      if (by === 0 ? at < -MARGIN || at > end + MARGIN : false) return null;
      if (by === 0) continue;
      from = Math.max(from, Math.min(low, high));
      to = Math.min(to, Math.max(low, high));
    }
    return from < to ? [from, to] : null;
  };
  const near = ([x, y]) =>
    x >= -MARGIN && x <= WIDTH + MARGIN && y >= -MARGIN && y <= HEIGHT + MARGIN;
  const visible = (places) => {
    let path = "";
    let pen = places[0];
    let down = false;
    for (const place of places.slice(1)) {
      // A move that nobody can see waits until it has added up.
      const short = Math.abs(place[0] - pen[0]) + Math.abs(place[1] - pen[1]) < 0.7;
      if (short && place !== places.at(-1)) continue;
      const part = near(pen) && near(place) ? [0, 1] : within(pen, place);
      if (part) {
        const [start, end] = part.map((t) => pen.map((at, axis) => at + t * (place[axis] - at)));
        path += down && part[0] === 0 ? lineTo(end) : pathOf([start, end]);
      }
      down = part !== null && part[1] === 1;
      pen = place;
    }
    return path;
  };
  const dotsOf = (places) => places.filter(([x, y]) =>
    x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT)
    .map(([x, y]) => `M${pixel(x)} ${pixel(y)}h0`).join("");

  /* Where the loss crosses the levels, as pieces of line through each square of a grid. */
  const contours = (values, levels, toX, toY) => {
    let path = "";
    for (let i = 0; i < GRID; i += 1) {
      for (let j = 0; j < GRID; j += 1) {
        const [a, b, c, d] = [values[i][j], values[i][j + 1], values[i + 1][j + 1], values[i + 1][j]];
        const [least, most] = [Math.min(a, b, c, d), Math.max(a, b, c, d)];
        for (const level of levels) {
          if (least >= level || most < level) continue; // as in most squares
          const cut = (one, other) => (level - one) / (other - one);
          const ends = [];
          if (a < level !== b < level) ends.push([j + cut(a, b), i]);
          if (b < level !== c < level) ends.push([j + 1, i + cut(b, c)]);
          if (d < level !== c < level) ends.push([j + cut(d, c), i + 1]);
          if (a < level !== d < level) ends.push([j, i + cut(a, d)]);
          for (let end = 0; end + 1 < ends.length; end += 2)
            path += pathOf(ends.slice(end, end + 2).map(([x, y]) => [toX(x), toY(y)]));
        }
      }
    }
    return path;
  };
  let drawn;
  const drawGround = (surface, key) => {
    if (key === drawn) return;
    drawn = key;
    const [across, up] = surface.view;
    const at = ([low, high], index) => low + index / GRID * (high - low);
    const values = Array.from({ length: GRID + 1 }, (_, i) =>
      Array.from({ length: GRID + 1 }, (_, j) => surface.loss([at(across, j), at(up, i)])));
    const most = Math.max(...values.flat()) - surface.least;
    const levels = Array.from({ length: LEVELS }, (_, index) =>
      surface.least + most * ((index + 0.5) / LEVELS) ** 2.5);
    const lines = contours(values, levels,
      (column) => column / GRID * WIDTH, (row) => HEIGHT - row / GRID * HEIGHT);
    map.inside.replaceChildren(svg("path", { class: "hg-plot__ground", d: lines }), paths);
  };
  let shown;
  const drawPlaces = ({ view }) => {
    if (view.join() === shown) return;
    shown = view.join();
    const [across, up] = view;
    map.ticks.replaceChildren();
    const [toX, toY] = [scale(across, WIDTH), scale(up, HEIGHT)];
    for (let x = Math.ceil(across[0]); x <= across[1]; x += 1) map.tick(toX(x), true, format(x));
    for (let y = Math.ceil(up[0]); y <= up[1]; y += 1) map.tick(HEIGHT - toY(y), false, format(y));
  };
  const paths = svg("g");

  const lineOf = (key, d) => svg("path", { d, class: "hg-plot__line",
    stroke: `var(--fig-series-${LOOKS[key][0]})`, "stroke-dasharray": LOOKS[key][1] });
  const dotOf = (key, d, size) => svg("path", { d, class: "hg-plot__dots", "stroke-width": size,
    stroke: `var(--fig-series-${LOOKS[key][0]})` });

  const drawPaths = (state, { view: [across, up] }) => {
    const [toX, toY] = [scale(across, WIDTH), scale(up, HEIGHT)];
    const place = ([x, y]) => [toX(x), HEIGHT - toY(y)];
    paths.replaceChildren(...state.runs.flatMap(({ key, points }) => {
      const places = points.map(place);
      return [lineOf(key, visible(places)), dotOf(key, dotsOf(places.slice(0, MOST_DOTS)), 4),
        dotOf(key, dotsOf(places.slice(-1)), 10)];
    }), svg("path", { class: "hg-plot__start", d: dotsOf([place([state.x, state.y])]) }));
  };

  const LEAST = 1e-16;
  const LARGEST = 1e40;
  const power = (exponent) => [show(10), svg("tspan", { dy: "-0.5em", "font-size": "75%" },
    show(exponent))];
  let axes;
  const drawAxes = ([low, high], steps, toX, toY) => {
    const now = [low, high, steps].join();
    if (now === axes) return;
    axes = now;
    curve.ticks.replaceChildren();
    const every = Math.ceil((high - low) / 6);
    for (let y = low; y <= high; y += every) curve.tick(HEIGHT - toY(y), false, ...power(y));
    const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((size) => steps / size <= 5) ?? 1000;
    for (let x = 0; x <= steps; x += step) curve.tick(toX(x), true, show(x));
  };
  const drawCurve = (state, surface) => {
    const stride = Math.ceil(state.steps / MOST_POINTS);
    const losses = state.runs.map(({ points }) => points
      .map((point, index) => [index, point])
      .filter(([index]) => index % stride === 0 || index === points.length - 1)
      .map(([index, point]) => [index,
        Math.log10(Math.min(LARGEST, Math.max(LEAST, surface.loss(point) - surface.least)))]));
    const all = losses.flat().map(([, loss]) => loss);
    const low = Math.floor(Math.min(...all));
    const high = Math.max(Math.ceil(Math.max(...all)), low + 1);
    const [toX, toY] = [scale([0, state.steps], WIDTH), scale([low, high], HEIGHT)];
    drawAxes([low, high], state.steps, toX, toY);
    curve.inside.replaceChildren(...losses.map((loss, index) => lineOf(state.runs[index].key,
      pathOf(loss.map(([at, value]) => [toX(at), HEIGHT - toY(value)])))));
  };

  // A click on the map is a start.
  map.whole.addEventListener("click", ({ clientX, clientY }) => {
    const box = map.whole.getElementsByClassName("hg-plot__edge")[0].getBoundingClientRect();
    const [[left, right], [bottom, top]] = SURFACES[frame.state.surface](frame.state).view;
    const x = left + (clientX - box.left) / box.width * (right - left);
    const y = top - (clientY - box.top) / box.height * (top - bottom);
    frame.set({ x: String(Number(x.toFixed(2))), y: String(Number(y.toFixed(2))) });
  });

  // ---- What came of it ----------------------------------------------------------------

  const note = make("p", { className: "hg-explorer__note" });
  const body = make("tbody");
  const heads = ["rule", "end", "reached", "largest_rate", "verdict"].map((key) =>
    make("th", { scope: "col", textContent: words(key) }));
  const table = make("div", { className: "hg-explorer__scroll", tabIndex: 0 },
    make("table", { className: "hg-results" }, make("thead", {}, make("tr", {}, ...heads)), body));
  table.role = "region";
  table.ariaLabel = words("table");
  frame.box.append(make("div", { className: "hg-plots" }, map.element, curve.element), note, table);

  const sample = (key) => svg("svg", { class: "hg-sample", viewBox: "0 0 30 8", "aria-hidden": "true" },
    lineOf(key, "M1 4H29"));
  const verdict = ({ overflow, limit }, { rate }) => {
    if (overflow) return words("overflows", overflow);
    if (limit === null) return words("no_limit");
    return words(rate < limit ? "kept" : "passed");
  };
  const above = (surface, point) => {
    const loss = surface.loss(point) - surface.least;
    return format(loss, loss < 1 ? 5 : 1);
  };
  // Each rule's row is made once; a change writes into its last four cells.
  const rows = Object.fromEntries(KEYS.map((key) => {
    const told = Array.from({ length: 3 }, () => make("bdi", { dir: "ltr" }));
    const last = make("td", { className: "hg-verdict" });
    const head = make("th", { scope: "row" }, sample(key), make("bdi", { textContent: CHOICES[key] }));
    const element = make("tr", {}, head, ...told.map((text) => make("td", {}, text)), last);
    return [key, { element, texts: [...told, last] }];
  }));
  const row = (run, state, surface) => {
    const last = run.points.at(-1);
    const { element, texts } = rows[run.key];
    [
      `(${last.map((number) => format(number, 3)).join(frame.rtl ? "، " : ", ")})`,
      above(surface, last),
      run.limit === null ? "–" : format(run.limit, 4),
      verdict(run, state),
    ].forEach((text, index) => { texts[index].textContent = text; });
    return element;
  };

  return (state, texts) => {
    const surface = SURFACES[state.surface](state);
    for (const [key, slider] of Object.entries(sliders))
      slider.hidden = !(isShown[key]?.(state, texts) ?? true);
    drawGround(surface, [state.surface, state.first, state.second].join());
    drawPlaces(surface);
    drawPaths(state, surface);
    drawCurve(state, surface);
    body.replaceChildren(...state.runs.map((run) => row(run, state, surface)));
    note.textContent = words("limit", format(surface.curvature, 2), format(2 / surface.curvature, 4));
    const told = state.runs.map((run) => `${run.rule}: ${
      above(surface, run.points.at(-1))}${frame.rtl ? "، " : ", "}${verdict(run, state)}`).join("; ");
    map.whole.ariaLabel = `${words("map")}. ${told}`;
    curve.whole.ariaLabel = `${words("curve")}. ${told}`;
    frame.say(told);
  };
};
