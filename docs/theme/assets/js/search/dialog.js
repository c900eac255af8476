/* The dialog of the search: what is typed, what was found, and how to get there. */
(() => {
  const { words, base, digits, make, load, copy } = hamgashtReader;
  const rtl = document.documentElement.dir === "rtl";
  const here = new URL(".", document.currentScript.src);
  const SHOWN = 2; // sections of a page; the others unfold

  // ---- The engine: in a worker, or in the page where there are no workers ------------

  const inPage = async () => {
    for (const name of ["minisearch.js", "words.js", "engine.js", "../../../search/search_data.js"])
      await load(new URL(name, here));
    const { search, suggest } = searchEngine.build(searchData);
    return (query) => ({ items: search(query), suggest: suggest(query)[0] });
  };

  const inWorker = async () => {
    const worker = new Worker(new URL("worker.js", here));
    const waiting = new Map();
    let asked = 0;
    const failed = new Promise((_, fail) => { worker.addEventListener("error", fail); });
    failed.catch(() => {}); // nobody may have asked yet
    worker.addEventListener("message", ({ data }) => {
      waiting.get(data.number)(data);
      waiting.delete(data.number);
    });
    return (query) => Promise.race([failed, new Promise((answer) => {
      waiting.set(++asked, answer);
      worker.postMessage({ number: asked, query });
    })]);
  };
  let engine;
  const start = () => {
    engine = location.protocol === "file:" ? inPage() : inWorker();
    engine.catch(() => {});
  };
  const ask = (query) => engine.then((answer) => answer(query)).catch(() => {
    start(); // the next letter tries again
    return { failed: true, items: [] };
  });
  start();

  // ---- Results -------------------------------------------------------------------

  const counted = (kind, count) => words[`${kind}.${count === 1 ? "one" : "other"}`]
    .replace("#", digits(count));

  const address = ({ location: place, terms }) => {
    const found = new URL(place, base);
    const met = Object.keys(terms).filter((word) => terms[word]);
    if (met.length) found.searchParams.set("h", met.join(" "));
    return found.href;
  };

  const hit = (item, isPage) => {
    const missing = Object.keys(item.terms).filter((word) => !item.terms[word]);
    const link = make("a", { href: address(item), className: isPage ? "hg-hit hg-hit--page" : "hg-hit" },
      make(isPage ? "h2" : "h3", { innerHTML: item.title }),
      make("div", { innerHTML: item.text }));
    if (missing.length)
      link.append(make("p", { className: "hg-hit__missing" }, `${words["result.term.missing"]}: `,
        ...missing.flatMap((word) => [make("del", { textContent: word }), " "])));
    return link;
  };

  // The page comes first, then its best sections: a reader sees where they belong.
  const group = (items) => {
    const page = items.find((item) => !item.location.includes("#")) ?? items[0];
    const links = items.map((item) => hit(item, item === page));
    links[0].classList.add("hg-hit--best");
    const own = links.splice(items.indexOf(page), 1);
    const rest = links.splice(SHOWN);
    const entry = make("li", {}, ...own, ...links);
    if (rest.length)
      entry.append(make("details", {},
        make("summary", { textContent: counted("result.more", rest.length) }), ...rest));
    return entry;
  };

  // ---- The dialog ------------------------------------------------------------------

  const box = make("input", { type: "search", name: "q", placeholder: words.placeholder,
    autocomplete: "off", spellcheck: false, enterKeyHint: "search", ariaLabel: words.placeholder });
  box.setAttribute("autocapitalize", "off");
  const suggestion = make("button", { type: "button", className: "hg-search-box__suggest", hidden: true,
    tabIndex: -1 });
  const state = make("p", { role: "status", textContent: words["result.placeholder"] });
  const list = make("ol", {});
  const close = make("button", { type: "button", className: "hg-button", textContent: words.close,
    onclick: () => dialog.close() });
  const share = make("button", { type: "button", className: "hg-copy", textContent: words.share, hidden: true,
    onclick: () => {
      const page = new URL(location.href);
      page.hash = "";
      page.search = new URLSearchParams({ q: box.value });
      copy(page.href);
    } });
  const dialog = make("dialog", { className: "hg-search-box md-typeset", ariaLabel: words.search },
    make("form", { role: "search", method: "dialog" }, box, close),
    make("div", { className: "hg-search-box__state" }, state, suggestion, share), list);
  document.body.append(dialog);

  let last = 0;
  const update = async () => {
    const query = box.value.trim();
    const turn = ++last;
    const { items, suggest, failed } = query ? await ask(query) : { items: [] };
    if (turn !== last) return; // something else has been typed meanwhile
    list.replaceChildren(...items.map(group));
    list.scrollTop = 0;
    state.textContent = !query ? words["result.placeholder"] : failed ? words["result.failed"]
      : items.length ? counted("result", items.length) : words["result.none"];
    suggestion.textContent = suggest ?? "";
    suggestion.hidden = !suggest;
    share.hidden = !query;
  };

  const complete = () => {
    box.value = suggestion.textContent;
    box.focus();
    update();
  };
  suggestion.addEventListener("click", complete);
  box.addEventListener("input", update);

  const links = () => [...list.querySelectorAll("a, summary")]
    .filter((link) => link.checkVisibility());
  const step = (by) => {
    const all = [box, ...links()];
    all.at((all.indexOf(document.activeElement) + by) % all.length).focus();
  };
  dialog.addEventListener("keydown", (event) => {
    const onward = rtl ? "ArrowLeft" : "ArrowRight";
    const atEnd = event.target === box && box.selectionStart === box.value.length;
    if (event.key === "Escape") {
      event.target.blur(); // else the next key is still typed into the closed dialog
      dialog.close(); // a box of this type would be emptied first
    } else if (event.key === "ArrowDown") step(1);
    else if (event.key === "ArrowUp") step(-1);
    else if (event.key === onward && atEnd && !suggestion.hidden) complete();
    else if (event.key === "Enter" && event.target === box) list.querySelector(".hg-hit--best")?.click();
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("click", ({ target }) => {
    if (target === dialog || target.closest("a")) dialog.close();
  });

  hamgashtReader.openSearch = (query = "") => {
    if (document.querySelector("dialog[open]")) return;
    dialog.showModal();
    if (query) box.value = query;
    else box.select();
    update();
  };
})();
