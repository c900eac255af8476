"""Comparing runs: a real difference is found, a stated tolerance is honoured."""

import pytest
from lab import PLAIN, Lab

from hamgasht.records.read import load, sealed
from hamgasht.running.compare import check, close, compare

HEADER = "# ---\n# jupyter:\n#   hamgasht:\n#     tolerances: {default: 0.01}\n# ---\n"
RANDOM = (
    "# %% Draw\nimport os\n\nx = 0.5 + int.from_bytes(os.urandom(4)) / 2**32 / 1000\n"
    "print(f'x = {x:.9f}')\n\n"
    '# %% Values tags=["values"]\n{"x": x}\n'
)


def test_an_equal_run_passes(plain: Lab):
    differences, report = check(plain.root, jobs=1)
    assert differences == []
    assert report.ran == ["q1/plain"]
    status, _, err = plain.cli("check")
    assert status == 0
    assert "1 snippets give what is recorded" in err


def test_an_unstated_difference_is_found(lab: Lab):
    lab.write("q1/random", RANDOM)
    lab.run()
    before = lab.files("q1/random")
    status, _, err = lab.cli("check")
    assert status == 1
    lines = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(lines) == 2
    assert "snippets/q1/random.py:value x: recorded 0.5" in lines[0]
    assert "snippets/q1/random.py:cell draw: output 1 differs" in lines[1]
    assert lab.files("q1/random") == before


def test_a_named_drawing_is_checked_without_its_training(lab: Lab):
    train = (
        "# %% Train\nfrom pathlib import Path\n\n"
        "Path('artefacts/train').mkdir(parents=True)\n"
        "Path('artefacts/train/loss.txt').write_text('0.5')\n"
    )
    lab.write("q1/train", train)
    needs = "# ---\n# jupyter:\n#   hamgasht:\n#     needs: [q1/train]\n# ---\n"
    draw = needs + "# %% Draw\nprint(open('artefacts/train/loss.txt').read())\n"
    lab.write("q1/draw", draw)
    lab.run()
    differences, report = check(lab.root, ["q1/draw"], jobs=1)
    assert (differences, report.ran) == ([], ["q1/draw"])
    lab.write("q1/train", train.replace("0.5", "0.25"))
    differences, report = check(lab.root, ["q1/draw"], jobs=1)
    assert sorted(report.ran) == ["q1/draw", "q1/train"], "the training is stale"
    assert [found.place for found in differences] == ["cell draw", "cell train"]


def test_tolerances_hold_for_values_and_for_what_is_printed(lab: Lab):
    lab.write("q1/random", HEADER + RANDOM)
    lab.run()
    again = lab.root / "again"
    assert check(lab.root, jobs=1, out=again)[0] == []
    old, new = (load(lab.root, "q1/random", out) for out in (None, again))
    for tolerances, wrong in (
        ({"default": 0.01}, []),
        ({"x": 0.01}, ["cell draw"]),
        ({"default": 0.01, "x": 0.0}, ["value x"]),
        ({"default": 1e-12}, ["value x", "cell draw"]),
    ):
        assert [found.place for found in compare(old, new, tolerances)] == wrong


def test_a_changed_word_is_no_matter_of_tolerance(lab: Lab):
    lab.write(
        "q1/word",
        HEADER.replace("0.01", "1000.0")
        + "# %% Word\nimport os\n\nprint('loss', 1) if os.path.exists(os.environ"
        "['HAMGASHT_TEST_MARK']) else print('gain', 1)\n",
    )
    mark = lab.root / "mark"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAMGASHT_TEST_MARK", str(mark))
        lab.run()
        mark.write_text("")
        differences, _ = check(lab.root, jobs=1)
    assert len(differences) == 1
    assert "recorded 'gain 1', now 'loss 1'" in differences[0].problem


def test_a_last_bit_that_nobody_sees_is_no_difference_in_a_figure(lab: Lab):
    lab.write(
        "q1/figure",
        "# %% Figure\nimport os\n\nimport matplotlib.pyplot as plt\n\n"
        "size = 0.8 + float(os.environ['HAMGASHT_TEST_BIT'])\n"
        "figure, axes = plt.subplots()\nfigure.set_layout_engine('none')\n"
        "axes.set_position([0.1, 0.1, 0.8, size])\n"
        "axes.plot([0, 1], [0, 1], 'o')\nplt.show()\n",
    )
    with pytest.MonkeyPatch.context() as patch:
        found = {}
        for bit in ("0", "1.2e-16", "0.01"):
            patch.setenv("HAMGASHT_TEST_BIT", bit)
            if not found:
                lab.run()
            found[bit], _ = check(lab.root, jobs=1)
    assert found["0"] == found["1.2e-16"] == []
    assert [item.place for item in found["0.01"]] == ["cell figure", "cell figure"]


def test_smoke_numbers_are_not_compared(lab: Lab):
    smoke = "# ---\n# jupyter:\n#   hamgasht:\n#     smoke: {A: 1}\n# ---\n"
    lab.write("q1/plain", smoke + PLAIN)
    lab.run()
    differences, report = check(lab.root, profile="smoke", jobs=1)
    assert differences == []
    assert report.ran == ["q1/plain"]


def test_damaged_records_are_refused(plain: Lab):
    (plain.out("q1/plain") / "notebook.ipynb").write_text("{}")
    status, _, err = plain.cli("check")
    assert status == 1
    assert err.startswith("error: docs/outputs/q1/plain/notebook.ipynb: it differs")


@pytest.mark.parametrize(
    ("old", "new", "tolerance", "agree"),
    [
        (1.0, 1.0, 0.0, True),
        (1.0, 1.0 + 1e-15, 0.0, False),
        (0.0, 1e-7, 1e-6, True),  # absolute near zero
        (1e6, 1e6 + 0.5, 1e-6, True),  # relative far from it
        (1e6, 1e6 + 2, 1e-6, False),
        (-0.5, 0.5, 0.9, False),
    ],
)
def test_close(old: float, new: float, tolerance: float, agree: bool):
    assert close(old, new, tolerance) is agree


def test_sealing_twice_changes_nothing():
    once = sealed({"b": 1, "a": [1.5, "۲"]})
    assert sealed(once) == once
    assert sealed({**once, "b": 2})["digest"] != once["digest"]
