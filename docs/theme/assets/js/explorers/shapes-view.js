/* The shapes explorer: a list of layers, an editor for the chosen one, and what each costs. */
hamgashtExplorers.shapes.view = (frame) => {
  const { make, words, show, format } = frame;
  const { LAYERS, PADDINGS, ACTIVATIONS, PRESETS, preset, parse, write,
    toKeras } = hamgashtExplorers.shapes;
  const KILO = 1000;
  const NEW = { // a new layer's arguments that Keras gives no default
    filters: 16, kernel_size: 3, pool_size: 2, units: 10, rate: 0.5, scale: 1,
  };
  let chosen = [0]; // the path of the layer that is edited; [2, 0] is a branch of the third

  // ---- The list that is edited ----------------------------------------------------------

  const copy = () => structuredClone(frame.state.layers);
  /* The list that a path leads into; [2, 0] is a branch, and so a list itself. */
  const listAt = (layers, path) => {
    let list = layers;
    for (let depth = 0; depth + 1 < path.length; depth += 2)
      list = list?.[path[depth]]?.branches?.[path[depth + 1]];
    return list;
  };
  const isLayer = (path) => path.length % 2 === 1;
  const layerAt = (layers, path) => (isLayer(path) ? listAt(layers, path)?.[path.at(-1)] : undefined);
  const change = (edit, next = chosen) => {
    const layers = copy();
    edit(layers);
    const before = chosen;
    chosen = next;
    if (frame.set({ layers: write(layers) })) return true;
    chosen = before;
    return false;
  };
  const setArgument = (name, value) => change((layers) => {
    const layer = layerAt(layers, chosen);
    if (value === "") delete layer[name];
    else layer[name] = value;
  });
  const add = (kind) => {
    const layer = { layer: kind };
    for (const [name, usual] of Object.entries(LAYERS[kind].args))
      if (usual === null && name in NEW) layer[name] = NEW[name];
    if (kind === "Concatenate") layer.branches = [[], []];
    const list = listAt(frame.state.layers, chosen);
    const at = isLayer(chosen) ? Math.min(chosen.at(-1) + 1, list.length) : 0;
    const path = [...(isLayer(chosen) ? chosen.slice(0, -1) : chosen), at];
    change((layers) => listAt(layers, path).splice(at, 0, layer), path);
  };
  const remove = () => {
    const [above, at] = [chosen.slice(0, -1), chosen.at(-1)];
    if (isLayer(chosen))
      change((layers) => listAt(layers, chosen).splice(at, 1), [...above, Math.max(0, at - 1)]);
    else change((layers) => layerAt(layers, above).branches.splice(at, 1), above);
  };
  const move = (by) => {
    const at = chosen.at(-1);
    const list = listAt(frame.state.layers, chosen);
    if (!list[at + by]) return;
    change((layers) => {
      const own = listAt(layers, chosen);
      [own[at], own[at + by]] = [own[at + by], own[at]];
    }, [...chosen.slice(0, -1), at + by]);
  };
  const addBranch = () => change((layers) => layerAt(layers, chosen).branches.push([]),
    [...chosen, layerAt(frame.state.layers, chosen).branches.length]);

  // ---- Controls -------------------------------------------------------------------------

  const labelled = (label, input) => {
    input.ariaLabel = label;
    return make("label", { className: "hg-control" },
      make("span", { className: "hg-control__label", textContent: label }), input);
  };
  const options = (values, name = (value) => value) => values.map((value) =>
    make("option", { value, textContent: name(value) }));

  const network = make("select", { onchange: () => {
    if (network.value) {
      chosen = [0];
      frame.set(preset(network.value));
    }
  } }, ...options(["", ...PRESETS], (name) => words(`preset.${name || "own"}`)));
  const known = PRESETS.map((name) => [name, preset(name).input, write(parse(preset(name).layers))]);
  frame.controls.append(labelled(words("network"), network), frame.number("input"));

  const kind = make("select", {}, ...options(Object.keys(LAYERS)));
  kind.value = "Conv2D";
  const adding = make("div", { className: "hg-explorer__group" },
    labelled(words("add_layer"), kind), frame.button(words("add"), () => add(kind.value)));
  const editor = make("fieldset", { className: "hg-layer" });
  const code = frame.button(words("code"), () =>
    hamgashtReader.copy(toKeras(frame.state.input, frame.state.layers)));

  let edited = "";
  const title = make("bdi");
  let refreshers = [];
  const fieldOf = (layer, name) => {
    const usual = LAYERS[layer.layer].args[name];
    const now = () => {
      const value = layerAt(frame.state.layers, chosen)?.[name] ?? usual;
      return Array.isArray(value) ? value.join(" ") : String(value ?? "");
    };
    const choices = { padding: layer.layer === "Conv1D" ? [...PADDINGS, "causal"] : PADDINGS,
      activation: ACTIVATIONS }[name];
    if (typeof usual === "boolean") {
      const input = make("input", { type: "checkbox" });
      input.addEventListener("change", () => setArgument(name, input.checked));
      refreshers.push(() => { input.checked = now() === "true"; });
      return labelled(name, input);
    }
    if (choices) {
      const input = make("select", {}, ...options(choices));
      input.addEventListener("change", () => setArgument(name, input.value));
      refreshers.push(() => { input.value = now(); });
      return labelled(name, input);
    }
    const input = frame.field(name, (text) => {
      const sizes = text.split(/[\s,x×]+/).filter(Boolean);
      const numbers = sizes.map((size) => (Number.isFinite(Number(size)) ? Number(size) : "?"));
      return setArgument(name, numbers.length > 1 ? numbers : numbers[0] ?? "");
    });
    refreshers.push(() => frame.put(input, now()));
    return labelled(name, input);
  };
  const nameOf = (path) => {
    const layer = layerAt(frame.state.layers, path);
    return layer ? layer.layer : words("branch", path.at(-1) + 1);
  };
  const drawEditor = () => {
    const layer = layerAt(frame.state.layers, chosen);
    const key = layer?.layer ?? "branch";
    if (key !== edited) {
      refreshers = [];
      const fields = layer ? Object.keys(LAYERS[layer.layer].args).map((name) => fieldOf(layer, name)) : [];
      const moves = layer ? [frame.button(words("up"), () => move(-1)),
        frame.button(words("down"), () => move(1))] : [];
      const branch = layer?.layer === "Concatenate" ? [frame.button(words("add_branch"), addBranch)] : [];
      editor.replaceChildren(make("legend", {}, title),
        make("div", { className: "hg-explorer__group" }, ...fields),
        make("div", { className: "hg-explorer__group" }, ...moves, ...branch,
          frame.button(words("remove"), remove)));
    }
    edited = key;
    title.textContent = nameOf(chosen);
    editor.hidden = frame.state.layers.length === 0;
    for (const refresh of refreshers) refresh();
  };

  // ---- The table ----------------------------------------------------------------------------

  const COLUMNS = ["layer", "output", "parameters", "multiply_adds", "memory", "field"];
  const body = make("tbody");
  const foot = make("tfoot");
  const table = make("div", { className: "hg-explorer__scroll", tabIndex: 0 },
    make("table", { className: "hg-results" }, make("thead", {}, make("tr", {}, ...COLUMNS.map((name) =>
      make("th", { scope: "col", textContent: words(name) })))), body, foot));
  table.role = "region";
  table.ariaLabel = words("table");
  const mistake = make("p", { className: "hg-explorer__mistake" });
  mistake.role = "alert";
  const note = make("p", { className: "hg-explorer__note", textContent: words("note") });
  frame.box.append(editor, adding, mistake, table, note,
    make("div", { className: "hg-explorer__group" }, code));

  const whole = (number) => show(String(number).replace(/\B(?=(\d{3})+$)/g, frame.rtl ? "٬" : ","));
  const bytes = (number) => {
    const power = number < KILO ? 0 : number < KILO ** 2 ? 1 : 2;
    return `${format(number / KILO ** power, power ? 1 : 0)} ${["B", "kB", "MB"][power]}`;
  };
  const shape = (sizes) => sizes.map((size) => show(size)).join("×");
  const cell = (textContent) => make("td", {}, make("bdi", { dir: "ltr", textContent }));
  const pick = (path) => {
    chosen = path;
    draw();
  };
  const head = (path, text) => {
    const button = make("button", { type: "button", className: "hg-row", textContent: text, dir: "ltr" });
    button.addEventListener("click", () => pick(path));
    button.style.marginInlineStart = `${Math.floor((path.length - 1) / 2)}em`;
    return make("th", { scope: "row" }, button);
  };

  /* Rows in the order of the calls: a Concatenate stands below its branches. */
  const listOf = (layers, above = []) => layers.flatMap((layer, i) => [
    ...(layer.branches ?? []).flatMap((branch, j) => [{ path: [...above, i, j] },
      ...listOf(branch, [...above, i, j])]),
    { path: [...above, i], name: layer.layer },
  ]);
  let lines = [];
  let built = "";
  const build = (list) => {
    lines = list.map(({ path, name }) => {
      const cells = name ? COLUMNS.slice(1).map(() => cell("")) : [];
      const own = head(path, name ?? words("branch", path.at(-1) + 1));
      const line = make("tr", {}, own, ...cells);
      if (!name) line.append(make("td", { colSpan: COLUMNS.length - 1 }));
      return { path: path.join(), line, button: own.firstChild,
        texts: cells.map(({ firstChild }) => firstChild) };
    });
    body.replaceChildren(...lines.map(({ line }) => line));
  };
  const drawRows = ({ layers, summary }) => {
    const list = listOf(layers);
    const key = list.map(({ path, name }) => `${path}${name}`).join();
    if (key !== built) build(list);
    built = key;
    const results = new Map(summary.rows.map((row) => [row.path.join(), row]));
    for (const { path, line, button, texts } of lines) {
      const row = results.get(path);
      const told = row && [shape(row.shape), whole(row.parameters), whole(row.multiplyAdds),
        bytes(row.bytes), shape(row.field) || "–"];
      texts.forEach((text, index) => {
        if (text.textContent !== (told?.[index] ?? "")) text.textContent = told?.[index] ?? "";
      });
      button.ariaPressed = String(path === chosen.join());
      line.classList.toggle("hg-mistake", path === summary.mistake?.path.join());
    }
  };

  const explain = ({ path, layer, code: name, values }) => {
    const given = Object.values(values).flatMap((value) => (Array.isArray(value)
      ? [Array.isArray(value[0]) ? value.map(shape).join(frame.rtl ? " و " : ", ") : shape(value)] : [value]));
    const number = path.filter((_, depth) => depth % 2 === 0).map((i) => i + 1).join(".");
    const place = words("at", number).replace("@", layer); // its name keeps its digits
    return `${place} ${words(`mistake.${name}`, ...given)}`;
  };

  const draw = () => {
    const { layers, summary } = frame.state;
    while (chosen.length > 1 && !(isLayer(chosen) ? layerAt : listAt)(layers, chosen))
      chosen = chosen.slice(0, -1);
    drawRows(frame.state);
    const { parameters, trainable, frozen, multiplyAdds, bytes: memory } = summary.totals;
    foot.replaceChildren(make("tr", {}, make("th", { scope: "row", textContent: words("total") }),
      cell(""), cell(whole(parameters)), cell(whole(multiplyAdds)), cell(bytes(memory)), cell("")));
    mistake.textContent = summary.mistake ? explain(summary.mistake) : "";
    note.textContent = words("note") + (frozen ? ` ${words("trainable", whole(trainable), whole(frozen))}` : "");
    code.disabled = summary.mistake !== null;
    const written = write(layers);
    network.value = known.find(([, input, text]) =>
      input === frame.texts.input && text === written)?.[0] ?? "";
    drawEditor();
    frame.say(summary.mistake ? "" : words("told", whole(parameters), whole(multiplyAdds)));
  };
  return draw;
};
