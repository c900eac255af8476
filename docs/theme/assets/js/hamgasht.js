/* What a page can do better with a script; it is complete without. */
(() => {
  const link = document.querySelector("[data-hg-root]");
  const base = new URL(JSON.parse(document.getElementById("__config").textContent).base, location);
  const own = base.pathname.replace(/\/?$/, "/");
  const other = link && new URL(link.dataset.hgRoot, location);

  // Instant navigation keeps the header, so the language link must follow the page.
  // The same section ids exist in both languages: stay at the section, too.
  const follow = () => {
    if (!link) return;
    const page = location.pathname.slice(own.length) || "index.html";
    link.href = new URL(page + location.hash, other);
  };
  if (link) link.addEventListener("pointerdown", follow);
  if (link) link.addEventListener("focus", follow);

  // Material opens its menus with labels, which a mouse alone can press: on narrow
  // screens, where they are shown, a part of each becomes a button.
  const narrow = matchMedia("(max-width: 76.234375em)");
  const drawer = document.getElementById("__drawer");
  const nameOf = {
    __drawer: () => document.querySelector(".md-nav--primary").ariaLabel,
    __search: () => document.querySelector(".md-search").ariaLabel,
  };
  const part = (label) => {
    const own = label.querySelector(".hg-press, .md-ellipsis, .md-nav__icon");
    if (own || !label.matches(".md-header__button")) return own;
    const button = Object.assign(document.createElement("span"), { className: "hg-press" });
    button.append(...label.childNodes);
    label.append(button);
    return button;
  };
  const offer = () => {
    for (const label of document.querySelectorAll(
      ".md-header__button[for=__drawer], .md-header__button[for=__search],"
      + " .md-nav--primary label:is(.md-nav__link, .md-nav .md-nav__title)"
    )) {
      const button = part(label);
      if (!button) continue;
      for (const name of ["role", "tabindex", "aria-label"]) button.removeAttribute(name);
      if (!narrow.matches) continue;
      button.role = "button";
      button.tabIndex = 0;
      button.ariaLabel = nameOf[label.htmlFor]?.() ?? label.textContent.trim();
    }
  };
  narrow.addEventListener("change", offer);
  const enter = () => [...document.querySelectorAll(".md-nav--primary :is(a, [tabindex])")]
    .find((item) => item.checkVisibility({ visibilityProperty: true }))?.focus();
  document.addEventListener("keydown", (event) => {
    const label = event.target.closest("[role=button]")?.closest("label");
    if (event.key === "Escape" && drawer.checked) {
      drawer.checked = false;
      document.querySelector(".md-header__button[for=__drawer] > .hg-press").focus();
    }
    if (!label || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    label.click();
    if (label.htmlFor !== "__search") enter();
  });
  // Who skips to the text goes on from there, without a new address.
  document.addEventListener("click", (event) => {
    const skip = event.target.closest(".md-skip");
    const start = skip && document.getElementById(decodeURIComponent(skip.hash.slice(1)));
    if (!start) return;
    event.preventDefault();
    event.stopPropagation();
    start.tabIndex = -1;
    start.focus();
  }, true);
  // Whoever leaves the menu with the keyboard has done with it.
  document.addEventListener("focusin", (event) => {
    if (drawer.checked && !event.target.closest(".md-sidebar--primary, .md-header"))
      drawer.checked = false;
  });

  // The search listens to keys alone; text also comes from input methods and by paste.
  const query = document.querySelector("[data-md-component=search-query]");
  if (query)
    query.addEventListener("input", () => {
      for (const type of ["keydown", "keyup"]) query.dispatchEvent(new Event(type));
    });

  // What the search will need comes while the first letter is being typed.
  const ahead = ["assets/js/search/minisearch.js", "assets/js/search/words.js",
    "assets/js/search/engine.js", "search/search_data.js"];
  if (query && location.protocol !== "file:")
    query.addEventListener("focus", () => {
      for (const path of ahead)
        document.head.append(Object.assign(document.createElement("link"),
          { rel: "prefetch", href: new URL(path, base) }));
    }, { once: true });

  // A suggestion goes on where the text goes: to the left in Persian. Material writes it
  // behind what is typed, but a Persian letter changes its shape when others follow: the
  // whole word is shown there, and what is typed is hidden meanwhile.
  const suggestion = document.querySelector("[data-md-component=search-suggest]");
  if (query && suggestion && document.documentElement.dir === "rtl") {
    const complete = () => {
      const typed = query.value;
      const word = suggestion.textContent;
      const longer = typed.length > 0 && word.length > typed.length && word.startsWith(typed);
      query.classList.toggle("hg-completed", longer);
      if (!longer || suggestion.querySelector("span")) return;
      const begun = Object.assign(document.createElement("b"), { textContent: typed });
      const whole = document.createElement("span");
      whole.append(begun, word.slice(typed.length));
      suggestion.replaceChildren(whole);
    };
    new MutationObserver(complete).observe(suggestion, { childList: true });
    query.addEventListener("input", () => query.classList.remove("hg-completed"));
    query.addEventListener("keydown", (event) => {
      const atEnd = query.selectionStart === query.value.length;
      if (event.key === "ArrowRight") event.stopPropagation();
      if (event.key !== "ArrowLeft" || !atEnd || !suggestion.textContent.length) return;
      query.value = suggestion.textContent;
      query.classList.remove("hg-completed");
    });
  }

  // The search counts in Latin digits; a Persian page counts in Persian ones.
  const result = document.querySelector("[data-md-component=search-result]");
  const localise = () => {
    for (const line of result.querySelectorAll(
      ".md-search-result__meta, .md-search-result__more > summary"
    ))
      for (const part of [line, ...line.querySelectorAll("*")])
        if (!part.children.length && /[0-9]/.test(part.textContent))
          part.textContent = part.textContent.replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit]);
  };
  if (result && document.documentElement.lang === "fa")
    new MutationObserver(localise).observe(result, { childList: true, subtree: true });

  // On paper answers stay as the reader left them: Material opens every <details>
  // before printing, so those that were closed until then are marked for the style sheet.
  for (const type of ["beforeprint", "afterprint"])
    addEventListener(type, () => {
      for (const answer of document.querySelectorAll("details.answer"))
        answer.classList.toggle("hg-closed", type === "beforeprint" && !answer.open);
    }, true);

  document$.subscribe(() => {
    follow();
    offer();
  });
})();
