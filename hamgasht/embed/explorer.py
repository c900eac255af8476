"""The block ``//// explorer | NAME``: a figure that the reader can set in motion.

It holds the recorded figure and a button. What the button starts are the theme's
scripts; the one that reads an explorer's state reads a page's options here, too, so
that a page is refused where a reader's address would be.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element, SubElement

from hamgasht.core.words import read_words
from hamgasht.embed.page import unknown_name_error
from hamgasht.embed.processors import PageBlock, PageTreeprocessor

SCRIPTS = Path("docs/theme/assets/js/explorers")
_HEAD = re.compile(r"^ */{3,} *(explorer *\| *([\w-]+))", re.MULTILINE)
_READ = """
function hamgashtRead(texts) {
  const { defaults, read } = module.exports;
  const unknown = Object.keys(texts).filter((key) => !(key in defaults));
  if (unknown.length) return ["option", unknown[0], ...Object.keys(defaults)];
  try {
    read({ ...defaults, ...texts });
  } catch (error) {
    return ["problem", ...error.message.split(" ")];
  }
  return [];
}
"""


class ExplorerBlock(PageBlock):
    """A recorded figure with a button that starts an explorer."""

    NAME = "explorer"

    def check(self, argument: str, options: dict[str, Any]) -> None:
        """Check that there is such an explorer, and that it takes the state."""
        self.name, page = argument.strip(), self.page
        self.place = f"explorer | {self.name}"
        scripts = (page.root / SCRIPTS).glob("*-view.js")
        known = sorted(path.stem.removesuffix("-view") for path in scripts)
        if self.name not in known:
            raise unknown_name_error(page, self.place, "explorer", self.name, known)
        self.texts = {key: str(text) for key, text in options.items()}
        script = page.root / SCRIPTS / f"{self.name}.js"
        kind, *about = _refusal(script, self.texts) or [""]
        if kind == "option":
            raise unknown_name_error(page, self.place, kind, about[0], about[1:])
        if kind:
            words = read_words(page.root, "en")
            key = f"explorer.{self.name}.{about[0]}"
            problem = words.get(key, words.get(f"explorer.{about[0]}", about[0]))
            for mark, value in zip("#@", about[1:], strict=False):
                problem = problem.replace(mark, value)
            fix = "correct the block's options"
            raise page.error(self.place, f"the starting state: {problem[:-1]}", fix)

    def on_create(self, parent: Element) -> Element:
        """Make the element that holds figure, caption and button."""
        element = SubElement(parent, "div", {"class": "hg-explorer"})
        element.set("id", self.page.unique_id(f"explorer-{self.name}"))
        element.set("data-explorer", self.name)
        if self.texts:
            element.set("data-state", urlencode(self.texts, safe=",;"))
        return element

    def on_end(self, block: Element) -> None:
        """Append the button, now that the figure is there."""
        if not any(child.get("class") == "hg-cell" for child in block):
            problem = "it holds no figure, which readers see until they start it"
            raise self.page.error(self.place, problem, "put a block /// cell into it")
        button = {"type": "button", "class": "hg-button hg-start"}
        title = self.page.words[f"explorer.{self.name}.title"]
        start = self.page.words["explorer.start"]
        SubElement(block, "button", button).text = f"{start}: {title}"


class ExplorerTreeprocessor(PageTreeprocessor):
    """Compares the explorers in the source with those that were made."""

    def run(self, root: Element) -> None:
        """Refuse the page if one is not there, as where its options are no YAML.

        Raises:
            EmbedError: One was not made.
        """
        made = [element.get("data-explorer") for element in root.iter("div")]
        for head, name in _HEAD.findall(self.page.markdown.prose):
            if name not in made:
                raise self.page.error(
                    head,
                    "Markdown does not take this for an explorer",
                    "write 'key: value' lines below its head, and an empty line "
                    "before and after them",
                )


def _refusal(script: Path, texts: dict[str, str]) -> list[str]:
    """Return why an explorer's script refuses a state; empty if it takes it."""
    from py_mini_racer import MiniRacer

    with MiniRacer() as context:
        context.eval("var module = {};0")
        context.eval(script.read_text(encoding="utf-8") + ";0")
        context.eval(_READ + ";0")
        return list(context.call("hamgashtRead", texts))
