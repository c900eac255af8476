/* The network explorer: an image to change or to draw, the answer, the feature maps. */
hamgashtExplorers.network.view = (frame) => {
  const { make, words, format } = frame;
  const { NETWORKS, RANGES, load, predict, change, resize, moved } = hamgashtExplorers.network;
  const MOST_PIXELS = 64e6, LARGEST_SIDE = 1024; // of a reader's own image
  const PEN = 1.6; // from the pen's middle to where nothing is drawn, in pixels
  const VIRIDIS = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
  const STEPS = { turn: 1, right: 0.01, down: 0.01 };
  const family = (net) => net.split("-")[0];
  const isDigits = (net) => family(net) === "digits";
  const percent = (part) => words("percent", format(Math.round(1000 * part) / 10, 1));
  const className = (net, index) =>
    (isDigits(net) ? frame.show(index) : words(`class.${family(net)}.${index}`));

  // ---- Networks: their scripts come when they are asked for --------------------------------

  const ready = {}, asked = {};
  const unpack = async (text) => {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return load(new Uint8Array(await new Response(stream).arrayBuffer()));
  };
  const fetchNetwork = (net) => {
    asked[net] ??= frame.load(`network-${net}.js`)
      .then(() => unpack(hamgashtExplorers.weights[net]))
      .then((network) => { ready[net] = network; draw(); },
        () => {
          delete asked[net];
          waiting.hidden = true;
          retry.hidden = false;
          frame.box.ariaBusy = "false";
          frame.problem(words("unavailable"));
        });
  };
  const recorded = (net, index) => {
    const { data } = ready[net].extra.images;
    const { side } = NETWORKS[net], depth = data.length / NETWORKS[net].images / side ** 2;
    const length = side * side * depth;
    return { shape: [side, side, depth],
      data: data.subarray(index * length, (index + 1) * length).map((value) => value / 255) };
  };
  /* The probability of each class; a sigmoid gives that of the second one. */
  const run = (net, image) => {
    const { white } = NETWORKS[net];
    const { answer, layers } = predict(ready[net], image.data.map((value) => value * white));
    return { layers, classes: answer.length > 1 ? [...answer] : [1 - answer[0], answer[0]] };
  };
  const largest = (classes) => classes.indexOf(Math.max(...classes));

  // ---- Pictures ----------------------------------------------------------------------------

  const paint = (target, width, height, colour) => {
    Object.assign(target, { width, height });
    const pixels = new ImageData(width, height);
    for (let row = 0; row < height; row += 1)
      for (let column = 0; column < width; column += 1) {
        const [red, green, blue, alpha = 255] = colour(row, column);
        pixels.data.set([red, green, blue, alpha], 4 * (row * width + column));
      }
    target.getContext("2d").putImageData(pixels, 0, 0);
  };
  const paintImage = (target, { shape: [rows, columns, depth], data }) =>
    paint(target, columns, rows, (row, column) => [0, 1, 2].map((channel) =>
      255 * data[(row * columns + column) * depth + Math.min(channel, depth - 1)]));
  const viridis = (part) => {
    const place = Math.min(Math.max(part, 0), 1) * (VIRIDIS.length - 1);
    const from = Math.min(Math.floor(place), VIRIDIS.length - 2);
    return VIRIDIS[from].map((low, k) => low + (place - from) * (VIRIDIS[from + 1][k] - low));
  };
  const paintMaps = (target, { shape: [rows, columns, depth], data }) => {
    const across = depth > 64 ? 16 : 8, gap = columns > 16 ? 2 : 1;
    const [low, high] = data.reduce(([least, most], value) =>
      [Math.min(least, value), Math.max(most, value)], [Infinity, -Infinity]);
    const [wide, tall] = [columns + gap, rows + gap];
    paint(target, across * wide - gap, Math.ceil(depth / across) * tall - gap, (y, x) => {
      const [row, column] = [y % tall, x % wide];
      const map = Math.floor(y / tall) * across + Math.floor(x / wide);
      if (row >= rows || column >= columns || map >= depth) return [0, 0, 0, 0];
      return viridis((data[(row * columns + column) * depth + map] - low) / (high - low || 1));
    });
  };

  // ---- The reader's own image ----------------------------------------------------------------

  let own = null; // {net family, image}: stands in the recorded image's place
  const use = (image) => {
    own = { family: family(frame.state.net), image };
    frame.problem();
    draw();
  };
  const grey = (pixels) => Float32Array.from({ length: pixels.length / 4 }, (_, index) =>
    Math.floor((19595 * pixels[4 * index] + 38470 * pixels[4 * index + 1]
      + 7471 * pixels[4 * index + 2] + 0x8000) / 65536)); // as Pillow makes it
  const colours = (pixels) => Float32Array.from({ length: (pixels.length / 4) * 3 },
    (_, index) => pixels[4 * Math.floor(index / 3) + (index % 3)]);
  const fromPicture = (picture, net) => {
    const { side } = NETWORKS[net], { naturalWidth, naturalHeight } = picture;
    const [wide, tall] = family(net) === "mri" ? [naturalWidth, naturalHeight]
      : Array(2).fill(Math.min(naturalWidth, naturalHeight));
    const smaller = Math.min(1, LARGEST_SIDE / Math.max(wide, tall));
    const [width, height] = [wide, tall].map((length) => Math.max(1, Math.round(length * smaller)));
    const paper = Object.assign(make("canvas"), { width, height }).getContext("2d");
    paper.imageSmoothingQuality = "high";
    paper.drawImage(picture, (naturalWidth - wide) / 2, (naturalHeight - tall) / 2, wide, tall,
      0, 0, width, height);
    const pixels = paper.getImageData(0, 0, width, height).data;
    const depth = family(net) === "cifar" ? 3 : 1;
    const whole = { shape: [height, width, depth],
      data: depth === 1 ? grey(pixels) : colours(pixels) };
    const { shape, data } = resize(whole, [side, side]);
    const scaled = data.map((value) => value / 255);
    // Digits are white on black here; a photograph of a sheet is the other way round.
    const bright = scaled.reduce((sum, value) => sum + value, 0) > scaled.length / 2;
    return { shape, data: isDigits(net) && bright ? scaled.map((value) => 1 - value) : scaled };
  };
  // An element knows its size before a browser spends memory on its pixels.
  const open = (file) => {
    const src = URL.createObjectURL(file);
    const picture = make("img", { src });
    picture.onload = () => {
      const pixels = picture.naturalWidth * picture.naturalHeight;
      if (pixels > MOST_PIXELS) frame.problem(words("too_many_pixels", MOST_PIXELS / 1e6));
      else if (pixels) use(fromPicture(picture, frame.state.net));
      else picture.onerror();
      URL.revokeObjectURL(src);
    };
    picture.onerror = () => {
      frame.problem(words("not_image"));
      URL.revokeObjectURL(src);
    };
  };
  const chooser = make("input", { type: "file", accept: "image/*", hidden: true });
  chooser.addEventListener("change", () => {
    if (chooser.files[0]) open(chooser.files[0]);
    chooser.value = "";
  });

  // ---- A digit to draw -------------------------------------------------------------------------

  const SIDE = NETWORKS["digits-plain"].side;
  const sheet = { shape: [SIDE, SIDE, 1], data: new Float32Array(SIDE * SIDE) };
  const pen = { row: SIDE / 2, column: SIDE / 2, down: false };
  const pad = make("canvas", { className: "hg-pad", tabIndex: 0 });
  pad.role = "application";
  pad.ariaLabel = words("pad");
  const showSheet = () => {
    paintImage(pad, sheet);
    if (document.activeElement !== pad) return;
    const context = pad.getContext("2d");
    context.fillStyle = pen.down ? "#e69f00" : "#56b4e9";
    context.fillRect(pen.column, pen.row, 1, 1);
  };
  const stroke = (row, column) => {
    for (let r = 0; r < SIDE; r += 1)
      for (let c = 0; c < SIDE; c += 1) {
        const ink = Math.min(Math.max(PEN - Math.hypot(r - row, c - column), 0), 1);
        sheet.data[r * SIDE + c] = Math.max(sheet.data[r * SIDE + c], ink);
      }
    use({ shape: sheet.shape, data: sheet.data.slice() });
  };
  const touch = (event) => {
    if (!event.buttons) return;
    const { left, top, width, height } = pad.getBoundingClientRect();
    stroke((event.clientY - top) / height * SIDE - 0.5, (event.clientX - left) / width * SIDE - 0.5);
  };
  pad.addEventListener("pointerdown", (event) => {
    pad.setPointerCapture(event.pointerId);
    touch(event);
  });
  pad.addEventListener("pointermove", touch);
  for (const type of ["focus", "blur"]) pad.addEventListener(type, showSheet);
  pad.addEventListener("keydown", (event) => {
    const [down, across] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1],
      ArrowRight: [0, 1] }[event.key] ?? [0, 0];
    if (event.key === "Enter") pen.down = !pen.down;
    else if (!down && !across) return;
    event.preventDefault();
    pen.row = Math.min(Math.max(pen.row + down, 0), SIDE - 1);
    pen.column = Math.min(Math.max(pen.column + across, 0), SIDE - 1);
    if (pen.down) stroke(pen.row, pen.column);
    else frame.say(words("pen", pen.row + 1, pen.column + 1));
    showSheet();
  });
  const wipe = () => {
    sheet.data.fill(0);
    pen.down = false;
    if (own?.family === "digits") own = null;
    draw();
  };
  const drawing = make("div", { className: "hg-network__part" },
    make("p", { textContent: words("draw_here") }), pad, frame.button(words("wipe"), wipe));

  // ---- What stands in the explorer ---------------------------------------------------------------

  const slider = (key) => {
    const [min, max] = RANGES[key];
    const whole = frame.slider(key, { min, max, step: STEPS[key] ?? 0.05 });
    if (["right", "cover_x"].includes(key)) whole.querySelector("input").dir = "ltr";
    return whole;
  };
  const nets = frame.select("net", ["digits-augmented", "digits-plain"]);
  const again = frame.button(words("seed"),
    () => frame.set({ seed: String((frame.state.seed + 1) % RANGES.seed[1]) }));
  const [coverX, coverY] = [slider("cover_x"), slider("cover_y")];
  frame.controls.append(nets, ...["right", "down", "turn", "scale", "blur", "light", "noise"]
    .map(slider), again, slider("cover"), coverX, coverY);

  const strip = make("div", { className: "hg-network__strip" });
  strip.role = "group";
  strip.ariaLabel = words("images");
  const seen = make("canvas"), answers = make("ol", { className: "hg-answers" });
  const verdict = make("p", { className: "hg-verdict" }), truth = make("p");
  const layers = make("select", { id: "explorer-network-layer" });
  layers.addEventListener("change", () => frame.set({ layer: layers.value }));
  const moves = make("div", { className: "hg-moves", dir: "ltr", ariaHidden: "true" });
  const maps = make("canvas"), note = make("p", { className: "hg-explorer__note" });
  const warning = make("p", { className: "hg-network__warning", textContent: words("warning") });
  const waiting = make("p", { textContent: words("loading") });
  const retry = frame.button(words("retry"), () => {
    frame.problem();
    draw();
  });
  const body = make("div", {},
    make("div", { className: "hg-network__parts" },
      drawing, make("div", { className: "hg-network__part" },
        make("p", { textContent: words("seen") }), seen),
      make("div", { className: "hg-network__part hg-network__answer" }, verdict, answers, truth)),
    make("div", { className: "hg-control" },
      make("label", { htmlFor: layers.id, textContent: words("layer") }), layers),
    moves, note, make("div", { className: "hg-maps" }, maps));
  frame.box.append(warning, strip,
    make("p", {}, frame.button(words("open"), () => chooser.click()), chooser, " ",
      make("span", { className: "hg-explorer__note", textContent: words("stays") })),
    waiting, retry, body);

  const place = (event) => {
    if (!event.buttons || !frame.state.cover) return;
    const { left, top, width, height } = seen.getBoundingClientRect();
    const part = (value) => String(Number(Math.min(Math.max(value, 0), 1).toFixed(2)));
    frame.set({ cover_x: part((event.clientX - left) / width),
      cover_y: part((event.clientY - top) / height) });
  };
  for (const type of ["pointerdown", "pointermove"]) seen.addEventListener(type, place);

  // ---- Draw ----------------------------------------------------------------------------------------

  let chosen = "", shown = [], before;

  /* A button for each recorded image, and a line for each class and each layer. */
  const build = (net) => {
    const { images } = NETWORKS[net];
    strip.replaceChildren(...Array.from({ length: images }, (_, index) => {
      const picture = make("canvas");
      paintImage(picture, recorded(net, index));
      const truthOf = className(net, ready[net].extra.truth.data[index]);
      const button = make("button", { type: "button",
        ariaLabel: words("image", index + 1, truthOf) }, picture);
      button.addEventListener("click", () => {
        own = null;
        frame.set({ image: String(index + 1) });
      });
      return button;
    }));
    shown = ready[net].layers.map(({ kind }, index) => ({ kind, index }))
      .filter(({ kind }) => !/Rescaling|Reshape|Flatten/.test(kind)); // the same numbers again
    before = null;
  };
  const nameLayers = (made) => layers.replaceChildren(...shown.map(({ kind, index }, number) => {
    const shape = made[index].shape.map(frame.show).join("×");
    const text = `${frame.show(number + 1)}: \u2066${kind}\u2069 \u2066${shape}\u2069`;
    return make("option", { value: number + 1, textContent: text });
  }));

  const drawAnswers = (net, classes, first) => {
    const best = largest(classes), once = largest(first);
    answers.replaceChildren(...classes.map((part, index) => {
      const bar = make("span", { className: "hg-answers__bar", dir: "ltr" },
        make("span", { style: `width: ${100 * part}%` }),
        make("i", { style: `left: ${100 * first[index]}%` }));
      const line = make("li", {}, make("span", { textContent: className(net, index) }), bar,
        make("span", { textContent: percent(part) }));
      if (index === best) line.className = "hg-answers__best";
      return line;
    }));
    const is = words("answer", className(net, best), percent(classes[best]));
    const was = words("was", className(net, once), percent(first[once]));
    verdict.textContent = best === once && Math.abs(classes[best] - first[once]) < 5e-4
      ? is : `${is} ${was}`;
    frame.say(verdict.textContent);
    seen.role = "img";
    seen.ariaLabel = `${words("seen")}: ${verdict.textContent}`;
  };
  const drawLayer = (made, first) => {
    const number = Math.min(frame.state.layer, shown.length) - 1;
    layers.value = number + 1;
    const shifts = shown.map(({ index }) => moved(first[index].data, made[index].data));
    const most = Math.max(...shifts, 1e-9);
    moves.replaceChildren(...shifts.map((shift, index) => make("span", {
      style: `height: ${Math.max(2, 100 * Math.min(shift / Math.max(most, 1), 1))}%`,
      className: index === number ? "hg-moves__chosen" : "" })));
    note.textContent = words("moved", percent(shifts[number]));
    const { shape, data } = made[shown[number].index];
    const [rows, columns, depth] = shape.length === 1 ? [1, 1, ...shape] : shape;
    paintMaps(maps, { shape: [rows, columns, depth], data });
    maps.role = "img";
    maps.ariaLabel = words("maps", depth, `${rows}×${columns}`);
  };

  const draw = () => {
    const { net, image, noise, cover } = frame.state;
    warning.hidden = family(net) !== "mri";
    drawing.hidden = !isDigits(net);
    nets.style.display = isDigits(net) ? "" : "none";
    again.style.display = noise ? "" : "none";
    for (const each of [coverX, coverY]) each.style.display = cover ? "" : "none";
    waiting.hidden = Boolean(ready[net]);
    retry.hidden = true;
    frame.box.ariaBusy = String(!ready[net]);
    body.hidden = strip.hidden = !ready[net];
    if (!ready[net]) return fetchNetwork(net);
    if (own && own.family !== family(net)) own = null;
    const isNew = chosen !== net;
    if (isNew) build(net);
    chosen = net;
    const source = own?.image ?? recorded(net, image - 1);
    if (before?.source !== (own?.image ?? image))
      before = { source: own?.image ?? image, ...run(net, source) };
    const now = change(source, frame.state);
    const { layers: made, classes } = run(net, now);
    if (isNew) nameLayers(made);
    [...strip.children].forEach((button, index) => {
      button.ariaPressed = String(!own && index + 1 === image);
    });
    truth.textContent = own ? "" : words("truth", className(net, ready[net].extra.truth.data[image - 1]));
    paintImage(seen, now);
    if (isDigits(net)) showSheet();
    drawAnswers(net, classes, before.classes);
    return drawLayer(made, before.layers);
  };
  return draw;
};
