/* Makes the pages of a site those of an EPUB. Called from epub.py, with book.js. */
({
  /* Return each page's title, sections, text as XHTML and pictures. */
  epub({ pages, names, answers, published }) {
    const found = pages.map((page) => this.epubPage(page, names, answers, published));
    const has = new Set(found.flatMap(({ name, article }) => [
      `${name}.xhtml`,
      ...[...article.querySelectorAll("[id]")].map((item) => `${name}.xhtml#${item.id}`),
    ]));
    return found.map(({ name, article, images }) => {
      for (const link of article.querySelectorAll("a[href]")) {
        const target = link.getAttribute("href");
        if (/^[a-z]+:/.test(target)) continue;
        if (!has.has(target[0] === "#" ? `${name}.xhtml${target}` : target))
          link.removeAttribute("href"); // to what is not in the book
      }
      const text = (head) => {
        const copy = head.cloneNode(true);
        for (const math of copy.querySelectorAll("math"))
          math.replaceWith(math.textContent);
        return copy.textContent.replace(/\s+/g, " ").trim();
      };
      return {
        name,
        images,
        title: text(article.querySelector("h1")),
        sections: [...article.querySelectorAll("h2[id]")].map((h) => [h.id, text(h)]),
        has: ["math", "svg"].filter((kind) => article.querySelector(kind)),
        xhtml: new XMLSerializer().serializeToString(article),
      };
    });
  },

  epubPage({ name, html, title, number, without }, names, answers, published) {
    const article = this.clean(html);
    this.drop(article, without);
    const head = article.querySelector("h1");
    if (title) head.textContent = title;
    head.prepend(number);
    article.removeAttribute("class");
    this.toMathML(article);
    this.answersLast(article, answers);
    for (const box of article.querySelectorAll("details")) {
      const open = document.createElement("div");
      open.className = box.className;
      box.querySelector(":scope > summary").outerHTML =
        `<p class="admonition-title">${box.querySelector(":scope > summary").innerHTML}</p>`;
      open.append(...box.childNodes);
      box.replaceWith(open);
    }
    const images = [...article.querySelectorAll("img")].map((image) => {
      const from = image.getAttribute("src");
      const to = `images/${from.replace(/^notebooks\//, "").replace(/\W+/g, "-")}.png`;
      image.setAttribute("src", to);
      return [from, to];
    });
    for (const link of article.querySelectorAll("a[href]")) {
      const [path, id] = link.getAttribute("href").split("#");
      if (!path || /^[a-z]+:/.test(path)) continue;
      const end = id ? `#${id}` : "";
      if (names[path]) link.setAttribute("href", `${names[path]}.xhtml${end}`);
      else if (published) link.href = new URL(path + end, published).href;
      else link.removeAttribute("href");
    }
    for (const item of article.querySelectorAll("*"))
      for (const key of item.getAttributeNames())
        if (/^(data-|tabindex|loading|download)/.test(key)) item.removeAttribute(key);
    return { name, article, images };
  },

  /* Keep of each formula what a reading system sets itself. */
  toMathML: (article) => {
    for (const formula of article.querySelectorAll(".katex")) {
      const math = formula.querySelector("math");
      math.setAttribute("alttext", math.querySelector("annotation").textContent);
      math.querySelector("semantics").replaceWith(math.querySelector("semantics > *"));
      (formula.closest(".katex-display") ?? formula).replaceWith(math);
    }
  },

  /* Move answers behind all exercises: nothing folds on paper and on many readers. */
  answersLast: (article, title) => {
    const boxes = [...article.querySelectorAll("li > details.answer")];
    if (!boxes.length) return;
    const head = document.createElement("h3");
    head.id = "all-answers";
    head.textContent = title;
    article.querySelector(":scope > ol:has(details.answer):not(:has(~ ol details.answer))")
      .after(head, ...boxes);
  },
})
