"""Copying, the first thing that readers do: what the buttons give is code that runs."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, run_python
from playwright.sync_api import Browser

from browser.built import LANGUAGES
from browser.conftest import Served, Tab
from hamgasht.datasets.catalogue import set_at
from hamgasht.datasets.on_disk import ensure_stand_in
from hamgasht.records.artefacts import find_artefacts
from hamgasht.records.read import Recorded, load
from hamgasht.records.state import Survey

FIRST = ".hg-code button.md-code__button[data-md-type='copy']"
SECOND = ".hg-cell .hg-actions button.hg-copy"
START = ".hg-actions button.hg-copy[data-copy]"
READS = re.compile(r"\A# Reads artefacts/[^\n]*\n?")
CELLS = "() => document.querySelectorAll('article .hg-cell:has(.hg-code)').length"
# Presses both buttons of a cell and selects its code, in one visit of the page. Not one
# for all cells: the right to copy by a script that was called lasts five seconds.
PRESS = """async ([number, first, second]) => {
  const cell = document.querySelectorAll("article .hg-cell:has(.hg-code)")[number];
  const press = async (button) => {
    await navigator.clipboard.writeText("nothing was copied");
    button.click();
    for (let turn = 0; turn < 500; turn += 1) {
      const text = await navigator.clipboard.readText();
      if (text !== "nothing was copied") return text;
      await new Promise((done) => setTimeout(done, 10));
    }
    throw new Error("the button copied nothing");
  };
  getSelection().selectAllChildren(cell.querySelector(".hg-code pre > code"));
  return {
    name: cell.querySelector(".filename").textContent,
    selected: getSelection().toString(),
    first: await press(cell.querySelector(first)),
    second: await press(cell.querySelector(second)),
  };
}"""


@dataclass(frozen=True)
class Copied:
    """What the buttons of one cell put on the clipboard.

    Attributes:
        place: Page, snippet and cell.
        recorded: The snippet's recorded run.
        sources: The sources of the snippet's cells up to this one.
        first: What the button of the code block gave.
        second: What the button that copies everything above gave.
        selected: What selecting the code with the mouse and copying gives.
    """

    place: str
    recorded: Recorded
    sources: list[str]
    first: str
    second: str
    selected: str


@pytest.fixture(scope="module", params=LANGUAGES)
def copied(
    request: pytest.FixtureRequest, browser: Browser, served: Served
) -> Iterator[list[Copied]]:
    """What is copied from every cell of one language's chapters."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab, survey, found = Tab(context.new_page(), served), Survey(ROOT), []
    for page in served.site.of(request.param):
        if page.is_notebook or 'class="hg-code"' not in page.text:
            continue
        tab.open(page)
        for number in range(tab.run(CELLS)):
            cell = tab.run(PRESS, [number, FIRST, SECOND])
            name = cell.pop("name")
            snippet, _, title = name.partition(".py : ")
            recorded = survey.recorded(snippet)
            cells = list(recorded.cells.values())
            titles = [each["metadata"]["title"] for each in cells]
            above = cells[: titles.index(title) + 1]
            sources = ["".join(each["source"]).strip("\n") for each in above]
            found.append(Copied(f"{page}: {name}", recorded, sources, **cell))
        assert not tab.errors, "\n".join(tab.errors)
    assert len(found) > 100
    yield found
    context.close()


def test_first_button_and_selecting_copy_exactly_the_cell(copied: list[Copied]) -> None:
    """No prompt, line number, output or name of a button comes along."""
    for item in copied:
        assert item.first.strip("\n") == item.sources[-1], item.place
        assert item.selected.strip("\n") == item.sources[-1], item.place


def test_second_button_copies_everything_above_too(copied: list[Copied]) -> None:
    for item in copied:
        pasted = READS.sub("", item.second)
        assert pasted == "\n\n".join(item.sources) + "\n", item.place


def test_a_press_of_the_pointer_copies(browser: Browser, served: Served) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = Tab(context.new_page(), served)
    pages = [page for page in served.site.of("fa") if 'class="hg-code"' in page.text]
    chapters = [page for page in pages if 'id="exercise-1"' in page.text]
    tab.open(next(page for page in chapters if not page.is_notebook))
    for button in (FIRST, SECOND, START):
        tab.run("navigator.clipboard.writeText('nothing')")
        found = tab.page.locator(f"article {button}").first
        found.scroll_into_view_if_needed()
        found.click()
        tab.page.wait_for_function(
            "navigator.clipboard.readText().then((text) => text !== 'nothing')"
        )
    context.close()


def test_pastes_run_by_themselves(
    copied: list[Copied], smoke: Path, tmp_path: Path
) -> None:
    """The last cell shown of every seventh snippet, in the smoke profile.

    The others have run, line by line: a paste is what its snippet begins with, and
    every snippet runs in the fixture ``smoke``.
    """
    survey = Survey(ROOT)
    last = {item.recorded.id: item for item in copied}
    needing = [name for name in last if READS.match(last[name].second)]
    for number, name in enumerate([*sorted(last)[::7], needing[0]]):
        item, header = last[name], survey.fingerprints.header(name)
        folder = tmp_path / str(number)
        for need in header.needs:
            for file, kept in find_artefacts(load(ROOT, need, smoke)).items():
                copy = folder / "artefacts" / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(kept, copy)
        for data in header.data:
            known = set_at(data)
            assert known is not None, f"{data} is no data set of the course"
            (folder / "data").mkdir(parents=True, exist_ok=True)
            (folder / "data" / data).symlink_to(ensure_stand_in(ROOT, known).place)
        folder.mkdir(exist_ok=True)
        text = item.second
        for parameter, value in dict(header.smoke).items():
            line = f"{parameter} = {value!r}"
            text = re.sub(rf"(?m)^{parameter} = .*$", line.replace("\\", r"\\"), text)
        (folder / "paste.py").write_text(text, encoding="utf-8")
        run_python("paste.py", cwd=folder, TF_CPP_MIN_LOG_LEVEL="3")
