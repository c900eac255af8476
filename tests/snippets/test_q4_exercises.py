"""How many images count: Wilson's score equation and Kish's effective number."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import recorded, run_cells
from q4_mri import groups

SNIPPET = "q4_mri_classifier/exercises"


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_bounds_solve_the_score_equation(case: tuple[int, int]):
    correct, total = case
    names = run_cells(SNIPPET, "wilson-interval", names={"np": np})
    low, high = names["wilson"](correct, total)
    share = correct / total
    assert -1e-9 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1 + 1e-9
    for bound in (low, high):
        # At a bound, |share - bound| is z standard errors computed at the bound.
        spread = bound * (1 - bound) / total
        assert (share - bound) ** 2 == pytest.approx(1.96**2 * spread, abs=1e-9)


def effective(group: list[int], monkeypatch: pytest.MonkeyPatch) -> float:
    """Return the effective number that the cell computes for a fold's groups."""
    table = pd.DataFrame({"fold": 2, "group": group})
    monkeypatch.setattr(pd, "read_csv", lambda path: table)
    names = run_cells(SNIPPET, "wilson-interval", names={"np": np, "pd": pd})
    return run_cells(SNIPPET, "how-many-images-count", names=names)["effective"]


def test_groups_of_one_size_all_count(monkeypatch):
    assert effective(list(range(12)) * 5, monkeypatch) == pytest.approx(12)


def test_one_large_group_counts_as_little_more_than_one(monkeypatch):
    found = effective([0] * 100 + [1, 2], monkeypatch)
    assert found == pytest.approx(102**2 / (100**2 + 2))


def test_the_recorded_numbers_are_those_of_the_fold():
    values = recorded(SNIPPET).values
    table = groups()
    sizes = table[table["fold"] == 2]["group"].value_counts().to_numpy()
    assert (values["num_images"], values["num_groups"]) == (600, 68)
    assert (sizes.sum(), len(sizes)) == (600, 68)
    assert values["ten_largest"] == pytest.approx(np.sort(sizes)[-10:].sum() / 600)
    assert values["images_for_one"] == pytest.approx(600 / values["effective"])
    # The variance of a mean with weights proportional to the sizes.
    weights = sizes / sizes.sum()
    assert values["effective"] == pytest.approx(1 / (weights**2).sum())
    widths = [values[f"width_{name}"] for name in ("images", "groups", "effective")]
    assert widths == sorted(widths)
