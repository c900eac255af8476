"""What is asked of every page, in one visit each.

Takes in a tab; gives out, for each page of a language, the answers of the scripts
below, what went wrong while it loaded, and what it loaded. Loading a page costs more
than all the questions, so the tests share the visit.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from browser.built import Page, Site
from browser.conftest import DESKTOP, Tab

WIDTHS = (390, 320)

# Gives each character of text nodes its place: [character, left, top, bottom].
PLACES = """
const places = (nodes, start, end) => {
  const found = [];
  let at = 0;
  for (const node of nodes) {
    for (let i = 0; i < node.data.length; i += 1, at += 1) {
      if (at < start || at >= end || /\\s/.test(node.data[i])) continue;
      const range = document.createRange();
      range.setStart(node, i);
      range.setEnd(node, i + 1);
      const [box] = range.getClientRects();
      if (box && box.width) found.push([node.data[i], box.left, box.top, box.bottom]);
    }
  }
  return found;
};
const textNodes = (element) => {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) {
    // Math is set in layers, not in a line.
    if (!walker.currentNode.parentElement.closest(".katex")) {
      nodes.push(walker.currentNode);
    }
  }
  return nodes;
};
"""
QUESTIONS = {
    # What the page says of itself.
    "language": """({
      lang: document.documentElement.lang,
      dir: document.documentElement.dir,
      body: getComputedStyle(document.body).direction,
    })""",
    "ids": "[...document.querySelectorAll('[id]')].map((item) => item.id)",
    # Code and math that would read from the right.
    "turned": """[...document.querySelectorAll(
        "article :is(code, pre, kbd, samp, .katex, svg[role=img], math)")]
      .filter((item) => getComputedStyle(item).direction !== "ltr")
      .map((item) => item.outerHTML.slice(0, 90))""",
    # Latin runs of the prose: text, text around, place of each character.
    "runs": """[...document.querySelectorAll(
        "article :is(bdi[dir='ltr'], code:not(pre code))")].map((element) => {
      const nodes = textNodes(element);
      const text = nodes.map((node) => node.data).join("");
      return [text, element.closest("p, li, td, th, h1, h2, h3, figcaption, div")
        .textContent.trim().slice(0, 60), places(nodes, 0, text.length)];
    })""",
    # Texts of the prose, without the parts that have a direction of their own.
    "prose": """(() => {
      const own = "code, pre, samp, bdi, .katex, svg, script, style, [dir='ltr']";
      return [...document.querySelectorAll("article :is(p, li, td, th, h1, h2, h3," +
          "figcaption, .hg-caption, summary, .admonition-title)")].map((element) => {
        const copy = element.cloneNode(true);
        copy.querySelectorAll(own).forEach((item) => item.replaceWith("\\u2063"));
        return element.closest(own) ? "" : copy.textContent;
      });
    })()""",
    # English sentences that are not marked as English or not set as English.
    "unmarked": """[...document.querySelectorAll("article :is(p, li, h1, h2)")]
      .filter((item) => !item.closest("pre, .katex, svg"))
      .filter((item) => {
        const text = item.innerText;
        const latin = (text.match(/[A-Za-z]{2,}/g) || []).length;
        return latin > 5 && !/[\\u0600-\\u06ff]/.test(text);
      })
      .filter((item) => getComputedStyle(item).direction !== "ltr"
        || item.closest("[lang]").lang !== "en")
      .map((item) => item.innerText.slice(0, 70))""",
    # Words of the other language that do not say so: names are anyone's.
    "foreign": """(() => {
      const english = document.documentElement.lang === "en";
      const own = "pre, code, samp, kbd, .katex, script, style, [lang]:not(html)";
      return textNodes(document.body).filter((node) => {
        const marked = node.parentElement.closest(own);
        if (english) return /[\\u0600-\\u06ff]{2}/.test(node.data)
          && node.parentElement.closest("[lang]").lang !== "fa";
        return !marked && node.parentElement.closest("article")
          && (node.data.match(/(?<![\\w.])[a-z]{3,}(?![\\w.])/g) || []).length > 1;
      }).map((node) => node.data.trim().slice(0, 80));
    })()""",
    # Formulas for who hears them; heads and names of tables.
    "unheard": """[
      ...[...document.querySelectorAll("article .katex")].filter((item) =>
        !item.querySelector(".katex-mathml > math")
        || !item.querySelector(".katex-html[aria-hidden=true]")
        || !item.closest("[dir=ltr]")),
      ...[...document.querySelectorAll("article table")].filter((item) =>
        !(item.caption?.textContent.trim()
          || document.getElementById(item.getAttribute("aria-labelledby")))
        || ![...item.tHead?.rows[0]?.cells ?? []].some((cell) => cell.scope === "col")
        || [...item.querySelectorAll("th")].some((cell) => !cell.scope
          || !cell.textContent.trim())),
      ...[...document.querySelectorAll("article :is(img, svg[role=img])")].filter(
        (item) => !(item.alt ?? item.querySelector("title")?.textContent)?.trim()),
    ].map((item) => item.outerHTML.slice(0, 120))""",
    # Numbers with a minus, and Persian percentages: text, place of each character.
    "signs": """textNodes(document.querySelector("article"))
      .filter((node) => !node.parentElement.closest(
        "code, pre, samp, svg, script, style"))
      .flatMap((node) => [...node.data.matchAll(new RegExp(
          "(?<![\\\\w۰-۹])[-−]\\u200e?[\\\\d۰-۹]+(?:[.٫][\\\\d۰-۹]+)?" +
          "|[۰-۹]+(?:٫[۰-۹]+)?\\u200e?٪", "g"))]
        .map((hit) => [hit[0],
          places([node], hit.index, hit.index + hit[0].length)]))""",
    # Our drawings: name, size, and each text with its box relative to the drawing.
    "drawings": """[...document.querySelectorAll("article svg[role=img]")]
      .filter((svg) => svg.querySelector("text") && svg.getBoundingClientRect().width)
      .map((svg) => {
        const frame = svg.getBoundingClientRect();
        const axes = [...svg.querySelectorAll("[id*='matplotlib.axis_']")];
        return {
          name: (svg.querySelector("title")?.textContent || "").trim(),
          description: (svg.querySelector("desc")?.textContent || "").trim(),
          colours: (svg.outerHTML.match(/var\\(--fig-/g) || []).length,
          width: frame.width,
          height: frame.height,
          texts: [...svg.querySelectorAll("text")].map((item) => {
            const box = item.getBoundingClientRect();
            const tick = item.closest("[id*='xtick_'], [id*='ytick_']");
            return {
              text: item.textContent.trim(),
              left: box.left - frame.left, right: box.right - frame.left,
              top: box.top - frame.top, bottom: box.bottom - frame.top,
              axis: tick ? axes.indexOf(item.closest("[id*='matplotlib.axis_']")) : -1,
              math: !!item.querySelector("tspan"),
            };
          }).filter((item) => item.text),
        };
      })""",
    # A notebook's code, and how many drawings it shows.
    "code": """[...document.querySelectorAll("article pre code")]
      .map((item) => item.innerText)""",
    "drawn": """[...document.querySelectorAll("article svg")]
      .filter((item) => item.querySelector("text")).length""",
    # Formulas: how many, and what was left as source.
    "math": """(() => {
      const copy = document.querySelector("article").cloneNode(true);
      copy.querySelectorAll("pre, code, samp, .katex, script, svg, style, button")
        .forEach((item) => item.remove());
      return {
        formulas: document.querySelectorAll("article .katex-mathml math").length,
        errors: document.querySelectorAll(".katex-error").length,
        raw: copy.textContent.match(
          /\\\\[a-z]{2,}|\\$[^$\\n]+\\$|\\[\\[[^\\]]*\\]\\]/g) || [],
      };
    })()""",
    # What must be there without scripts, too.
    # Buttons are the scripts' own: without scripts they are not offered, and what is
    # not shown is not among the words.
    "content": """({
      words: document.querySelector("article").innerText.split(/\\s+/).length
        - [...document.querySelectorAll("article button")]
          .filter((item) => item.getClientRects().length)
          .flatMap((item) => item.innerText.split(/\\s+/).filter(Boolean)).length,
      counts: Object.fromEntries(
        [".katex-mathml math", "svg[role=img]", "pre code", "table", "img"].map(
          (selector) => [selector,
            document.querySelectorAll("article " + selector).length])),
      drawn: [...document.querySelectorAll("article :is(svg[role=img], img)")]
        .map((item) => item.getBoundingClientRect().width),
    })""",
}
# Elements that stick out, the innermost ones, without those that scroll by themselves.
OVERFLOW = """() => {
  const view = document.scrollingElement;
  if (view.scrollWidth <= view.clientWidth) return [];
  const scrolls = (item) => {
    for (let up = item; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  };
  const out = [...document.querySelectorAll("body *")].filter((item) => {
    const box = item.getBoundingClientRect();
    return box.width && (box.right > view.clientWidth + 1 || box.left < -1)
      && !scrolls(item);
  });
  return [`${view.scrollWidth} > ${view.clientWidth}`, ...out
    .filter((item) => !out.some((other) => other !== item && item.contains(other)))
    .slice(0, 5).map((item) => item.outerHTML.slice(0, 120))];
}"""
# Texts of a page that are cut off because they may not wrap nor scroll: also a caption
# that is wider than what is seen of its table.
CUT = """() => [...document.querySelectorAll(
    "article :is(p, li, td, th, h1, h2, h3, figcaption, a, summary, button)")]
  .filter((item) => item.offsetParent && item.innerText.trim()
    && ["hidden", "clip"].includes(getComputedStyle(item).overflowX)
    && getComputedStyle(item).position !== "absolute"
    && (item.scrollWidth > item.clientWidth + 1
      || item.scrollHeight > item.clientHeight + 1))
  .concat([...document.querySelectorAll("article caption")].filter((item) => {
    const [own, seen] = [item, item.closest(".hg-table")]
      .map((part) => part.getBoundingClientRect());
    return own.left < seen.left - 1 || own.right > seen.right + 1;
  }))
  .map((item) => item.outerHTML.slice(0, 120))"""
# Drawings that did not shrink with the screen, so that words of them are cut off.
UNSHRUNK = """() => [...document.querySelectorAll("article svg[role=img]")]
  .filter((item) => {
    const frame = item.getBoundingClientRect();
    return frame.width && [...item.querySelectorAll("text")].some((text) => {
      const box = text.getBoundingClientRect();
      return box.right > frame.right + 3 || box.bottom > frame.bottom + 3;
    });
  }).map((item) => item.outerHTML.slice(0, 120))"""
# Formulas whose punctuation stands on another line; short ones that are broken.
TORN = """() => [...document.querySelectorAll("article bdi.arithmatex")]
  .filter((item) => {
    if (item.querySelector(".hg-wide") || item.matches(".hg-wide")) return false;
    const lines = [...item.querySelectorAll(".katex-html")].at(-1).getClientRects();
    if (lines.length > 1 && !item.querySelector("wbr")) return true;
    const next = item.nextSibling;
    if (!/^[.,:;!?)\\]،؛؟»…]/.test(next?.data ?? "")) return false;
    const mark = document.createRange();
    mark.setStart(next, 0);
    mark.setEnd(next, 1);
    const [one, other] = [mark.getBoundingClientRect(), [...lines].at(-1)];
    return one.height && other && (one.top > other.bottom || one.bottom < other.top);
  }).map((item) => item.textContent.slice(0, 80))"""
ASK = (
    "() => {"
    + PLACES
    + "return {"
    + ",".join(f"{name}: {script}" for name, script in QUESTIONS.items())
    + "}; }"
)


@dataclass
class Look:
    """What one visit of a page showed.

    Attributes:
        page: The page.
        answers: The scripts' answers by name.
        narrow: What sticks out, is cut off or is torn, by the width of the screen.
        errors: Errors of the console, and uncaught ones.
        outside: Addresses of other hosts.
        loaded: Paths of all that was loaded.
    """

    page: Page
    answers: dict[str, Any]
    narrow: dict[str, list[str]]
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        return self.answers[name]


def look_at(tab: Tab, pages: list[Page]) -> list[Look]:
    """Visit pages one after the other in a tab."""
    looks = []
    for page in pages:
        tab.forget()
        tab.page.set_viewport_size(DESKTOP)
        tab.open(page)
        # What is loaded only when it comes into view.
        tab.page.keyboard.press("End")
        answers, narrow = tab.run(ASK), {}
        for width in WIDTHS:
            tab.page.set_viewport_size({"width": width, "height": 800})
            scripts = (OVERFLOW, CUT, UNSHRUNK, TORN)
            narrow[str(width)] = [item for ask in scripts for item in tab.run(ask)]
        looks.append(Look(page, answers, narrow, tab.errors, tab.outside, tab.loaded))
    return looks


def save_looks(looks: list[Look], folder: Path) -> None:
    """Write looks for the other test processes."""
    rows = [{**vars(look), "page": look.page.name} for look in looks]
    (folder / "looks.json").write_text(json.dumps(rows), encoding="utf-8")


def load_looks(folder: Path, site: Site) -> list[Look]:
    """Return the looks at a site that were written into a folder."""
    rows = json.loads((folder / "looks.json").read_text(encoding="utf-8"))
    return [Look(**{**row, "page": Page(site, row["page"])}) for row in rows]
