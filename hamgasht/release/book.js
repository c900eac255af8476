/* Turns the open page of the site into a book of many pages. Called from book.py. */
({
  /* Empty the page, and put cover and contents in it. */
  begin: ({ style, cover, contents }) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: "assets/css/katex.css" });
    const own = document.createElement("style");
    own.textContent = style;
    document.head.append(link, own);
    const head = document.querySelector("article h1").cloneNode(true);
    head.querySelector(".headerlink")?.remove();
    document.title = cover.name;
    const book = document.createElement("main");
    book.className = "hg-book md-typeset";
    const front = document.createElement("section");
    front.className = "hg-cover";
    const titles = document.createElement("div");
    titles.innerHTML = '<img src="assets/images/logo.svg" alt="">';
    for (const [part, text] of [["name", cover.name], ["title", cover.title || head.textContent]]) {
      const line = document.createElement("p");
      line.className = `hg-cover__${part}`;
      line.textContent = text;
      titles.append(line);
    }
    const facts = document.createElement("p");
    facts.className = "hg-cover__facts";
    // An address in a Persian book is read from the left, its last slash too.
    facts.append(...cover.facts.flatMap((fact) => {
      const line = document.createElement("bdi");
      line.textContent = fact;
      return [line, document.createElement("br")];
    }));
    front.append(titles, facts);
    const list = document.createElement("nav");
    list.className = "hg-book__page hg-contents";
    list.innerHTML = "<h1></h1><ol></ol>";
    list.firstChild.textContent = contents;
    book.append(front, list);
    document.body.replaceChildren(book);
    return new Promise((resolve) => { link.onload = link.onerror = resolve; });
  },

  /* Return a page's article, without what only a screen has use for. */
  clean: (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const found = document.importNode(page.querySelector("article"), true);
    found.querySelectorAll(
      "script, button, .headerlink, .md-content__button, .hg-actions, " +
      ".hg-minutes, .hg-provenance__links, .hg-files, .hg-run, .md-source-file"
    ).forEach((item) => item.remove());
    found.querySelectorAll(".hg-provenance").forEach((item) => {
      if (!item.textContent.trim()) item.remove(); // it held but links
    });
    found.querySelectorAll("details").forEach((item) => { item.open = true; });
    found.querySelectorAll("pre, code, samp, kbd, math").forEach((item) => {
      item.setAttribute("dir", "ltr"); // not every reader has the site's style
    });
    return found;
  },

  /* Remove sections by the ids of their headings. */
  drop: (article, ids) => {
    for (const id of ids) {
      const head = article.querySelector(`h2[id="${id}"]`);
      while (head?.nextElementSibling && head.nextElementSibling.tagName !== "H2")
        head.nextElementSibling.remove();
      head?.remove();
    }
  },

  /* Append one page of the site. */
  add({ html, name, names, title, number, without, published }) {
    const found = this.clean(html);
    this.drop(found, without);
    const own = (id) => `${name}--${id}`;
    for (const item of found.querySelectorAll("*"))
      for (const { name: key, value } of [...item.attributes]) {
        if (key === "id") item.id = own(value);
        else if (/^aria-(labelledby|describedby)$|^(for|headers)$/.test(key))
          item.setAttribute(key, value.split(/\s+/).map(own).join(" "));
        else if (value.includes("url(#"))
          item.setAttribute(key, value.replaceAll("url(#", `url(#${name}--`));
        else if (/^(xlink:)?href$/.test(key) && item.tagName !== "A" && value[0] === "#")
          item.setAttribute(key, `#${own(value.slice(1))}`);
      }
    for (const link of found.querySelectorAll("a[href]")) {
      const [path, id] = link.getAttribute("href").split("#");
      if (/^[a-z]+:/.test(path)) continue;
      const target = path ? names[path] : name;
      if (target) link.setAttribute("href", id ? `#${target}--${id}` : `#${target}`);
      else if (published) link.href = new URL(path + (id ? `#${id}` : ""), published).href;
      else link.removeAttribute("href");
    }
    found.querySelectorAll("[src]").forEach((item) => item.setAttribute("loading", "eager"));
    const head = found.querySelector("h1");
    if (title) head.textContent = title;
    head.prepend(number);
    found.id = name;
    found.classList.add("hg-book__page");
    document.querySelector(".hg-book").append(found);
  },

  /* Fill the contents; links to what is not in the book become text. */
  finish: (withoutSections) => {
    const chapters = document.querySelector(".hg-contents > ol");
    const headings = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")];
    let sections;
    const entry = (list, head, target) => {
      const item = document.createElement("li");
      item.innerHTML = "<a><span></span><span>000</span></a>";
      item.firstChild.setAttribute("href", `#${target}`);
      const copy = head.cloneNode(true);
      copy.querySelectorAll("a").forEach((link) => link.replaceWith(...link.childNodes));
      item.firstChild.firstChild.append(...copy.childNodes);
      item.firstChild.dataset.heading = headings.indexOf(head);
      list.append(item);
      return item;
    };
    for (const head of document.querySelectorAll("article :is(h1, h2)")) {
      if (head.tagName === "H1") {
        const name = head.closest("article").id;
        sections = document.createElement("ol");
        const item = entry(chapters, head, name);
        if (withoutSections.includes(name)) sections = undefined;
        else item.append(sections);
      } else if (sections) entry(sections, head, head.id);
    }
    for (const link of document.querySelectorAll("a[href^='#']"))
      if (!document.getElementById(link.getAttribute("href").slice(1)))
        link.removeAttribute("href");
  },

  /* What is wider than the paper is made smaller; what is short stays on one page. */
  fit: async (short) => {
    document.body.getBoundingClientRect();
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode()));
    for (const box of document.querySelectorAll(
      ".hg-book :is(.hg-table, .hg-matrix, .hg-math, .md-typeset__scrollwrap, pre)"))
      if (box.scrollWidth > box.clientWidth + 1)
        box.style.zoom = box.clientWidth / box.scrollWidth;
    // Within a box it may be parted: it would leave the box's frame behind, empty.
    for (const item of document.querySelectorAll(
      ".hg-book :is(article > .hg-cell > .hg-code, .hg-output, .admonition, details)"))
      if (item.offsetHeight < (item.matches(".hg-code") ? short / 2 : short))
        item.style.breakInside = "avoid";
  },

  /* All headings, as text: of a formula what is read, not what is drawn. */
  titles: () => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((head) => {
    const copy = head.cloneNode(true);
    copy.querySelectorAll(".katex-html, annotation").forEach((part) => part.remove());
    return copy.textContent.replace(/\s+/g, " ").trim();
  }),

  /* Write the numbers of the pages into the contents. */
  number: (pages) => {
    for (const link of document.querySelectorAll(".hg-contents a"))
      link.lastChild.textContent = pages[link.dataset.heading];
  },
})
