"""The extension: what it registers with Python-Markdown, and in which order."""

from pathlib import Path
from typing import Any

from markdown import Markdown
from pymdownx.blocks import BlocksExtension, BlocksProcessor

from hamgasht.embed.cells.block import CellBlock
from hamgasht.embed.cells.check import CellPreprocessor, CellTreeprocessor
from hamgasht.embed.explorer import ExplorerBlock, ExplorerTreeprocessor
from hamgasht.embed.lists.downloads import DownloadsBlock, TeachingBlock
from hamgasht.embed.lists.exercises import StartTreeprocessor
from hamgasht.embed.lists.from_chapters import (
    AnchorTreeprocessor,
    ErrataBlock,
    ListsPreprocessor,
    MinutesTreeprocessor,
)
from hamgasht.embed.lists.glossary import GlossaryBlock
from hamgasht.embed.lists.references import (
    BibliographyBlock,
    CitationProcessor,
    CitationTreeprocessor,
    ReferencesBlock,
)
from hamgasht.embed.page import Page
from hamgasht.embed.prose.bidi import BidiTreeprocessor
from hamgasht.embed.prose.formulas import FormulaTreeprocessor
from hamgasht.embed.prose.headings import HeadingTreeprocessor
from hamgasht.embed.prose.slips import SlipPreprocessor
from hamgasht.embed.prose.table_heads import TableTreeprocessor
from hamgasht.embed.prose.terms import TermTreeprocessor
from hamgasht.embed.prose.values import RawHtmlPreprocessor, ValueProcessor

_BLOCKS = (
    CellBlock,
    DownloadsBlock,
    ErrataBlock,
    ExplorerBlock,
    GlossaryBlock,
    TeachingBlock,
)
_WORKS_BLOCKS = (ReferencesBlock, BibliographyBlock)
# Raw HTML is taken out of the text at 20.
_PREPROCESSORS = {
    ListsPreprocessor: 45,
    CellPreprocessor: 40,
    SlipPreprocessor: 39,
    RawHtmlPreprocessor: 19,
}
# After code and formulas (190, 189.9) and escapes (180), before links (170).
_VALUES, _CITATIONS = 175, 174
# After inline text (20) and `{#id}` lists (8), where it matters; before the table of
# contents (5) and MkDocs' links (0).
_TREEPROCESSORS = {
    CellTreeprocessor: 100,
    ExplorerTreeprocessor: 99,
    FormulaTreeprocessor: 15,
    AnchorTreeprocessor: 7.5,
    StartTreeprocessor: 7.4,
    MinutesTreeprocessor: 7.3,
    TermTreeprocessor: 7,
    HeadingTreeprocessor: 5.5,
    TableTreeprocessor: 5.4,
}
_CITED, _BIDI = 14, 6
_CHOICES = {"language": ("fa", "en"), "on_stale": ("error", "warn", "ignore")}


class EmbedExtension(BlocksExtension):
    """Cells, values, formulas, errata, answers, terms and citations on a page.

    Options:
        language: ``fa`` or ``en``.
        root: The project's root; the current folder if empty.
        page: Path of the page's source relative to the root, for error messages
            and links; a hook sets it before each page.
        on_stale: What a stale output is: ``error``, ``warn`` or ``ignore``.
        glossary: The glossary's source relative to the root; none if empty. The first
            use of each of its terms on a page becomes a link.
        bibliography: The BibTeX file relative to the root; none if empty. Pages then
            cite its works as ``[@key]`` or ``@key``.
        downloads: Address and size of each file to take along, by the key of its
            words; whoever builds the site knows them.
        chapters: The files of the chapters in the order of the navigation; by their
            numbers if empty.
    """

    def __init__(self, **options: Any) -> None:
        self.config = {
            "language": ["en", "Language of the pages: fa or en"],
            "root": ["", "The project's root; the current folder if empty"],
            "page": ["", "The page's source file, relative to the root"],
            "on_stale": ["error", "What a stale output is: error, warn or ignore"],
            "glossary": ["", "The glossary's source, relative to the root"],
            "bibliography": ["", "The BibTeX file, relative to the root"],
            "downloads": [{}, "Address and size of files to take along, by word"],
            "chapters": [[], "The chapters' files, in order"],
        }
        super().__init__(**options)
        self.page: Page | None = None
        for name, allowed in _CHOICES.items():
            if self.getConfig(name) not in allowed:
                raise ValueError(f"hamgasht.embed: {name} must be one of {allowed}")

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Register all processors, and the extensions that they stand on."""
        if "arithmatex-inline" not in md.inlinePatterns:
            md.registerExtensions(
                ["pymdownx.arithmatex"], {"pymdownx.arithmatex": {"generic": True}}
            )
        if "indent-highlight" not in md.treeprocessors:
            md.registerExtensions(["pymdownx.highlight"], {})
        super().extendMarkdown(md)

    def extendMarkdownBlocks(  # noqa: N802
        self, md: Markdown, block_mgr: BlocksProcessor
    ) -> None:
        """Register the blocks and the processors that work on the same page."""
        page = self.page = Page(
            root=Path(self.getConfig("root") or Path.cwd()).resolve(),
            language=self.getConfig("language"),
            name=str(self.getConfig("page")),
            on_stale=self.getConfig("on_stale"),
            glossary=self.getConfig("glossary"),
            bibliography=self.getConfig("bibliography"),
            downloads=self.getConfig("downloads") or {},
            chapters=self.getConfig("chapters") or [],
        )
        works = bool(page.bibliography)
        for block in (*_BLOCKS, *(_WORKS_BLOCKS if works else ())):
            block_mgr.register(block, {"page": page})
        for kind, priority in _PREPROCESSORS.items():
            md.preprocessors.register(kind(md, page), f"hg-{kind.__name__}", priority)
        for kind, priority in _TREEPROCESSORS.items():
            md.treeprocessors.register(kind(md, page), f"hg-{kind.__name__}", priority)
        md.inlinePatterns.register(ValueProcessor(md, page), "hg-value", _VALUES)
        if works:
            patterns = md.inlinePatterns
            patterns.register(CitationProcessor(md, page), "hg-cite", _CITATIONS)
            md.treeprocessors.register(CitationTreeprocessor(md), "hg-cited", _CITED)
        if page.language == "fa":
            md.treeprocessors.register(BidiTreeprocessor(md), "hg-bidi", _BIDI)
        md.registerExtension(self)

    def reset(self) -> None:
        """Forget the last page."""
        if self.page is not None:
            self.page.reset()
