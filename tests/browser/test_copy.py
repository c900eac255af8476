"""Copying, the first thing that readers do: what the buttons give is code that runs."""

import ast
import itertools
import json
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
from hamgasht.datasets.choice import stand_in
from hamgasht.records.artefacts import artefacts
from hamgasht.records.read import Recorded, load
from hamgasht.records.state import Survey

FIRST = ".hg-code button.md-code__button[data-md-type='copy']"
SECOND = ".hg-actions button.hg-copy"
READS = re.compile(r"\A# Reads artefacts/[^\n]*\n?")
CELLS = "() => document.querySelectorAll('article .hg-cell:has(.hg-code)').length"
# Presses both buttons of a cell and selects its code. One visit of the page from
# outside for all three: finding things costs more than pressing them. Not one for all
# cells: the right to copy by a script that was called lasts five seconds.
PRESS = """async ([number, first, second]) => {
  const cell = document.querySelectorAll("article .hg-cell:has(.hg-code)")[number];
  const nothing = "nothing was copied";
  const late = new Promise((_, fail) =>
    setTimeout(() => fail(new Error("the clipboard does not answer")), 30000));
  const press = async (button) => {
    await navigator.clipboard.writeText(nothing);
    button.click();
    for (let turn = 0; turn < 500; turn += 1) {
      const text = await Promise.race([navigator.clipboard.readText(), late]);
      if (text !== nothing) return text;
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
# What only a notebook's kernel knows.
KERNEL_NAMES = {"display", "get_ipython", "In", "Out"}
# Runs each pasted text alone: a namespace and a folder of its own, one process.
RUN = """
import contextlib, io, json, os, shutil, sys, tempfile, traceback
from pathlib import Path
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
failed = {}
texts = json.loads(Path(sys.argv[1]).read_text("utf-8"))
for place, (text, artefacts, data) in texts.items():
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for source in artefacts:
            shutil.copytree(source, "artefacts", dirs_exist_ok=True)
        for name, source in data.items():
            Path("data").mkdir(exist_ok=True)
            Path("data", name).symlink_to(source)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(text, place, "exec"), {"__name__": "__main__"})
        except Exception:
            failed[place] = traceback.format_exc(limit=-1)
        plt.close("all")
        if "keras" in sys.modules:
            sys.modules["keras"].utils.clear_session(free_memory=False)
Path(sys.argv[2]).write_text(json.dumps(failed), "utf-8")
"""


@dataclass(frozen=True)
class Copied:
    """What the buttons of one cell put on the clipboard.

    Attributes:
        place: Page, snippet and cell.
        recorded: The snippet's recorded run.
        source: The cell's source as it is recorded.
        first: What the button of the code block gave.
        second: What the button that copies needs too gave.
        selected: What selecting the code with the mouse and copying gives.
    """

    place: str
    recorded: Recorded
    source: str
    first: str
    second: str
    selected: str


@pytest.fixture(scope="module")
def survey() -> Survey:
    return Survey(ROOT)


@pytest.fixture(scope="module", params=LANGUAGES)
def copied(
    request: pytest.FixtureRequest, browser: Browser, served: Served, survey: Survey
) -> Iterator[list[Copied]]:
    """What is copied from every cell of one language's chapters."""
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    tab = Tab(context.new_page(), served)
    found = []
    for page in served.site.of(request.param):
        if page.is_notebook or 'class="hg-code"' not in page.text:
            continue
        tab.open(page)
        cells = [
            tab.run(PRESS, [number, FIRST, SECOND]) for number in range(tab.run(CELLS))
        ]
        pointed = [point_and_press(tab, button) for button in (FIRST, SECOND)]
        assert pointed == [cells[0]["first"], cells[0]["second"]], page
        for cell in cells:
            snippet, _, title = cell["name"].partition(".py : ")
            recorded = survey.recorded(snippet)
            [source] = [
                content["source"]
                for content in recorded.cells.values()
                if content["metadata"]["title"] == title
            ]
            found.append(
                Copied(
                    place=f"{page}: {cell['name']}",
                    recorded=recorded,
                    source=source if isinstance(source, str) else "".join(source),
                    first=cell["first"],
                    second=cell["second"],
                    selected=cell["selected"],
                )
            )
        assert not tab.errors, "\n".join(tab.errors)
    assert len(found) > 10
    yield found
    context.close()


def test_first_button_copies_exactly_the_cell(copied: list[Copied]) -> None:
    wrong = [
        f"{item.place}: {item.first!r}"
        for item in copied
        if item.first.strip("\n") != item.source.strip("\n")
    ]
    assert not wrong, "\n".join(wrong)


def test_selecting_copies_exactly_the_cell(copied: list[Copied]) -> None:
    """No prompt, line number, output or name of a button comes along."""
    wrong = [
        f"{item.place}: {item.selected!r}"
        for item in copied
        if item.selected.strip("\n") != item.source.strip("\n")
    ]
    assert not wrong, "\n".join(wrong)


def test_second_button_copies_only_the_snippet(copied: list[Copied]) -> None:
    """It ends with the cell, and holds nothing but lines of the snippet before it."""
    wrong = []
    for item in copied:
        text = READS.sub("", item.second)
        lines = set(item.recorded.source_path.read_text("utf-8").splitlines())
        strange = [line for line in text.splitlines() if line and line not in lines]
        if strange or not text.rstrip().endswith(item.source.rstrip()):
            wrong.append(f"{item.place}: {strange or text[-200:]}")
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def ran() -> set[str]:
    """Pastes that ran well in one language; the other one has the same."""
    return set()


def test_second_button_copies_code_that_runs(
    copied: list[Copied], survey: Survey, smoke: Path, ran: set[str], tmp_path: Path
) -> None:
    """Each paste runs by itself, with the parameters and data of the smoke profile.

    What a snippet begins with has run, line by line, in its smoke run.
    """
    texts: dict[str, tuple[str, list[str], dict[str, str]]] = {}
    known = set(ran)
    for item in copied:
        header = survey.fingerprints.header(item.recorded.id)
        if item.second not in known:
            known.add(item.second)
            assert not KERNEL_NAMES & names(item.second), item.place
            if begins(item.recorded, item.second):
                continue
            texts[item.place] = (
                smaller(item.second, dict(header.smoke)),
                [left_by(need, smoke, tmp_path) for need in header.needs],
                {name: stand_in_of(name) for name in header.data},
            )
    assert texts or ran
    texts = longest(texts)
    todo, done = tmp_path / "texts.json", tmp_path / "failed.json"
    todo.write_text(json.dumps(texts), encoding="utf-8")
    run_python("-c", RUN, todo, done, cwd=tmp_path, TF_CPP_MIN_LOG_LEVEL="3")
    failed = json.loads(done.read_text(encoding="utf-8"))
    assert not failed, "\n".join(f"{place}:\n{why}" for place, why in failed.items())
    ran |= known


def names(text: str) -> set[str]:
    """Return the names that code reads or sets."""
    return {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}


def begins(recorded: Recorded, text: str) -> bool:
    """Whether a paste is what the snippet's code cells begin with, cell by cell."""
    lines = [line for line in text.splitlines() if line and not READS.match(line)]
    code = [
        line
        for cell in recorded.cells.values()
        for line in "".join(cell["source"]).splitlines()
        if line
    ]
    return lines == code[: len(lines)]


def longest(texts: dict[str, tuple]) -> dict[str, tuple]:
    """Return the pastes without those that another one begins with.

    A paste that another begins with has run, line by line, once that one has.
    """

    def lines(item: tuple[str, tuple]) -> str:
        return item[1][0].rstrip("\n") + "\n"

    ordered = sorted(texts.items(), key=lines)
    return {
        first[0]: first[1]
        for first, after in itertools.pairwise([*ordered, ("", ("",))])
        if not lines(after).startswith(lines(first))
    }


def left_by(snippet: str, smoke: Path, folder: Path) -> str:
    """Return a folder with what a snippet leaves for others in the smoke profile."""
    place = folder / snippet.replace("/", ".")
    if not place.exists():
        for name, file in artefacts(load(ROOT, snippet, smoke)).items():
            copy = place / "artefacts" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
    return str(place / "artefacts")


def stand_in_of(name: str) -> str:
    """Return where the stand-in of a data set lies."""
    known = set_at(name)
    assert known is not None, f"{name} is no data set of the course"
    return str(stand_in(ROOT, known).place)


def smaller(text: str, parameters: dict[str, object]) -> str:
    """Return code with its parameters overridden, as the smoke profile does."""
    for name, value in parameters.items():
        text = re.sub(
            rf"^{name} = .*$", f"{name} = {value!r}", text, flags=re.MULTILINE
        )
    return text


def point_and_press(tab: Tab, button: str) -> str:
    """Press the page's first such button as a reader does; return what is copied."""
    tab.run("navigator.clipboard.writeText('nothing was copied')")
    found = tab.page.locator(f"article {button}").first
    found.scroll_into_view_if_needed()
    found.click()
    tab.page.wait_for_function(
        "navigator.clipboard.readText().then((text) => text !== 'nothing was copied')"
    )
    return tab.run("navigator.clipboard.readText()")
