"""One site, built by the generator; imported only when there is something to build."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hamgasht.core.errors import HamgashtError, SiteError
from hamgasht.core.paths import LABELS
from hamgasht.embed.cells.tables import find_missing_labels
from hamgasht.embed.page import Page
from hamgasht.embed.page_text import Source
from hamgasht.embed.prose.values import find_wrong_values
from hamgasht.records.state import current_survey
from hamgasht.site.kept import Inputs

EMBED = "hamgasht.embed"


def refuse_wrong_values(root: Path, languages: list[str]) -> None:
    """Refuse what pages ask for in vain, all of it at once, before a page is made.

    Raises:
        HamgashtError: A reference to a value is wrong, or heads of tables have no
            Persian text; its notes tell the others, and lines to paste.
    """
    errors: list[HamgashtError] = []
    missing: dict[str, tuple[Page, int]] = {}
    records = current_survey(root)
    for file in sorted(
        path for each in languages for path in root.glob(f"docs/{each}/**/*.md")
    ):
        name = file.relative_to(root)
        page = Page(root, name.parts[1], name.as_posix(), on_stale="ignore")
        page.source, page.records = Source(file.read_text(encoding="utf-8")), records
        errors += find_wrong_values(page)
        if page.language == "fa":
            for label, line in find_missing_labels(page).items():
                missing.setdefault(label, (page, line))
    if missing:
        page, line = next(iter(missing.values()))
        problem = f"these heads of tables have no Persian text: {', '.join(missing)}"
        errors.append(page.error(line, problem, f"add to {LABELS}, with the Persian:"))
    if errors:
        first, *others = errors
        for error in others:
            first.add_note(f"error: {error}")
        for label in missing:
            first.add_note(f"{json.dumps(label, ensure_ascii=False)}: ")
        raise first


def build_site(
    root: Path,
    name: str,
    out: Path,
    *,
    inputs: Inputs,
    strict: bool,
    released: bool,
    cached: bool,
) -> bool:
    """Build one site; return whether there was no warning.

    Args:
        root: The project's root.
        name: Its configuration.
        out: The folder to make.
        inputs: All that decides what it gives.
        strict: See :func:`build_sites`, as the two below.
        released: Whether to offer the last release.
        cached: Whether to use contents of an earlier build.

    Raises:
        HamgashtError: The site cannot be built.
    """
    import properdocs.replacement  # noqa: F401 - plugins that import mkdocs get it
    from properdocs.commands.build import build
    from properdocs.config import load_config
    from properdocs.exceptions import ProperDocsException

    with _capture_log() as lines:
        try:
            config = load_config(str(root / name), site_dir=str(out), strict=strict)
            config.extra.update(
                released=released, cached=cached, inputs=inputs, warnings=lines
            )
            if not strict:
                config.mdx_configs[EMBED]["on_stale"] = "warn"
            build(config)
        except ProperDocsException as error:
            if isinstance(error.__cause__, HamgashtError):
                raise error.__cause__ from None
            problem = "; ".join(lines) or str(error)
            fix = "fix what is named, then build again"
            if '"nav"' in problem:
                fix = "add it to 'nav' in mkdocs.yml and mkdocs.en.yml"
            raise SiteError(name, "", problem, fix) from error
        if not strict:
            for line in lines:
                print(f"{name}: {line}", file=sys.stderr)
        return not lines


@contextmanager
def _capture_log() -> Iterator[list[str]]:
    """Collect the generator's warnings and errors instead of printing them."""
    collector = _Collector()
    loggers = [logging.getLogger(name) for name in ("properdocs", "mkdocs")]
    before = [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.propagate = False
        logger.addHandler(collector)
    try:
        yield collector.lines
    finally:
        for logger, propagate in zip(loggers, before, strict=True):
            logger.removeHandler(collector)
            logger.propagate = propagate


class _Collector(logging.Handler):
    """Keeps the messages of warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message; of a traceback its first and last line."""
        lines = [line.strip(" .:") for line in record.getMessage().splitlines()]
        self.lines.append(": ".join(dict.fromkeys([lines[0], lines[-1]])))
