/* What of the chapters has been read, remembered on this device and nowhere else. */
(() => {
  const { words, chapters, base, digits, make, kept, keep, idle } = hamgashtReader;
  const READ = "read", PLACE = "place";
  const DWELL = 1500; // milliseconds; whoever scrolls past has not read

  const language = document.documentElement.lang;
  // In memory too, for a browser that keeps nothing.
  let read = kept(READ) ?? {};
  let place = kept(PLACE);

  const plain = (address) => new URL(address, location).href.split(/[#?]/)[0];
  const of = (address) =>
    chapters.find((each) => new URL(each.url, base).href === plain(address));
  const chapter = of(location);
  const headings = [...document.querySelectorAll("article h2[id]")]
    .filter((heading) => chapter?.sections.includes(heading.id));
  const titles = new Map(headings.map((heading) => [heading.id,
    [...heading.childNodes].filter((node) => !node.matches?.(".headerlink"))
      .map((node) => node.textContent).join("").trim()]));
  const isHome = () =>
    [base.href, new URL("index.html", base).href].includes(plain(location));
  const has = (each, id) => Boolean(read[each.url]?.includes(id));
  const count = (each) => each.sections.filter((id) => has(each, id)).length;
  const told = (each) => words.sections_read
    .replace("@", digits(count(each))).replace("#", digits(each.sections.length));

  // ---- Marks -----------------------------------------------------------------

  const badge = (link, text, name) => {
    const inText = link.closest("article");
    const former = inText ? link.nextElementSibling : link.lastElementChild;
    if (former?.matches(".hg-done")) former.remove();
    if (!text) return;
    const found = make("span", { className: "hg-done", textContent: text, title: name });
    found.setAttribute("role", "img");
    found.setAttribute("aria-label", name);
    if (inText) link.after(found);
    else link.append(found);
  };

  const showChapters = () => {
    const home = isHome() ? ", article ol a" : "";
    const links = `.md-nav__item:not(.md-nav__item--pruned) > a.md-nav__link${home}`;
    for (const link of document.querySelectorAll(links)) {
      const each = link.hash ? null : of(link.href);
      if (!each) continue;
      const [done, all] = [count(each), each.sections.length];
      badge(link, done === all ? "✓" : done && digits(`${done}/${all}`), told(each));
    }
  };

  const show = () => {
    showChapters();
    if (!chapter) return;
    for (const link of document.querySelectorAll(".md-nav a.md-nav__link[href*='#']"))
      if (plain(link.href) === plain(location))
        badge(link, has(chapter, link.hash.slice(1)) && "✓", words.read);
    for (const button of document.querySelectorAll(".hg-read")) {
      const done = has(chapter, button.dataset.section);
      button.setAttribute("aria-pressed", done);
      button.textContent = done ? `${words.read} ✓` : words.mark_read;
    }
  };

  const mark = (id, done) => {
    const others = (read[chapter.url] ?? []).filter((other) => other !== id);
    read[chapter.url] = done ? [...others, id] : others;
    keep(READ, read);
    show();
  };

  const forget = () => {
    [read, place] = [{}, null];
    keep(READ, read);
    keep(PLACE, place);
    document.querySelector(".hg-continue")?.remove();
    show();
  };

  // ---- A chapter ---------------------------------------------------------------

  // Each section ends with a line of its own; the page holds its place.
  const endSections = () => {
    for (const line of document.querySelectorAll(".hg-section-end")) {
      const { section } = line.dataset;
      const button = make("button", { type: "button", className: "hg-copy hg-read",
        textContent: words.mark_read, title: `${words.mark_read}: ${titles.get(section)}` });
      button.dataset.section = section;
      line.append(button);
    }
  };

  // A section is read when its end has stood in the window for a while.
  const watchEnds = () => {
    const waiting = new Map();
    const watch = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(waiting.get(target));
        const { section } = target.querySelector(".hg-read").dataset;
        const passed = () => !has(chapter, section) && mark(section, true);
        if (isIntersecting) waiting.set(target, setTimeout(passed, DWELL));
      }
    }, { rootMargin: "-30% 0px 0px 0px" });
    document.querySelectorAll(".hg-section-end").forEach((line) => watch.observe(line));
  };

  let soon;
  const follow = () => {
    if (!chapter) return;
    const passed = headings.filter(
      (heading) => heading.getBoundingClientRect().top < 0.4 * innerHeight);
    const id = passed.at(-1)?.id ?? "";
    place = { url: chapter.url, id, title: titles.get(id), language };
    keep(PLACE, place);
  };
  addEventListener("scroll", () => { soon ??= setTimeout(() => {
    soon = undefined;
    follow();
  }, 500); }, { passive: true });

  addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    const { section } = target.dataset ?? {};
    if (target.matches(".hg-read")) mark(section, !has(chapter, section));
  });

  // ---- Home, and the tools -------------------------------------------------------

  const goOn = () => {
    const last = chapters.find((each) => each.url === place?.url);
    if (!last) return;
    const section = last.sections.includes(place.id);
    const named = section && place.title && place.language === language;
    const link = make("a", {
      href: new URL(last.url + (section ? `#${place.id}` : ""), base),
      textContent: named ? `${last.title}: ${place.title}` : last.title,
    });
    const button = make("button",
      { type: "button", className: "hg-copy", textContent: words.forget, onclick: forget });
    document.querySelector("article h1").after(make("aside", { className: "hg-continue" },
      make("p", {}, `${words.continue} `, link), button));
  };

  hamgashtReader.toolParts.push(({ part, button }) => {
    const line = make("p", { textContent: chapter ? told(chapter) : "" });
    const clear = button(words.forget, () => {
      forget();
      line.textContent = chapter ? told(chapter) : "";
    });
    return part(words.progress, line, clear, make("small", { textContent: words.kept_here }));
  });

  idle().then(() => {
    if (chapter) endSections();
    if (chapter) watchEnds();
    if (isHome()) goOn();
    show();
  });
})();
