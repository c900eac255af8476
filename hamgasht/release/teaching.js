/* Makes slides and sheets of exercises of one page. Called from teaching.py, with
   book.js and epub.js. */
({
  /* Return the page's title, its slides, its sheets, and its exercises one by one. */
  teaching({ html, number, section, whole, left_out, published }) {
    const article = this.clean(html);
    article.querySelector("h1").prepend(number);
    for (const link of article.querySelectorAll("a[href]")) {
      const to = link.getAttribute("href");
      if (/^[a-z]+:/.test(to)) continue;
      if (published && !link.matches(".hg-term") && to[0] !== "#")
        link.href = new URL(to, published).href;
      else link.replaceWith(...link.childNodes); // to what is not in the file
    }
    const list = article.querySelector(`h2[id="${section}"] ~ ol`);
    const exercises = [...(list?.querySelectorAll(":scope > li") ?? [])].map((item) => {
      const copy = item.cloneNode(true);
      copy.querySelectorAll("details.answer").forEach((box) => box.remove());
      return copy.outerHTML;
    });
    list?.querySelectorAll("details").forEach((box) => { box.open = true; });
    return {
      title: article.querySelector("h1").textContent,
      exercises,
      answered: list?.outerHTML ?? "",
      slides: article.querySelector(".hg-cell") ? this.slides(article, left_out, whole) : [],
      images: [...article.querySelectorAll("img")].map((i) => i.getAttribute("src")),
    };
  },

  /* Return copies of a block whose table has too many rows for a slide, each with some. */
  cut(shown) {
    const rows = shown.querySelectorAll("tbody tr");
    const parts = [], letters = shown.textContent.length;
    const many = Math.max(1, Math.ceil(rows.length / 14), rows.length ? Math.ceil(letters / 1400) : 1);
    const each = Math.ceil(rows.length / many);
    for (let number = 0; number < many; number++) {
      const part = shown.cloneNode(true);
      part.querySelectorAll("tbody tr").forEach((row, place) => {
        if (Math.floor(place / each) !== number) row.remove();
      });
      parts.push(part);
    }
    return parts;
  },

  /* Return each slide's title, its lead, what it shows, and the speaker's notes. */
  slides(article, leftOut, whole) {
    const slides = [];
    let section, title, slide, prose;
    const sentences = (p) => p.innerHTML.trim().split("\n");
    // A formula often ends a sentence; "So" alone would not begin it.
    const last = (p) => sentences(p).slice(sentences(p).at(-1).length < 30 ? -2 : -1).join(" ");
    const add = (content) => {
      slide = { title, content, notes: prose.map((p) => p.outerHTML) };
      prose = [];
      slides.push(slide);
    };
    const begin = (head) => {
      end();
      title = head.innerHTML;
      slide = undefined;
    };
    const end = () => { // what follows the last picture is said beside it
      if (!prose?.length) prose = [];
      else if (slide) slide.notes.push(...prose.splice(0).map((p) => p.outerHTML));
      else add(`<ul>${prose.map((p) => `<li>${sentences(p)[0]}</li>`).join("")}</ul>`);
    };
    for (const item of article.children) {
      if (item.tagName === "H2") section = item.id;
      if (leftOut.includes(section)) continue;
      if (/^H[2-4]$/.test(item.tagName)) begin(item);
      else if (item.tagName === "P" && title) prose.push(item);
      else if (item.matches(".errata")) {
        end();
        const head = title;
        title = item.querySelector(".admonition-title").innerHTML;
        const [, ...parts] = item.children;
        const run = (part) => part.matches(".hg-cell");
        add(parts.filter((part) => !run(part)).map((part) => part.outerHTML).join(""));
        for (const part of parts.filter(run)) add(part.outerHTML);
        title = head;
      } else if (item.matches("ol, ul, table, .hg-cell, .hg-math, .hg-table, .admonition, [dir]")) {
        const shown = item.cloneNode(true);
        shown.querySelectorAll(".hg-code, .hg-provenance").forEach((part) => part.remove());
        if (!title || !shown.textContent.trim()) continue;
        const small = !shown.matches("ol, ul, table") && !shown.querySelector("table, svg, img")
          && (shown.querySelector("pre")?.textContent.length ?? 0) < 300;
        const named = shown.querySelector(".hg-caption, caption");
        const said = section === whole ? prose.map((p) => p.outerHTML).join("")
          : prose.length && !named ? `<p>${last(prose.at(-1))}</p>` : "";
        if (small && slide?.small) { // two formulas, or a formula and its result
          slide.content += said + shown.outerHTML;
          slide.notes.push(...prose.splice(0).map((p) => p.outerHTML));
          slide.small = false;
        } else {
          this.cut(shown).forEach((part, place) => add((place ? "" : said) + part.outerHTML));
          slide.small = small;
        }
      }
    }
    end();
    return slides;
  },
})
