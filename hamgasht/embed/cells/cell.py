"""A cell of a snippet that a chapter shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hamgasht.embed.page import Page
from hamgasht.embed.page_text import Place
from hamgasht.records.read import Recorded


@dataclass
class Cell:
    """A cell that a chapter shows.

    Attributes:
        page: The page.
        place: The place in the source that asks for it, for error messages.
        recorded: The snippet's recorded run.
        name: The cell's name.
        code: Whether the code is shown.
        output: Whether the output is shown.
        alt: The alternative text of its figures, as written.
    """

    page: Page
    place: Place
    recorded: Recorded
    name: str
    code: bool
    output: bool
    alt: str

    @property
    def content(self) -> dict[str, Any]:
        """The notebook's cell."""
        return self.recorded.cells[self.name]

    @property
    def outputs(self) -> list[Mapping[str, Any]]:
        """What the cell displayed, as the notebook holds it."""
        return self.content["outputs"]

    @cached_property
    def id(self) -> str:
        """The id of the cell's element, unique on the page."""
        stem = self.recorded.id.partition("/")[2]
        return self.page.unique_id(f"cell-{stem}-{self.name}".replace("_", "-"))
