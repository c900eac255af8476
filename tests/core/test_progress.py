"""Progress: plain lines where there is no terminal, estimates from the last run."""

import time
from pathlib import Path

import pytest

from hamgasht.core.progress import ProgressBoard, counting, waiting


def test_without_a_terminal_each_end_is_one_plain_line(
    capsys: pytest.CaptureFixture[str],
):
    with ProgressBoard(2, {"q1/a": 3.0}, jobs=2) as board:
        board.start("q1/a", "cpu", 2)
        board.show_cell("q1/a", "Forward [pass]", 0)
        board.finish("q1/a", "recorded")
        board.start("q1/b", "gpu", 1)
        board.show_log("q1/b", "epoch [1]")
        board.show_machine("q1/b", "one")
        board.show_machine("q1/b", "two")
        board.finish("q1/b", "failed")
    err = capsys.readouterr().err
    lines = err.splitlines()
    assert len(lines) == 5
    assert lines[0].split()[:2] == ["recorded", "q1/a"]
    assert lines[1:4] == [
        "  q1/b: epoch [1]",
        "  q1/b: on one",
        "  q1/b: again (its worker was lost) on two",
    ]
    assert lines[4].split()[:2] == ["failed", "q1/b"]
    assert "\x1b" not in err


@pytest.mark.parametrize(("jobs", "at_first", "later"), [(1, 190, 150), (2, 95, 75)])
def test_time_left_is_what_the_last_runs_took_less_what_has_passed(
    jobs: int, at_first: float, later: float
):
    now = 1000.0
    expected = {"q1/a": 100.0, "q1/b": 60.0, "q1/c": 30.0}
    board = ProgressBoard(4, expected, jobs, clock=lambda: now)
    assert board.seconds_left() == at_first
    board.start("q1/a", "cpu", 1)
    board.start("q1/new", "cpu", 1)
    now += 40
    assert board.seconds_left("q1/a") == 60
    assert board.seconds_left("q1/b") == 60
    assert board.seconds_left("q1/new") is None
    assert board.seconds_left() == later
    now += 400  # slower than last time: no less than nothing is left
    assert board.seconds_left("q1/a") == 0
    assert board.seconds_left() == 90 / jobs
    board.finish("q1/a", "recorded")
    assert board.seconds_left() == 90 / jobs


def test_a_terminal_shows_bars_with_the_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("FORCE_COLOR", "1")  # Rich then takes stderr for a terminal
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    with ProgressBoard(2, {"q1/a": 40.0}, jobs=1) as board:
        board.start("q1/a", "cpu", 2)
        board.show_cell("q1/a", "Train", 1)
        board.show_log("q1/a", "epoch 1")
        board._bars.refresh()
        board.start("q1/b", "cpu", 1)
        board._bars.refresh()
    err = capsys.readouterr().err
    for text in ("q1/a: Train: epoch 1", "about 40 s left", "first run: no estimate"):
        assert text in err
    with counting("load", 5) as count:
        count.more(2)
        count.bar.refresh()
    assert "2/5" in capsys.readouterr().err


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
