/* The dialog of reading tools, and what it copies. */
(() => {
  const { words, make, option, citation, copy } = hamgashtReader;

  // ---- Markdown and BibTeX -------------------------------------------------------

  const source = () => document.querySelector("article a[download$='.md']")?.href;

  /* One section of a page's Markdown, or all of it, with whole addresses. */
  const markdown = async (address, section) => {
    const answer = await fetch(address);
    if (!answer.ok) throw Error(address);
    const lines = [];
    let fence = "", taken = !section;
    for (const line of (await answer.text()).trimEnd().split("\n")) {
      const [mark] = /^\s*(?:`{3,}|~{3,})/.exec(line) ?? [];
      if (mark && !fence) fence = mark.trim();
      else if (mark && line.trim() === fence) fence = "";
      if (section && !fence && line.startsWith("## "))
        taken = line.trimEnd().endsWith(`{#${section}}`);
      if (taken) lines.push(fence || mark ? line : plain(line, address));
    }
    return `${lines.join("\n").trim()}\n`;
  };
  const plain = (line, address) => line
    .replace(/^(#+ .*?) *\{#[\w-]+\}\s*$/, "$1")
    .replace(/\]\((?![a-z]+:)([^)\s]+)\)/g, (_, link) =>
      `](${new URL(link, address).href.replace(/\.md(?=#|$)/, ".html")})`);

  const copyMarkdown = hamgashtReader.copyMarkdown = (section) => {
    const address = source();
    if (address && location.protocol !== "file:")
      return copy(markdown(address, section));
  };
  const currentSection = () => [...document.querySelectorAll("article h2[id]")]
    .filter((heading) => heading.getBoundingClientRect().top < innerHeight / 2).at(-1)?.id;

  const bibtex = () => {
    const canonical = document.querySelector("link[rel=canonical]")?.href;
    const title = document.querySelector("article h1").cloneNode(true);
    title.querySelector(".headerlink")?.remove();
    const page = location.pathname.split("/").pop().replace(/\.html$/, "") || "index";
    const address = canonical ?? (location.protocol === "file:" ? "" : location.href);
    const whole = page === "index";
    const fields = {
      author: citation.author,
      title: `{${whole ? citation.title : title.textContent.trim()}}`,
      howpublished: whole ? "" : citation.title,
      version: citation.version,
      year: citation.year,
      langid: document.documentElement.lang === "fa" ? "persian" : "english",
      url: address.split("#")[0],
    };
    const lines = Object.entries(fields).filter(([, value]) => value)
      .map(([name, value]) => `  ${name} = {${value}},\n`);
    return `@misc{hamgasht${whole ? "" : `-${page}`},\n${lines.join("")}}\n`;
  };

  // ---- The dialog ----------------------------------------------------------------

  const button = (textContent, onclick) =>
    make("button", { type: "button", className: "hg-button", textContent, onclick });
  const choice = (name, textContent) => {
    const box = make("input", { type: "checkbox", checked: option(name) });
    box.addEventListener("change", () => option(name, box.checked));
    return make("label", {}, box, ` ${textContent}`);
  };
  const part = (title, ...content) => make("section", {}, make("h3", { textContent: title }),
    ...content);
  const keys = () => make("dl", { className: "hg-keys" }, ...[
    [["/", "s", "f"], words.key_search],
    [["p", ","], words.key_previous],
    [["n", "."], words.key_next],
    [["w"], words.wrap],
    [["m"], words.copy_page],
    [["?"], words.key_help],
    [["Esc"], words.key_close],
  ].flatMap(([names, text]) => [
    make("dt", {}, ...names.flatMap((name) => [make("kbd", { textContent: name }), " "])),
    make("dd", { textContent: text }),
  ]));

  hamgashtReader.openTools = () => {
    if (document.querySelector("dialog[open]")) return;
    const title = make("h2", { id: "hg-tools", textContent: words.tools });
    const dialog = make("dialog", { className: "hg-tools-box md-typeset" });
    dialog.setAttribute("aria-labelledby", title.id);
    const close = button(words.close, () => dialog.close());
    dialog.append(make("header", {}, title, close));
    const copying = [button(words.copy_bibtex, () => copy(bibtex()))];
    if (source() && location.protocol !== "file:") {
      const section = currentSection();
      if (section) copying.unshift(button(words.copy_section, () => copyMarkdown(section)));
      copying.unshift(button(words.copy_page, () => copyMarkdown()));
    }
    const book = document.querySelector("link[type='application/pdf']");
    if (book) copying.push(make("a",
      { className: "hg-button", href: book.href, download: "", textContent: words.book }));
    dialog.append(
      part(words.copy, ...copying),
      part(words.code, choice("wrap", words.wrap)),
      ...hamgashtReader.toolParts.map((made) => made({ part, button })),
      part(words.keys, keys(), choice("keys", words.key_single)));
    dialog.addEventListener("click", ({ target, offsetX, offsetY }) => {
      const outside = offsetX < 0 || offsetY < 0
        || offsetX > dialog.offsetWidth || offsetY > dialog.offsetHeight;
      if (target === dialog && outside) dialog.close();
    });
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };
})();
