"""What our blocks and processors of Python-Markdown have in common: the page."""

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from pymdownx.blocks.block import Block

from hamgasht.embed.page import Page


class PagePreprocessor(Preprocessor):
    """A preprocessor that knows the page."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page


class PageTreeprocessor(Treeprocessor):
    """A tree processor that knows the page."""

    def __init__(self, md: Markdown, page: Page) -> None:
        super().__init__(md)
        self.page = page


class PageInlineProcessor(InlineProcessor):
    """An inline processor that knows the page."""

    def __init__(self, pattern: str, md: Markdown, page: Page) -> None:
        super().__init__(pattern, md)
        self.page = page


class PageBlock(Block):
    """A block that knows the page, and refuses what pymdownx would pass in silence."""

    ARGUMENT = None

    @property
    def page(self) -> Page:
        """The page that the block stands on."""
        return self.config["page"]

    def check(self, argument: str, options: dict[str, Any]) -> None:
        """Check the block's argument and options, and keep what they name.

        Raises:
            EmbedError: One of them is wrong.
        """

    def _validate(self, parent: Element, arg: Any, **options: Any) -> bool:
        self.check(arg or "", options)
        self.argument, self.options = arg, {"attrs": {}}
        return True

    def on_create(self, parent: Element) -> Element:
        """Append the block's elements; what the block holds itself goes into a div."""
        self.fill(parent)
        return SubElement(parent, "div")

    def fill(self, parent: Element) -> None:
        """Append the block's elements to where it stands."""
