"""The extension itself: what it registers with Python-Markdown, and in which order.

Takes in a ``Markdown`` instance; gives out the same with the processors of this
package in it.
"""

from pathlib import Path
from typing import Any

from markdown import Markdown
from pymdownx.blocks import BlocksExtension, BlocksProcessor

from hamgasht.embed.block_check import ScanPreprocessor
from hamgasht.embed.cells.block import CellBlock, CellCheckTreeprocessor
from hamgasht.embed.lists.downloads import DownloadsBlock
from hamgasht.embed.lists.errata import ErrataBlock, ErrataTreeprocessor
from hamgasht.embed.lists.exercises import AnswersPreprocessor, ExerciseTreeprocessor
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
from hamgasht.embed.prose.table_heads import TableTreeprocessor
from hamgasht.embed.prose.terms import TermTreeprocessor
from hamgasht.embed.prose.values import ValueProcessor

# Order matters: values and citations come after code and formulas (190, 189.9) and
# escapes (180), before links (170). Tree processors: after inline text (20) and
# `{#id}` lists (8), before the table of contents (5) and MkDocs' links (0).
_ANSWERS, _SCAN, _VALUES, _CITATIONS = 45, 40, 175, 174
_CHECK, _ERRATA, _FORMULAS, _CITED = 100, 99, 15, 14
_EXERCISES, _TERMS, _BIDI, _HEADINGS, _TABLES = 7.5, 7, 6, 5.5, 5.4


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
        glossary_page: Where these links lead, relative to the docs folder.
        bibliography: The BibTeX file relative to the root; none if empty. Pages then
            cite its works as ``[@key]`` or ``@key``.
        bibliography_page: Where citations lead, relative to the docs folder.
        downloads: Address and size of each file to take along, by the key of its
            words; whoever builds the site knows them.
    """

    def __init__(self, **options: Any) -> None:
        self.config = {
            "language": ["en", "Language of the pages: fa or en"],
            "root": ["", "The project's root; the current folder if empty"],
            "page": ["", "The page's source file, relative to the root"],
            "on_stale": ["error", "What a stale output is: error, warn or ignore"],
            "glossary": ["", "The glossary's source, relative to the root"],
            "glossary_page": ["glossary.md", "The page that lists its terms"],
            "bibliography": ["", "The BibTeX file, relative to the root"],
            "bibliography_page": ["references.md", "The page that lists its works"],
            "downloads": [{}, "Address and size of files to take along, by word"],
        }
        super().__init__(**options)
        self.page: Page | None = None
        for name, allowed in (
            ("language", ("fa", "en")),
            ("on_stale", ("error", "warn", "ignore")),
        ):
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
        """Register the block and the processors that work on the same page."""
        page = self.page = Page(
            root=Path(self.getConfig("root") or Path.cwd()).resolve(),
            language=self.getConfig("language"),
            name=str(self.getConfig("page")),
            on_stale=self.getConfig("on_stale"),
        )
        offered = self.getConfig("downloads") or {}
        block_mgr.register(DownloadsBlock, {"page": page, "offered": offered})
        block_mgr.register(CellBlock, {"page": page})
        block_mgr.register(ErrataBlock, {"page": page})
        block_mgr.register(GlossaryBlock, {"page": page})
        md.preprocessors.register(AnswersPreprocessor(md, page), "hg-answers", _ANSWERS)
        md.preprocessors.register(ScanPreprocessor(md, page), "hg-scan", _SCAN)
        md.inlinePatterns.register(ValueProcessor(md, page), "hg-value", _VALUES)
        trees = md.treeprocessors
        trees.register(CellCheckTreeprocessor(md, page), "hg-check", _CHECK)
        trees.register(ErrataTreeprocessor(md), "hg-errata", _ERRATA)
        trees.register(ExerciseTreeprocessor(md), "hg-exercises", _EXERCISES)
        trees.register(FormulaTreeprocessor(md, page), "hg-formulas", _FORMULAS)
        source, target = self.getConfig("glossary"), self.getConfig("glossary_page")
        trees.register(TermTreeprocessor(md, page, source, target), "hg-terms", _TERMS)
        if self.getConfig("bibliography"):
            self._cite(md, block_mgr, page)
        if page.language == "fa":
            trees.register(BidiTreeprocessor(md), "hg-bidi", _BIDI)
        trees.register(HeadingTreeprocessor(md, page), "hg-headings", _HEADINGS)
        trees.register(TableTreeprocessor(md, page), "hg-tables", _TABLES)
        md.registerExtension(self)

    def _cite(self, md: Markdown, block_mgr: BlocksProcessor, page: Page) -> None:
        """Register what cites and lists works."""
        source = self.getConfig("bibliography")
        target = self.getConfig("bibliography_page")
        for block in (ReferencesBlock, BibliographyBlock):
            block_mgr.register(block, {"page": page, "source": source})
        md.inlinePatterns.register(
            CitationProcessor(md, page, source, target), "hg-cite", _CITATIONS
        )
        md.treeprocessors.register(CitationTreeprocessor(md), "hg-cited", _CITED)

    def reset(self) -> None:
        """Forget the last page."""
        if self.page is not None:
            self.page.reset()
