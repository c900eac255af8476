/* Comfort for whoever reads: figures enlarge, long outputs fold, code may wrap. */
(() => {
  const { words } = hamgashtReader;
  const root = document.documentElement;
  const here = new URL(".", document.currentScript.src);
  const persian = root.lang === "fa";

  /* What the other scripts of this folder use, too. */
  const reader = Object.assign(hamgashtReader, {
    base: new URL("../../../", here),
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
      const onerror = () => {
        delete loaded[name]; // whoever asks again tries again
        failed(Error(name));
      };
      document.head.append(reader.make("script", { src, onload: done, onerror }));
    })),
    // A line for two seconds, above an open dialog, too.
    say: (text) => {
      toast.textContent = text;
      toast.showPopover?.();
      clearTimeout(toasted);
      toasted = setTimeout(() => toast.replaceChildren(toast.hidePopover?.() ?? ""), 2000);
    },
  });
  const toast = reader.make("div", { className: "hg-toast", role: "status", popover: "manual" });
  document.body.append(toast);
  let toasted;
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

  // ---- When all this is looked at ---------------------------------------------------

  // Cells far below have no size before the reader comes near (see the style sheet), nor
  // has what is folded. All is measured before anything changes.
  let measured = new WeakSet();
  const measure = (root = document.body) => {
    void root.offsetHeight; // what has just been shown is laid out
    const found = (selector) => [...root.querySelectorAll(selector)].filter((element) =>
      !measured.has(element) && element.checkVisibility({ contentVisibilityAuto: true }));
    const [boxes, code, wide] = [outputs, blocks, `${formulas}, ${scrolled}`].map(found);
    for (const element of [...boxes, ...code, ...wide]) measured.add(element);
    reach(wide);
    offerWrap(code);
    fold(boxes);
  };
  reader.settled = document.fonts.ready.then(reader.idle).then(() => {
    dressFigures();
    measure();
    addEventListener("contentvisibilityautostatechange",
      ({ target, skipped }) => skipped || measure(target), true);
    addEventListener("toggle", ({ target }) => measure(target), true);
    addEventListener("hashchange", () => measure());
  });

  let width = innerWidth, resized;
  addEventListener("resize", () => {
    if (innerWidth === width) return; // a phone's address bar went away, no more
    width = innerWidth;
    resized ??= requestAnimationFrame(() => {
      resized = undefined;
      measured = new WeakSet();
      measure();
    });
  });

  const { searchParams } = new URL(location.href);
  if (searchParams.get("h")) reader.load("found.js"); // what a search has found

  // ---- Copying -----------------------------------------------------------------

  const put = async (text) => {
    const content = Promise.resolve(text);
    try {
      // Begun at once, as Safari asks; the text may come later.
      const blob = content.then((found) => new Blob([found], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    } catch {
      const area = reader.make("textarea", { value: await content, className: "hg-off-screen" });
      (document.querySelector("dialog[open]") ?? document.body).append(area);
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      if (!done) throw Error(words.copy_failed);
    }
    reader.say(words.copied);
  };
  reader.copy = (text) => put(text).catch(() => reader.say(words.copy_failed));

  // All code of a snippet to the cell's end: what is shown is taken from where it is shown.
  const codeAbove = ({ dataset: { snippet, cell, reads } }) => {
    const codes = {}; // by number; they come in this order
    for (const button of document.querySelectorAll(`.hg-copy[data-snippet="${snippet}"]`)) {
      const code = button.closest(".hg-cell").querySelector(".hg-code pre > code");
      codes[button.dataset.cell] = code.textContent.replace(/^\n+|\n+$/g, "");
      Object.assign(codes, JSON.parse(button.dataset.above ?? "{}"));
    }
    const above = Object.keys(codes).filter((number) => +number <= +cell);
    return `${reads ? `${reads}\n` : ""}${above.map((number) => codes[number]).join("\n\n")}\n`;
  };
  addEventListener("click", ({ target }) => {
    const button = target instanceof Element && target.closest(".hg-copy");
    if (button?.dataset.copy) reader.copy(button.dataset.copy);
    else if (button?.dataset.snippet) reader.copy(codeAbove(button));
  });

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

  // ---- Explorers ---------------------------------------------------------------

  // Their code comes when the reader starts one, or an address does that holds its state.
  const explore = async (block, asked) => {
    if (block.ariaBusy === "true") return; // a second click does not start a second one
    block.ariaBusy = "true";
    block.querySelector(":scope > .hg-problem")?.remove();
    try {
      await reader.load("../explorers/frame.js");
      await reader.explore(block, asked);
    } catch (error) {
      console.error(error); // the figure stays, and so does the button, which tries again
      block.append(reader.make("p",
        { className: "hg-problem", role: "alert", textContent: words.explorer_failed }));
    }
    block.ariaBusy = null;
  };
  addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.matches(".hg-start")) explore(target.parentElement);
  });
  const explorer = document.getElementById(`explorer-${searchParams.get("explorer")}`);
  if (explorer) explore(explorer, searchParams);

  // ---- Keys --------------------------------------------------------------------

  const tools = (action) => reader.load("tools.js").then(() => reader[action]());
  const openTools = () => reader.offline().catch(() => {}).then(() => tools("openTools"));
  let typed; // while the search is on its way
  const openSearch = async (query = "") => {
    typed ??= query;
    await reader.load("../search/dialog.js").finally(() => {
      [query, typed] = [typed, undefined];
    });
    reader.openSearch(query);
  };
  const turn = (relation) => () => {
    const link = document.querySelector(`link[rel=${relation}]`);
    if (link) location.href = link.href;
  };
  const actions = {
    "?": openTools,
    m: () => tools("copyMarkdown"),
    w: () => reader.option("wrap", !options.wrap),
  };
  for (const [keys, action] of [["sf/", openSearch], ["p,", turn("prev")], ["n.", turn("next")]])
    for (const key of keys) actions[key] = () => action();
  const writing = ({ target }) =>
    target instanceof Element && target.closest("input, textarea, select, [contenteditable]");

  // Before the theme's own keys, which know no other keyboard and cannot be turned off.
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") explain(null);
    const single = event.key?.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!single || writing(event)) return;
    event.stopImmediatePropagation();
    if (typed !== undefined) return void (typed += event.key);
    if (!options.keys || document.querySelector("dialog[open]")) return;
    // The same keys work while the keyboard writes Persian.
    const [, letter] = /^Key([A-Z])$/.exec(event.code) ?? [];
    const latin = event.key === "؟" ? "?" : /[\u0600-\u06ff]/.test(event.key) && letter;
    const action = actions[(latin || event.key).toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  }, true);
  addEventListener("click", (event) => {
    const { target } = event;
    if (!(target instanceof Element)) return;
    if (target.closest(".hg-tools, .hg-opens-tools")) {
      event.preventDefault(); // a link, without this script, leads to what they are
      openTools();
    }
    if (target.closest(".hg-search")) openSearch();
  });
  if (searchParams.has("q")) openSearch(searchParams.get("q"));

  // ---- What is kept for reading offline -------------------------------------------

  // Where pages can be kept, the dialog of tools offers it; what is kept is looked after.
  reader.offline = () => (/^https?:$/.test(location.protocol) && isSecureContext
    ? reader.load("offline.js") : Promise.resolve());
  const keptPages = async () =>
    (await self.caches?.has(`hamgasht ${reader.base.pathname}`)) && reader.offline();
  keptPages().catch(() => {}); // a browser that keeps nothing
})();
