"""Progress: plain lines where there is no terminal, estimates from the last run."""

import time
from pathlib import Path

import pytest

from hamgasht.core.progress import Board, waiting


def test_without_a_terminal_each_end_is_one_plain_line(
    capsys: pytest.CaptureFixture[str],
):
    with Board(2, {"q1/a": 3.0}, jobs=2) as board:
        board.start("q1/a", "cpu", 2)
        board.cell("q1/a", "Forward [pass]", 0)
        board.done("q1/a", "recorded")
        board.start("q1/b", "gpu", 1)
        board.done("q1/b", "failed")
    err = capsys.readouterr().err
    lines = err.splitlines()
    assert len(lines) == 2
    assert lines[0].split()[:2] == ["recorded", "q1/a"]
    assert lines[1].split()[:2] == ["failed", "q1/b"]
    assert "\x1b" not in err


def test_time_left_is_what_the_last_run_took_less_what_has_passed():
    board = Board(1, {"q1/a": 100.0}, jobs=1)
    board.start("q1/a", "cpu", 1)
    board._lines["q1/a"] = (board._lines["q1/a"][0], time.perf_counter() - 30)
    assert board._left("q1/a") == "about 70 s left"
    assert board._left("q1/new") == "first run: no estimate"


def test_waiting_remembers_how_long_it_took(tmp_path: Path):
    memory = tmp_path / "store/seconds"
    with waiting("work", memory):
        time.sleep(0.3)
    assert 0.3 <= float(memory.read_text()) < 5
    memory.write_text("damaged")
    with waiting("work", memory):
        pass
    assert float(memory.read_text()) < 5


def test_work_that_fails_is_not_remembered(tmp_path: Path):
    with pytest.raises(RuntimeError), waiting("work", tmp_path / "seconds"):
        raise RuntimeError
    assert not (tmp_path / "seconds").exists()
