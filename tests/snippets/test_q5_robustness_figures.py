"""The recorded curves show what the page says of augmentation."""

import pandas as pd
import pytest
from loading import recorded
from scipy import stats

SNIPPET = "q5_strengths_and_limits/robustness_figures"
VALUES = recorded(SNIPPET).values
TRAINED = recorded("q5_strengths_and_limits/train_robustness")


@pytest.fixture(scope="module")
def results() -> pd.DataFrame:
    return pd.read_csv(TRAINED.path / "artefacts/results.csv")


def test_means_and_intervals_by_scipy(results):
    chosen = results[(results["kind"] == "shift") & (results["amount"] == 3)]
    wide = chosen.pivot(index="seed", columns="training", values="right") / 3.6
    assert VALUES["plain_shift3"] == pytest.approx(
        wide["as they are"].mean() / 100, abs=1e-3
    )
    found = stats.ttest_rel(wide["with augmentation"], wide["as they are"])
    interval = found.confidence_interval()
    assert VALUES["from_shift3"] == pytest.approx(interval.low, abs=0.06)
    assert VALUES["to_shift3"] == pytest.approx(interval.high, abs=0.06)
    assert VALUES["plain_clean"] == pytest.approx(
        TRAINED.values["plain_clean"], abs=1e-3
    )


def test_what_the_text_calls_a_gain_a_cost_and_no_evidence():
    for change in ("shift3", "shift6", "turn22", "turn45", "turn90", "small", "large"):
        assert VALUES[f"from_{change}"] > 0
    for change in ("none", "blur", "blur2", "noise_seen"):
        assert VALUES[f"to_{change}"] < 0
    for change in ("noise", "dark"):
        assert VALUES[f"from_{change}"] < 0 < VALUES[f"to_{change}"]


def test_a_plain_network_is_not_robust():
    assert VALUES["plain_clean"] > 0.95
    assert VALUES["plain_shift3"] < 0.6
    assert VALUES["plain_turn90"] < 0.15


def test_the_constant_answer_is_right_as_often_as_its_class_occurs(results):
    turned = results[(results["kind"] == "rotation") & (results["amount"] == 90)]
    turned = turned[turned["training"] == "as they are"]
    everywhere = turned[turned["times"] == VALUES["images"]]
    assert len(everywhere) == VALUES["constant_seeds"] == TRAINED.values["num_seeds"]
    assert set(everywhere["often"]) == {VALUES["constant_answer"]}
    assert set(everywhere["right"]) == {VALUES["constant_right"]}
    assert VALUES["constant_sure"] > 0.99


def test_the_same_answer_to_a_turn_to_the_right_and_to_small_digits(results):
    plain = results[results["training"] == "as they are"]
    for kind, amount, least in (
        ("rotation", -90, "right_least"),
        ("scale", 0.4, "scale40_least"),
        ("scale", 0.55, "scale55_least"),
    ):
        part = plain[(plain["kind"] == kind) & (plain["amount"] == amount)]
        assert set(part["often"]) == {VALUES["constant_answer"]}
        assert part["times"].min() == VALUES[least]
        if kind == "scale":
            full = (part["times"] == VALUES["images"]).sum()
            assert full == VALUES[least.replace("least", "seeds")]
    assert VALUES["right_least"] > 0.99 * VALUES["images"]
