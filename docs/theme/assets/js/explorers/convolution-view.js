/* The convolution explorer: matrices to edit, and the products that make one entry. */
hamgashtExplorers.convolution.view = (frame) => {
  const { make, words, show, format } = frame;
  const { terms, spread, toText } = hamgashtExplorers.convolution;
  const NAMES = { x: "X", f: "F", o: "O", g: "∂L/∂O", df: "∂L/∂F", dx: "∂L/∂X" };
  const SHOWN = { forward: ["x", "f", "o"], filter: ["x", "g", "df"], input: ["g", "f", "dx"] };
  const RESULTS = { forward: "output", filter: "filter", input: "input" };
  const PLACES = 3; // in a matrix; a sum shows one more
  const MANY = 12; // products; a sum of more is not read aloud
  const LARGEST = 9;
  const places = (row, column) =>
    `${words("at_row", row + 1)}${frame.rtl ? "، " : ", "}${words("at_column", column + 1)}`;

  // ---- A matrix -------------------------------------------------------------------

  /* Each has one stop of the Tab key, and arrow keys within. */
  const grid = (name, { edit, select }) => {
    const element = make("div", { className: `hg-grid hg-grid--${name[0]}`, dir: "ltr" });
    element.role = "grid";
    element.ariaLabel = NAMES[name];
    let cells = [], made = "";

    const part = (row, column) => {
      if (edit) return frame.field(`${NAMES[name]}: ${places(row, column)}`,
        (text) => edit(row, column, text));
      const button = make("button", { type: "button" });
      const choose = () => select(row, column);
      button.addEventListener("focus", choose);
      button.addEventListener("click", choose);
      button.addEventListener("pointerenter", ({ pointerType }) =>
        pointerType === "mouse" && choose());
      return button;
    };
    const build = ([rows, columns], [[top, bottom], [left, right]]) => {
      cells = [];
      element.replaceChildren();
      for (let row = -top; row < rows + bottom; row += 1) {
        const line = make("div", { role: "row" });
        for (let column = -left; column < columns + right; column += 1) {
          const inside = row >= 0 && row < rows && column >= 0 && column < columns;
          const own = inside ? part(row, column) : show(0);
          const cell = make("div", { role: "gridcell" }, own);
          if (inside) own.tabIndex = row || column ? -1 : 0;
          else cell.className = "hg-zero";
          cells.push({ row, column, cell, own: inside ? own : null });
          line.append(cell);
        }
        element.append(line);
      }
    };
    const at = (row, column) =>
      cells.find((each) => each.own && each.row === row && each.column === column)?.own;
    const stopAt = (stop) => {
      for (const { own } of cells) if (own) own.tabIndex = own === stop ? 0 : -1;
    };
    element.addEventListener("focusin", ({ target }) => stopAt(target));
    element.addEventListener("keydown", (event) => {
      const [down, across] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1],
        ArrowRight: [0, 1] }[event.key] ?? [0, 0];
      const { target } = event;
      const { row, column } = cells.find(({ own }) => own === target) ?? {};
      const next = at(row + down, column + across);
      const end = across < 0 ? 0 : target.value?.length;
      const inText = across && edit && target.selectionStart !== end;
      if (!(down || across) || !next || inText) return;
      event.preventDefault();
      next.focus();
      next.select?.();
    });

    /*
     * marks: what stands beside an entry that takes part, by "row,column"; chosen: the
     * entry that is looked at.
     */
    const draw = (matrix, { ring = [[0, 0], [0, 0]], marks = new Map(), chosen } = {}) => {
      const sizes = [matrix.length, matrix[0].length];
      const key = [sizes, ring].join();
      if (key !== made) build(sizes, ring);
      made = key;
      for (const { row, column, cell, own } of cells) {
        const mark = marks.get(`${row},${column}`);
        cell.classList.toggle("hg-on", mark !== undefined);
        cell.dataset.by = mark ?? "";
        if (!own) continue;
        if (edit) frame.put(own, String(Number(matrix[row][column].toFixed(PLACES))));
        else {
          const isChosen = chosen[0] === row && chosen[1] === column;
          const text = format(matrix[row][column], PLACES);
          if (own.textContent !== text) {
            own.textContent = text;
            own.ariaLabel = `${NAMES[name]}: ${places(row, column)}: ${text}`;
          }
          own.ariaPressed = String(isChosen);
          if (isChosen) stopAt(own);
        }
      }
    };
    return { element, draw };
  };

  // ---- What can be changed --------------------------------------------------------

  const matrixOf = (name) => (name === "g" ? frame.state.dO : frame.state[name]);
  const edit = (name) => (row, column, text) => frame.set({ [name]: toText(
    matrixOf(name).map((line, i) => line.map((entry, j) => (i === row && j === column
      ? text.replace(/[;,\s]/g, "?") || "?" : entry)))) });
  const select = (row, column) => {
    const [i, j] = frame.state.at;
    if (row !== i || column !== j) frame.set({ at: `${row + 1},${column + 1}` });
  };
  const resize = (name, axis, size) => {
    const matrix = frame.state[name];
    const [rows, columns] = axis ? [matrix.length, size] : [size, matrix[0].length];
    return frame.set({ [name]: toText(Array.from({ length: rows }, (_, i) =>
      Array.from({ length: columns }, (_, j) => matrix[i]?.[j] ?? 0))) });
  };

  const resizers = [];
  const sizer = (name, axis) => {
    const choice = make("select", { ariaLabel: `${NAMES[name]}: ${words(axis ? "columns" : "rows")}` },
      ...Array.from({ length: LARGEST }, (_, index) =>
        make("option", { value: index + 1, textContent: show(index + 1) })));
    const refresh = () => {
      choice.value = [frame.state[name].length, frame.state[name][0].length][axis];
    };
    choice.addEventListener("change", () => {
      resize(name, axis, Number(choice.value));
      refresh();
    });
    resizers.push(refresh);
    return choice;
  };

  const panel = (name, own) => {
    const title = make("div", { className: "hg-panel__title", dir: "ltr" },
      make("span", { textContent: NAMES[name] }));
    if ("xf".includes(name)) title.append(sizer(name, 0), "×", sizer(name, 1));
    return make("div", { className: "hg-panel" }, title, own.element);
  };
  const grids = Object.fromEntries(Object.keys(NAMES).map((name) =>
    [name, grid(name, "xfg".includes(name) ? { edit: edit(name) } : { select })]));
  const panels = Object.fromEntries(Object.entries(grids).map(([name, own]) =>
    [name, panel(name, own)]));
  const zeros = make("div", { className: "hg-grid hg-grid--g", dir: "ltr" });
  const between = make("div", { className: "hg-panel" },
    make("div", { className: "hg-panel__title", textContent: words("spread"),
      dir: document.documentElement.dir }), zeros);

  const sum = make("p", { className: "hg-sum", dir: "ltr" });
  const note = make("p", { className: "hg-explorer__note" });
  const shelf = make("div", { className: "hg-panels" });
  frame.controls.append(
    frame.select("part", ["forward", "filter", "input"]),
    frame.number("strides"), frame.number("padding"), frame.number("dilation"));
  frame.box.append(shelf, sum, note);

  // ---- What is seen ------------------------------------------------------------------

  const value = (matrix, [row, column]) => matrix[row]?.[column] ?? 0;
  const bracketed = (number) => (number < 0 ? `(${format(number)})` : format(number));

  /* The two factors of each product: [name of the matrix, its values, place in a term]. */
  const factorsOf = ({ part, x, f, dO }) => ({
    forward: [["f", f, "f"], ["x", x, "x"]],
    filter: [["g", dO, "o"], ["x", x, "x"]],
    input: [["g", dO, "o"], ["f", f, "f"]],
  })[part];

  const drawSum = (name, at, result, found, factors) => {
    const products = found.map((term) => factors.map(([key, matrix, place]) =>
      make("span", { className: `hg-factor--${key}`,
        textContent: bracketed(value(matrix, term[place])) })));
    sum.replaceChildren(NAMES[name],
      make("sub", { textContent: at.map((index) => show(index + 1)).join(",") }), " = ",
      ...products.flatMap(([one, other], index) => [index ? " + " : "",
        make("span", { className: "hg-product" }, one, " × ", other)]),
      products.length ? " = " : "", make("strong", { textContent: format(result) }));
    const written = products.length <= MANY
      ? products.map((pair) => pair.map((each) => each.textContent).join(" × ")).join(" + ") : "";
    frame.say([`${NAMES[name]}: ${places(...at)}`, written, format(result)]
      .filter(Boolean).join(" = "));
  };

  const drawZeros = ({ dO, options }, marks) => {
    const steps = options.strides;
    const used = new Set([...marks.keys()].map((key) => key.split(",")
      .map((index, axis) => index * steps[axis]).join()));
    zeros.replaceChildren(...spread(dO, options).map((line, row) =>
      make("div", {}, ...line.map((entry, column) => {
        const cell = make("div", { textContent: format(entry, PLACES) });
        cell.className = used.has(`${row},${column}`) ? "hg-on"
          : row % steps[0] || column % steps[1] ? "hg-zero" : "";
        return cell;
      }))));
  };

  let seen;
  return (state) => {
    const { part, at, x, f, dO, options, places: axes } = state;
    const { forward, backward } = hamgashtExplorers.convolution;
    const name = SHOWN[part][2];
    const result = part === "forward" ? forward(x, f, options)
      : backward(x, f, dO, options)[name];
    const found = terms(axes, RESULTS[part], at);
    const factors = factorsOf(state);
    const marks = factors.map(([, , place], index) => {
      const [, matrix, otherPlace] = factors[1 - index];
      return new Map(found.map((term) =>
        [term[place].join(), format(value(matrix, term[otherPlace]), PLACES)]));
    });
    const strided = part !== "forward" && Math.max(...options.strides) > 1;
    const wanted = [...SHOWN[part].map((each) => panels[each]), ...(strided ? [between] : [])];
    if (seen !== wanted.length + part) shelf.replaceChildren(...wanted);
    seen = wanted.length + part;
    const ring = axes.map(({ before, after }) => [before, after]);
    factors.forEach(([key, matrix], index) => grids[key].draw(matrix,
      { marks: marks[index], ...(key === "x" ? { ring } : {}) }));
    grids[name].draw(result, { chosen: at });
    if (strided) drawZeros(state, marks[0]);
    drawSum(name, at, value(result, at), found, factors);
    const both = Math.max(...options.strides) > 1 && Math.max(...options.dilation) > 1;
    note.textContent = !found.length ? words("no_terms") : both ? words("both") : "";
    for (const refresh of resizers) refresh();
  };
};
