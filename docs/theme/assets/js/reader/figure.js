/* A figure by itself, as large as the window, and as a file. */
(() => {
  const { words, make } = hamgashtReader;

  const fileName = (picture) => {
    const cell = picture.closest("[id^='cell-']");
    const all = [...document.querySelectorAll("article .hg-frame")]
      .filter((other) => other.closest("[id^='cell-']") === cell);
    const page = location.pathname.split("/").pop().replace(/\.html$/, "") || "index";
    const part = cell ? cell.id.replace("cell-", "-") : "-figure";
    return `${page}${part}${all.length > 1 ? `-${all.indexOf(picture) + 1}` : ""}`;
  };

  // A drawing takes its colours and its font from the page; a file has no page around.
  const drawn = (svg) => {
    const style = getComputedStyle(document.body);
    const colour = (name) => style.getPropertyValue(name).trim();
    const copy = svg.cloneNode(true);
    const paper = document.createElementNS(svg.namespaceURI, "rect");
    for (const [name, value] of [["width", "100%"], ["height", "100%"],
      ["fill", colour("--fig-paper")]]) paper.setAttribute(name, value);
    copy.querySelector("title").after(paper);
    copy.style.fontFamily = getComputedStyle(svg).fontFamily;
    const text = new XMLSerializer().serializeToString(copy)
      .replace(/var\((--[\w-]+)(?:,[^()]*)?\)/g, (_, name) => colour(name));
    return URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  };

  hamgashtReader.enlarge = (picture) => {
    const shown = picture.querySelector("svg, img");
    const caption = picture.closest("figure")?.querySelector("figcaption");
    const drawing = shown.matches("svg");
    const address = drawing ? drawn(shown) : shown.src;
    const type = drawing ? "svg" : address.split(".").pop();
    const bar = make("div", { className: "hg-zoom__bar" },
      make("a", {
        href: address, download: `${fileName(picture)}.${type}`, textContent: words.save,
        className: "hg-button",
      }),
      make("button", { type: "button", className: "hg-button", textContent: words.close }));
    const view = make("div", { className: "hg-zoom__view", tabIndex: 0 });
    const dialog = make("dialog", { className: "hg-zoom md-typeset" }, bar, view);
    dialog.ariaLabel = shown.querySelector("title")?.textContent.trim() || shown.alt;
    if (caption) {
      const copy = make("p", { className: "hg-caption", innerHTML: caption.innerHTML });
      copy.querySelectorAll("[id]").forEach((item) => item.removeAttribute("id"));
      dialog.append(copy);
    }
    view.ariaLabel = dialog.ariaLabel;
    view.role = "group";

    // The figure itself moves into the dialog: a copy would bring each id twice.
    picture.style.height = `${picture.offsetHeight}px`;
    const [width, height] = [shown.clientWidth, shown.clientHeight];
    dialog.style.setProperty("--hg-ratio", width / height);
    view.append(shown);
    dialog.addEventListener("click", ({ target }) => {
      if (!target.closest("a") && getSelection().isCollapsed) dialog.close();
    });
    dialog.addEventListener("close", () => {
      picture.prepend(shown);
      picture.style.height = "";
      dialog.remove();
      if (drawing) setTimeout(() => URL.revokeObjectURL(address), 1000);
    });
    document.body.append(dialog);
    dialog.showModal();
  };
})();
