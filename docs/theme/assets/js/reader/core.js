/* Comfort for whoever reads: figures enlarge, long outputs fold, code may wrap. */
(() => {
  const { words } = hamgashtReader;
  const root = document.documentElement;
  const here = new URL(".", document.currentScript.src);
  const persian = root.lang === "fa";

  /* What the other scripts of this folder use, too. */
  const reader = Object.assign(hamgashtReader, {
    base: new URL(JSON.parse(document.getElementById("__config").textContent).base, location),
    digits: (text) => persian
      ? String(text).replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]) : String(text),
    // What nobody waits for lets first what else there is to do.
    idle: () => new Promise((go) => whenIdle(() => go())),
    toolParts: [], // what other scripts add to the dialog of tools
    // Elements: make("p", { className: "x" }, "text", child)
    make: (tag, properties, ...children) => {
      const element = Object.assign(document.createElement(tag), properties);
      element.append(...children);
      return element;
    },
    // What is kept is kept on this device alone; a browser that keeps nothing is no error.
    kept: (key) => __md_get(key),
    keep: (key, value) => __md_set(key, value),
    // A script that most readers never need comes when it is needed, also from file://.
    load: (name) => (loaded[name] ??= new Promise((done, failed) => {
      const src = new URL(name, here);
      document.head.append(
        reader.make("script", { src, onload: done, onerror: () => failed(Error(name)) }));
    })),
  });
  const loaded = {};
  const whenIdle = self.requestIdleCallback ?? ((work) => setTimeout(work, 50));

  // ---- Figures ---------------------------------------------------------------

  const pictures = "article :is(.hg-picture, .hg-notebook__figure, img.hg-raster)";

  const enlarge = (button) => {
    button.focus({ preventScroll: true }); // the dialog gives the focus back to it
    reader.load("figure.js").then(() => reader.enlarge(button.parentElement));
  };

  const dressFigures = () => {
    for (let picture of document.querySelectorAll(pictures)) {
      if (picture.closest(".hg-frame")) continue;
      if (picture.matches("img")) {
        const frame = reader.make("div", {});
        picture.replaceWith(frame);
        frame.append(picture);
        picture = frame;
      }
      picture.classList.add("hg-frame");
      const shown = picture.querySelector("svg, img");
      const name = shown.querySelector("title")?.textContent || shown.alt || "";
      const button = reader.make("button", { type: "button", className: "hg-enlarge" });
      button.ariaLabel = `${words.enlarge}: ${name.trim()}`;
      button.title = words.enlarge;
      picture.append(button);
    }
  };

  addEventListener("click", ({ target }) => {
    const frame = target instanceof Element && target.closest(".hg-frame");
    const button = frame && target.closest("button");
    // Whoever selects a label of a drawing does not want it large.
    if (frame && (button ? button.matches(".hg-enlarge") : getSelection().isCollapsed))
      enlarge(frame.querySelector(".hg-enlarge"));
  });

  // ---- Long outputs ----------------------------------------------------------

  const SLACK = 1.3; // what is little higher than its fold is better shown whole

  const unfold = (box, open) => {
    const button = box.nextElementSibling;
    box.classList.toggle("hg-folded", !open);
    box.classList.toggle("hg-whole", open);
    button.ariaExpanded = String(open);
    button.textContent = open ? words.fewer : button.dataset.all;
    if (!open) box.scrollTop = 0;
  };

  const outputs = "article :is(.hg-table--long, pre.hg-text):not(.hg-folded, .hg-whole)";

  const fold = (boxes) => {
    const whole = boxes.map((box) => box.scrollHeight <= SLACK * box.clientHeight);
    boxes.forEach((box, number) => {
      if (whole[number]) return box.classList.add("hg-whole");
      const rows = box.querySelectorAll("tbody tr").length;
      const lines = box.textContent.trimEnd().split("\n").length;
      const all = rows ? words.all_rows : words.all_lines;
      const button = reader.make("button", { type: "button", className: "hg-all" });
      button.dataset.all = all.replace("#", reader.digits(rows || lines));
      box.after(button);
      unfold(box, box.scrollTop > 0);
    });
  };

  addEventListener("click", ({ target }) => {
    if (!(target instanceof Element && target.matches(".hg-all"))) return;
    const box = target.previousElementSibling;
    unfold(box, box.matches(".hg-folded"));
  });
  // Where the browser's own search, a link or the keyboard leads into a fold, it opens;
  // so it does where they came before it was folded.
  addEventListener("scroll", ({ target }) => {
    if (target instanceof Element && target.matches(".hg-folded") && target.scrollTop)
      unfold(target, true);
  }, true);

  // ---- Long lines of code -----------------------------------------------------

  const options = { wrap: false, keys: true, ...reader.kept("reader") };
  const blocks = "article .hg-cell .hg-code pre > code";

  // Each line becomes an element, so that what is wrapped hangs below its beginning.
  const splitLines = (code) => {
    if (code.querySelector(".hg-line")) return;
    code.innerHTML = code.innerHTML.split("\n")
      .map((line) => (line ? `<span class="hg-line">${line}</span>` : "")).join("\n");
  };

  const applyWrap = () => {
    root.classList.toggle("hg-wrap", options.wrap);
    if (options.wrap) document.querySelectorAll(blocks).forEach(splitLines);
    for (const button of document.querySelectorAll(".hg-wraps"))
      button.ariaPressed = String(options.wrap);
  };

  // The button stands only where a line is longer than its block.
  const offerWrap = (found) => {
    if (!found.length) return;
    root.classList.remove("hg-wrap");
    const long = found.map((code) => code.scrollWidth > code.clientWidth);
    found.forEach((code, number) => {
      const actions = code.closest(".hg-cell").querySelector(".hg-actions");
      const button = actions.querySelector(".hg-wraps");
      if (button) button.hidden = !long[number];
      else if (long[number])
        actions.append(reader.make("button",
          { type: "button", className: "hg-copy hg-wraps", textContent: words.wrap }));
    });
    applyWrap();
  };

  reader.option = (name, value = options[name]) => {
    if (value === options[name]) return value;
    options[name] = value;
    reader.keep("reader", options);
    if (name === "wrap") applyWrap();
    return value;
  };
  addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.matches(".hg-wraps"))
      reader.option("wrap", !options.wrap);
  });

  // ---- What is wide -------------------------------------------------------------

  // Whoever cannot use a mouse scrolls it with the keyboard.
  const formulas = "article bdi.arithmatex";
  const scrolled = "article :is(.hg-notebook__figure, pre > code)";
  const isWide = (element) => {
    if (!element.matches(formulas)) return element.scrollWidth > element.clientWidth;
    const room = element.closest("p, li, th, td, dd, div").clientWidth;
    return [...element.querySelectorAll(".katex-html > *")]
      .some((part) => part.offsetWidth > room);
  };
  const reach = (found) => {
    const wide = found.map(isWide);
    found.forEach((element, number) => {
      if (wide[number]) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
      element.classList.toggle("hg-wide", wide[number] && element.matches(formulas));
    });
  };

  // ---- The rest of a long page ----------------------------------------------------

  // A page's first words come before its last are laid out (see the style sheet). These
  // are laid out while nothing else is to do, some at a time, and stay hidden: nothing
  // is drawn for it, and the page has its length, which is told once. They are shown when
  // the reader moves, in few steps, for each moves what is below. What was laid out is
  // measured, all before anything changes.
  const BUDGET = 8; // milliseconds without a pause
  const SHOWN = 2000; // elements at a time
  const moved = new Promise((go) => {
    for (const type of ["scroll", "pointermove", "pointerdown", "keydown", "focusin"])
      addEventListener(type, go, { capture: true, once: true, passive: true });
  });
  const outer = ["article > *", "article > ol > li > details"];
  let later = new Set(), measured = new WeakSet(), runs = 0;

  const measure = (pieces) => {
    const found = (selector) => pieces.flatMap((piece) =>
      [...(piece.matches(selector) ? [piece] : []), ...piece.querySelectorAll(selector)])
      .filter((element) => !measured.has(element)
        && !outer.some((box) => later.has(element.closest(box)))
        && element.checkVisibility()); // what is hidden has no width
    const [boxes, code, wide] = [outputs, blocks, `${formulas}, ${scrolled}`].map(found);
    for (const element of [...boxes, ...code, ...wide]) measured.add(element);
    reach(wide);
    offerWrap(code);
    fold(boxes);
  };

  // What is asked for inside a piece has the piece laid out; asking for its own does not.
  const height = (piece) => {
    const range = document.createRange();
    const shown = [...piece.childNodes].filter((node) =>
      (node instanceof Element ? node.checkVisibility() : node.data.trim()));
    const bottoms = shown.slice(-3).map((node) => {
      range.selectNodeContents(node);
      return (node instanceof Element ? node : range).getBoundingClientRect().bottom;
    });
    return Math.max(...bottoms) - piece.getBoundingClientRect().top;
  };

  const layOut = async (run) => {
    await document.fonts.ready;
    await reader.idle();
    if (run !== runs) return reader.settled;
    dressFigures();
    measured = new WeakSet();
    later = new Set([...document.querySelectorAll(outer)]
      .filter((piece) => getComputedStyle(piece).contentVisibility === "auto"));
    const pieces = [...later];
    measure([document.body]);
    const heights = [];
    while (heights.length < pieces.length) {
      await reader.idle();
      if (run !== runs) return reader.settled;
      const end = performance.now() + BUDGET;
      do {
        const piece = pieces[heights.length];
        later.delete(piece);
        measure([piece]);
        heights.push(height(piece));
      } while (heights.length < pieces.length && performance.now() < end);
    }
    pieces.forEach((piece, number) => {
      piece.style.containIntrinsicBlockSize = `auto ${Math.ceil(heights[number])}px`;
    });
    await moved;
    let size = SHOWN;
    for (const piece of pieces) {
      if (size >= SHOWN) {
        size = 0;
        await reader.idle();
        if (run !== runs) return reader.settled;
      }
      piece.style.contentVisibility = "visible";
      size += piece.getElementsByTagName("*").length;
    }
    await document.fonts.ready; // some of them came for the rest alone
    reach([...document.querySelectorAll(formulas)].filter((one) => measured.has(one)));
  };
  const layOutAll = () => { reader.settled = layOut(++runs); };

  // Who jumps arrives at the right place only where all above it has its height.
  const layOutAtOnce = () => root.classList.remove("hg-later");
  addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("a[href*='#']")) layOutAtOnce();
  }, true);
  addEventListener("popstate", layOutAtOnce);

  let width = innerWidth, resized;
  addEventListener("resize", () => {
    if (innerWidth === width) return; // a phone's address bar went away, no more
    width = innerWidth;
    resized ??= requestAnimationFrame(() => {
      resized = undefined;
      layOutAll();
    });
  });
  addEventListener("toggle", ({ target }) => measure([target]), true);

  // ---- Terms and citations ----------------------------------------------------

  // A mouse gets the title of a link by pointing; a finger and the keyboard get it here.
  const tip = reader.make("div", { className: "hg-tip", role: "status" });
  document.body.append(tip);
  let explained, pointer;

  const explain = (link) => {
    explained = link;
    tip.replaceChildren();
    if (!link) return;
    const more = link.matches(".hg-term") ? words.in_glossary : words.in_references;
    const english = link.matches(".hg-cite");
    tip.append(
      reader.make("span", { textContent: link.title, dir: english ? "ltr" : root.dir }), " ",
      reader.make("a", { href: link.href, textContent: more }));
  };
  const explainable = (target) =>
    target instanceof Element && target.closest("article a:is(.hg-term, .hg-cite)[title]");

  addEventListener("pointerdown", (event) => { pointer = event.pointerType; }, true);
  addEventListener("click", (event) => {
    const link = explainable(event.target);
    const tapped = link && pointer === "touch" && link !== explained;
    if (tapped) {
      event.preventDefault();
      event.stopPropagation();
    }
    if (tapped || !tip.contains(event.target)) explain(tapped ? link : null);
  }, true);
  addEventListener("focusin", ({ target }) => {
    const link = explainable(target);
    if (link && link.matches(":focus-visible")) explain(link);
  });
  addEventListener("focusout", ({ target, relatedTarget }) => {
    if (target === explained && !tip.contains(relatedTarget)) explain(null);
  });

  // ---- Keys --------------------------------------------------------------------

  const tools = (action) => reader.load("tools.js").then(() => reader[action]());
  const openTools = () => reader.offline().catch(() => {}).then(() => tools("openTools"));
  const actions = {
    "?": openTools,
    m: () => tools("copyMarkdown"),
    w: () => reader.option("wrap", !options.wrap),
  };
  const writing = ({ target }) =>
    target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") explain(null);
    // The script of the search sends events that name no key.
    const single = event.key?.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!single || !event.isTrusted || writing(event)) return;
    const open = document.querySelector("dialog[open]");
    if (!options.keys || open) return event.stopImmediatePropagation();
    // The same keys work while the keyboard writes Persian.
    const [, letter] = /^Key([A-Z])$/.exec(event.code) ?? [];
    const latin = event.key === "؟" ? "?" : /[\u0600-\u06ff]/.test(event.key) && letter;
    if (!latin) return;
    event.stopImmediatePropagation();
    const key = latin.toLowerCase();
    dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  }, true);
  keyboard$.subscribe((key) => {
    if (key.mode !== "global" || !actions[key.type]) return;
    key.claim();
    actions[key.type]();
  });
  addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest(".hg-tools")) openTools();
  });

  // ---- What is kept for reading offline -------------------------------------------

  // Where pages can be kept, the dialog of tools offers it; what is kept is looked after.
  reader.offline = () => (/^https?:$/.test(location.protocol) && isSecureContext
    ? reader.load("offline.js") : Promise.resolve());
  const keptPages = async () =>
    (await self.caches?.has(`hamgasht ${reader.base.pathname}`)) && reader.offline();
  keptPages().catch(() => {}); // a browser that keeps nothing

  document$.subscribe(() => {
    explain(null);
    layOutAll();
  });
})();
