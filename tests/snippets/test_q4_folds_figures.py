"""Intervals, rates and areas, against SciPy and scikit-learn."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import recorded, run_cells, run_in
from q4_mri import artefact, rank_area
from scipy import stats
from sklearn.metrics import confusion_matrix, recall_score

SNIPPET = "q4_mri_classifier/folds_figures"
FIRST = "original, 256×256"
KEPT = "aspect ratio kept"
AVERAGED = "averaged weights, decaying rate"
WHOLE = ["dropout", AVERAGED, "augmentation", "augmentation, group normalisation"]
NORMS = ["group normalisation", "batch normalisation"]
AUGMENTED, CROPPED = f"{KEPT}, augmentation", "cropped to a square, augmentation"
STEPS = ["original layers", *NORMS, *WHOLE, KEPT, AUGMENTED, CROPPED]
APART = (2.0, 1.1, 1.2, 1.4, 1.8, 1.5, 1.6, 2.5, 2.4, 1.9, 2.2)
NUMBERS = dict(zip([*STEPS, FIRST], APART, strict=True))
"""How far apart the made-up scores of the two classes are."""


def function(cell: str, name: str):
    """Return one of the snippet's functions."""
    names = {"math": math, "np": np, "stats": stats}
    return run_cells(SNIPPET, cell, names=names)[name]


def interval(scores: np.ndarray) -> tuple[float, float]:
    """Return Student's 95 % interval by SciPy, widened for overlapping folds.

    Nadeau and Bengio: 1/5 + 1/4 in place of 1/5, so half as wide again.
    """
    low, high = stats.t.interval(
        0.95, len(scores) - 1, loc=np.mean(scores), scale=stats.sem(scores)
    )
    return low - (high - low) / 4, high + (high - low) / 4


@given(st.lists(st.integers(0, 40), min_size=5, max_size=5))
def test_the_interval_over_folds_is_the_corrected_one_of_student(correct: list[int]):
    right = pd.Series(np.concatenate([np.arange(40) < n for n in correct]))
    fold = pd.Series(np.repeat(np.arange(5), 40))
    mean, low, high = function("interval-over-folds", "over_folds")(right, fold)
    scores = np.array(correct) / 40
    assert mean == pytest.approx(scores.mean())
    expected = interval(scores) if np.ptp(scores) else (mean, mean)
    assert low == pytest.approx(max(expected[0], 0), abs=2e-4)
    assert high == pytest.approx(min(expected[1], 1), abs=2e-4)


def test_folds_of_other_sizes_count_the_same():
    right = pd.Series([True] * 10 + [False] * 2 + [True] * 2)
    fold = pd.Series([0] * 10 + [1] * 4)
    mean, *_ = function("interval-over-folds", "over_folds")(right, fold)
    assert mean == pytest.approx((1 + 0.5) / 2)


def test_one_fold_has_no_spread():
    mean = function("interval-over-folds", "over_folds")(
        pd.Series([True, False, True, True]), pd.Series([0] * 4)
    )
    assert mean == (0.75, 0.75, 0.75)


def made_up_predictions(name: str) -> pd.DataFrame:
    """Return answers that are as good as a name's number says."""
    rng = np.random.default_rng(sorted(NUMBERS).index(name))
    label = np.tile([0, 1, 1, 0, 0], 100)
    z = rng.normal(size=500) + NUMBERS[name] * (label - 0.45)
    p = (1 / (1 + np.exp(-z))).round(2)  # rounded, so that some are equal
    return pd.DataFrame(
        {
            "file": [f"{row}.jpg" for row in range(500)],
            "label": label,
            "fold": np.repeat(range(5), 100),
            "p_no": p,
        }
    )


def made_up_groups() -> pd.DataFrame:
    """Return groups of ten made-up images each, of one class and one fold."""
    seen = made_up_predictions(FIRST)
    seen["group"] = seen.groupby(["label", "fold"]).cumcount() // 10
    keys = seen["label"].astype(str) + seen["fold"].astype(str)
    return seen.assign(group=pd.factorize(keys + seen["group"].astype(str))[0])


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Return what the snippet leaves of made-up results."""
    folder = tmp_path_factory.mktemp("figures")
    rng = np.random.default_rng(0)
    for part in ("twins", "train_splits", "train_folds", "train_original_folds"):
        (folder / "artefacts" / part).mkdir(parents=True)
    made_up_groups().to_csv(folder / "artefacts/twins/groups.csv", index=False)
    runs = list(product(("random", "upright", "grouped"), range(3)))
    scores = ["accuracy", "val_accuracy"]
    for name, rows, columns, made_up in (
        (
            "train_splits/history",
            [(*run, epoch) for run in runs for epoch in (1, 2)],
            ["split", "seed", "epoch"],
            scores,
        ),
        ("train_splits/shares", runs, ["split", "seed"], ["with_twin"]),
        ("train_folds/seconds", STEPS, ["step"], ["seconds"]),
    ):
        table = pd.DataFrame(rows, columns=columns)
        for column in made_up:
            table[column] = rng.uniform(0.5, 1, len(table)).round(5)
        table.to_csv(folder / f"artefacts/{name}.csv", index=False)
    parameters = pd.Series(range(100, 100 + len(STEPS)), STEPS, name="parameters")
    parameters.to_csv(folder / "artefacts/train_folds/steps.csv")
    for number, step in enumerate(STEPS):
        path = folder / f"artefacts/train_folds/predictions-{number}.csv"
        made_up_predictions(step).to_csv(path, index=False)
    made_up_predictions(FIRST).to_csv(
        folder / "artefacts/train_original_folds/predictions.csv", index=False
    )
    return run_in(folder, SNIPPET)


def rates(seen: pd.DataFrame) -> tuple[float, float]:
    """Return sensitivity and specificity for a tumour, by scikit-learn."""
    says_no = (seen["p_no"] > 0.5).astype(int)
    return (
        recall_score(seen["label"], says_no, pos_label=0),
        recall_score(seen["label"], says_no, pos_label=1),
    )


def confusion(seen: pd.DataFrame) -> list[list[int]]:
    """Return tumours and others, each found to have one or not, by scikit-learn."""
    says_no = (seen["p_no"] > 0.5).astype(int)
    return confusion_matrix(seen["label"], says_no, labels=[0, 1]).tolist()


def fold_scores(seen: pd.DataFrame) -> np.ndarray:
    """Return the accuracy on each fold."""
    right = ((seen["p_no"] > 0.5).astype(int) == seen["label"]).to_numpy()
    return np.array([right[seen["fold"] == k].mean() for k in range(5)])


def area(seen: pd.DataFrame) -> float:
    """Return the area under the curve of a tumour's score, from its ranks."""
    truth, score = (seen["label"] == 0).to_numpy(), (1 - seen["p_no"]).to_numpy()
    return rank_area(truth, score)


def best_cut(seen: pd.DataFrame) -> float:
    """Return the best specificity with a sensitivity of at least .98, by trying."""
    truth, score = (seen["label"] == 0).to_numpy(), (1 - seen["p_no"]).to_numpy()
    found = 0.0
    for cut in np.unique(score):
        alarm = score >= cut
        if alarm[truth].mean() >= 0.98:
            found = max(found, float((~alarm[~truth]).mean()))
    return found


def test_each_step_by_scikit_learn_and_scipy(names):
    table = names["table"].set_index("step")
    assert list(table.index) == [FIRST, *STEPS]
    for name, row in table.iterrows():
        seen = made_up_predictions(name)
        scores = fold_scores(seen)
        low, high = interval(scores)
        assert row["accuracy"] == pytest.approx(scores.mean())
        assert row["from"] == pytest.approx(max(low, 0), abs=1e-4)
        assert row["to"] == pytest.approx(min(high, 1), abs=1e-4)
        assert (row["sensitivity"], row["specificity"]) == pytest.approx(rates(seen))


def test_the_best_has_the_whole_network_and_stretched_images(names):
    accuracy = names["table"].set_index("step")["accuracy"]
    # Others score higher here, and are no candidates.
    assert accuracy.idxmax() not in WHOLE
    assert names["best"] == accuracy[WHOLE].idxmax() == AVERAGED
    assert names["values"]["best_parameters"] == 100 + STEPS.index(AVERAGED)
    assert names["values"]["best_number"] == STEPS.index(AVERAGED)


def test_ranges_are_those_of_single_folds(names):
    table = names["table"].set_index("step")
    for name in (FIRST, *STEPS):
        parts = [rates(part) for _, part in made_up_predictions(name).groupby("fold")]
        for measure, found in zip(
            ("sensitivity", "specificity"), zip(*parts, strict=True), strict=True
        ):
            expected = f"{min(found):.3f} to {max(found):.3f}"
            assert table.loc[name, f"{measure}, single folds"] == expected


def test_what_is_chosen_on_four_folds_is_scored_on_the_fifth(names):
    scores = {name: fold_scores(made_up_predictions(name)) for name in (FIRST, *STEPS)}
    for fold, step, accuracy in names["chosen"].itertuples(index=False):
        others = {name: np.delete(found, fold).mean() for name, found in scores.items()}
        assert others[step] == pytest.approx(max(others.values()))
        assert accuracy == pytest.approx(scores[step][fold])


def test_counts_and_rates_by_scikit_learn(names):
    seen = made_up_predictions(names["best"])
    (_, missed), (alarms, _) = confusion(seen)
    assert names["counts"].iloc[:, 1:].to_numpy().tolist() == confusion(seen)
    assert (names["values"]["missed"], names["values"]["alarms"]) == (missed, alarms)
    assert names["rates"]["value"].tolist() == pytest.approx(rates(seen))


def test_intervals_of_rates_come_from_drawing_groups(names):
    groups = made_up_groups()[["label", "file", "group"]]
    seen = made_up_predictions(names["best"]).merge(groups)
    right = ((seen["p_no"] > 0.5) == (seen["label"] == 1)).to_numpy()
    group = seen["group"].to_numpy()
    members = [np.flatnonzero(group == g) for g in np.unique(group)]
    rng = np.random.default_rng(1)
    found = {0: [], 1: []}
    for _ in range(400):  # one by one, with other draws
        drawn = rng.integers(0, len(members), len(members))
        rows = np.concatenate([members[g] for g in drawn])
        for label, shares in found.items():
            shares.append(right[rows][seen["label"].to_numpy()[rows] == label].mean())
    for label, shares in found.items():
        expected = np.quantile(shares, [0.025, 0.975])
        assert names["rates"].iloc[label, 2:].tolist() == pytest.approx(
            expected, abs=0.02
        )


def test_fold_by_fold_by_scikit_learn(names):
    seen = made_up_predictions(names["best"])
    for k, part in seen.groupby("fold"):
        assert names["by_fold"].loc[k].tolist() == pytest.approx(rates(part))
    worst = min(rates(part)[1] for _, part in seen.groupby("fold"))
    assert names["values"]["specificity_worst"] == pytest.approx(worst)


def test_areas_by_ranks(names):
    assert set(names["areas"]) == {FIRST, names["best"]}
    for name, found in names["areas"].items():
        parts = made_up_predictions(name).groupby("fold")
        assert found == pytest.approx([area(part) for _, part in parts])


def test_the_threshold_is_the_best_one(names):
    seen = made_up_predictions(names["best"])
    values = names["values"]
    alarm = 1 - seen["p_no"] >= values["cut"]
    tumour = seen["label"] == 0
    assert values["cut_sensitivity"] == pytest.approx(alarm[tumour].mean())
    assert values["cut_specificity"] == pytest.approx(1 - alarm[~tumour].mean())
    assert values["cut_sensitivity"] >= 0.98
    assert values["cut_specificity"] == pytest.approx(best_cut(seen))


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.floats(0.2, 4))
def test_no_better_threshold_is_left_out(seed: int, apart: float):
    rng = np.random.default_rng(seed)
    label = rng.integers(0, 2, 120)
    p = 1 / (1 + np.exp(-(rng.normal(size=120) + apart * (label - 0.5))))
    seen = pd.DataFrame({"label": label, "p_no": p})
    names = run_cells(SNIPPET, "imports")
    names |= {"predictions": {"one": seen}, "best": "one"}
    run_cells(SNIPPET, "a-threshold-for-the-clinic", names=names)
    assert names["true"][names["at"]] >= 0.98
    assert 1 - names["false"][names["at"]] == pytest.approx(best_cut(seen))


def recorded_predictions() -> dict[str, pd.DataFrame]:
    """Return all recorded answers by step."""
    steps = artefact("train_folds", "steps.csv", index_col=0).index
    return {FIRST: artefact("train_original_folds", "predictions.csv")} | {
        name: artefact("train_folds", f"predictions-{number}.csv")
        for number, name in enumerate(steps)
    }


def test_the_recorded_steps_are_those_of_the_predictions():
    values = recorded(SNIPPET).values
    numbers = {name: number for number, name in enumerate(recorded_predictions())}
    for number, (name, seen) in enumerate(recorded_predictions().items()):
        scores = fold_scores(seen)
        low, high = interval(scores)
        assert values[f"step_{number}"] == pytest.approx(scores.mean()), name
        assert values[f"step_{number}_low"] == pytest.approx(max(low, 0), abs=1e-4)
        assert values[f"step_{number}_high"] == pytest.approx(min(high, 1), abs=1e-4)
    for key, name in (
        ("original_accuracy", FIRST),
        ("group_augmented_accuracy", "augmentation, group normalisation"),
        ("stretched_accuracy", AVERAGED),
        ("stretched_augmented_accuracy", "augmentation"),
        ("kept_accuracy", KEPT),
        ("kept_augmented_accuracy", AUGMENTED),
        ("cropped_accuracy", CROPPED),
    ):
        assert values[key] == values[f"step_{numbers[name]}"]


def test_the_recorded_best_is_that_of_the_training():
    values = recorded(SNIPPET).values
    trained = recorded("q4_mri_classifier/train_folds").values
    assert values["best_number"] == trained["best"]
    assert values["best_parameters"] == trained["best_parameters"]
    assert values["best_accuracy"] == pytest.approx(trained["best_accuracy"], abs=0.002)
    assert values["gain"] == pytest.approx(values["best_accuracy"] - values["step_0"])
    seen = list(recorded_predictions().values())[1 + values["best_number"]]
    assert values["best_accuracy"] == pytest.approx(fold_scores(seen).mean())


def test_the_recorded_rates_are_those_of_the_predictions():
    values = recorded(SNIPPET).values
    every = recorded_predictions()
    seen = list(every.values())[1 + values["best_number"]]
    sensitivity, specificity = rates(seen)
    assert values["sensitivity"] == pytest.approx(sensitivity)
    assert values["specificity"] == pytest.approx(specificity)
    assert values["sensitivity_low"] < sensitivity < values["sensitivity_high"]
    (_, missed), (alarms, _) = confusion(seen)
    assert (values["missed"], values["alarms"]) == (missed, alarms)
    for key, part in (("best", seen), ("original", every[FIRST])):
        areas = [area(one) for _, one in part.groupby("fold")]
        assert values[f"area_{key}"] == pytest.approx(np.mean(areas))
        assert values[f"area_{key}_low"] == pytest.approx(min(areas))
    assert values["cut_sensitivity"] >= 0.98
    assert values["cut_specificity"] == pytest.approx(best_cut(seen))


def test_the_recorded_claim():
    values = recorded(SNIPPET).values
    random = recorded("q4_mri_classifier/train_original").values["val_accuracy"]
    # Honest scores stay below the .97 of the random split; the best is above the
    # original's.
    assert values["best_accuracy"] < random
    assert values["gain"] >= 0.05
    # What the text says of images that keep their proportions.
    assert values["kept_accuracy"] >= values["stretched_accuracy"]
    stretched = values["stretched_augmented_accuracy"]
    assert stretched > values["kept_augmented_accuracy"]
    assert stretched > values["cropped_accuracy"] > values["original_accuracy"] + 0.05
    assert stretched > values["group_augmented_accuracy"]
    assert values["area_best"] > 0.5
    # Chosen on four folds, the best is the same one.
    assert values["chosen_best"] == 5
    assert values["chosen_accuracy"] == pytest.approx(values["best_accuracy"])
    # One fold's specificity is far below that of the others.
    assert values["specificity_worst"] < values["specificity_others"] - 0.1
