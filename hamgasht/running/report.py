"""What a run of many snippets did, and the folder that one of them works in."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from hamgasht.core.errors import HamgashtError

Profile = Literal["full", "smoke"]


@dataclass
class Report:
    """What a run did.

    Attributes:
        ran: Ids of the snippets that ran and were recorded.
        failed: The error of each snippet that failed, by id.
        skipped: For each snippet that was left out, the failed one that it needs.
        kept: Ids that were fresh already.
    """

    ran: list[str] = field(default_factory=list)
    failed: dict[str, HamgashtError] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)


@contextlib.contextmanager
def working_folder() -> Iterator[Path]:
    """Give an empty folder for one run, removed afterwards."""
    with tempfile.TemporaryDirectory(
        prefix="hamgasht-", ignore_cleanup_errors=True
    ) as place:
        folder = Path(place).resolve() / "run"
        folder.mkdir()
        yield folder
