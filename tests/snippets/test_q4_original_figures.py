"""The original's scores beside ours, recomputed; and what int() does to an answer."""

import keras
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import recorded, run_cells, run_in
from q4_mri import artefact, even_images
from sklearn.metrics import accuracy_score

SNIPPET = "q4_mri_classifier/original_figures"
FOLDER = "artefacts/train_original"


def histories() -> pd.DataFrame:
    """Return made-up histories: three seeds, and the first again by the other API."""
    rng = np.random.default_rng(0)
    runs = []
    for seed in range(3):
        curves = pd.DataFrame(
            rng.uniform(0.1, 1, (15, 4)),
            columns=["accuracy", "loss", "val_accuracy", "val_loss"],
        )
        runs.append(curves.assign(api="Sequential", seed=seed, epoch=range(1, 16)))
    functional = runs[0].assign(api="Functional")
    functional.loc[3, "val_loss"] -= 0.25  # one epoch differs, downwards
    return pd.concat([*runs, functional])


def answers(each: int) -> pd.DataFrame:
    """Return made-up answers to even images, in an order by chance."""
    rng = np.random.default_rng(1)
    labels = np.repeat([0, 1], each)
    files = [f"{'no' if k else 'yes'}{n % each}.png" for n, k in enumerate(labels)]
    p = rng.uniform(0, 1, 2 * each).round(6)
    p[:2] = p[-2:] = 1.0
    table = pd.DataFrame({"file": files, "label": labels, "p_no": p})
    return table.sample(frac=1, random_state=0).reset_index(drop=True)


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """Return what the snippet leaves of made-up histories and answers."""
    folder = tmp_path_factory.mktemp("figures")
    even_images(folder / "data/br35h", 20)
    (folder / FOLDER).mkdir(parents=True)
    histories().to_csv(folder / FOLDER / "history.csv", index=False)
    answers(20).to_csv(folder / FOLDER / "predictions.csv", index=False)
    return run_in(folder, SNIPPET)


def test_early_stopping_stops_as_keras_does(made_up):
    """Keras's own callback, told the same losses, stops at the same epoch."""
    patience = made_up["PATIENCE"]
    for seed, stops, keeps, kept, end in made_up["stopped"].itertuples(index=False):
        run = made_up["plain"].query(f"seed == {seed}")
        callback = keras.callbacks.EarlyStopping("val_loss", patience=patience)
        callback.set_model(keras.Sequential())
        callback.model.stop_training = False
        callback.on_train_begin()
        for epoch, loss in zip(run["epoch"], run["val_loss"], strict=True):
            callback.on_epoch_end(epoch, {"val_loss": loss})
            if callback.model.stop_training:
                break
        assert (stops, keeps) == (epoch, callback.best_epoch)
        accuracy = run["val_accuracy"].to_numpy()
        assert (kept, end) == (accuracy[keeps - 1], accuracy[-1])


def test_the_table_holds_each_run_and_the_original(made_up):
    table = histories()
    rows = {row[0]: row[1:] for row in made_up["rows"]}
    assert len(rows) == 4 + 2
    for (api, seed), run in table.groupby(["api", "seed"]):
        first, train, val, val_loss, best = rows[f"{api}, seed {seed}"]
        end = run[run["epoch"] == 15].iloc[0]
        assert first == pytest.approx(run[run["epoch"] == 1]["loss"].item())
        assert (train, val, val_loss) == pytest.approx(
            (end["accuracy"], end["val_accuracy"], end["val_loss"])
        )
        assert run[run["epoch"] == best]["val_loss"].item() == run["val_loss"].min()
    assert rows["Sequential, original"][0] == 27.5
    assert rows["Sequential, original"][2:] == (0.970, 0.140, 7)
    assert rows["Functional, original"][0] == 9.0
    assert rows["Functional, original"][2:] == (0.9767, 0.167, pd.NA)


def test_seeds_against_apis(made_up):
    table = histories()
    assert made_up["largest"] == pytest.approx(0.25)
    end = table[(table["epoch"] == 15) & (table["api"] == "Sequential")]
    spread = end["val_accuracy"].max() - end["val_accuracy"].min()
    assert np.ptp(made_up["ends"]) == pytest.approx(spread)
    assert made_up["gap"] == pytest.approx(0.0067)
    assert round(made_up["gap"] * 600) == 4


@given(
    st.lists(
        st.tuples(
            st.integers(0, 1),
            st.one_of(st.just(1.0), st.floats(0, 1, exclude_max=True)),
        ),
        min_size=1,
    )
)
def test_int_calls_everything_below_one_class_0(cases: list[tuple[int, float]]):
    table = pd.DataFrame(cases, columns=["label", "p_no"])
    names = run_cells(SNIPPET, "imports") | {"predictions": table}
    run_cells(SNIPPET, "the-answer-cut-off", names=names)
    truth = [label for label, _ in cases]
    by_cut = [1 if p == 1 else 0 for _, p in cases]
    by_half = [1 if p > 0.5 else 0 for _, p in cases]
    assert names["cut"] == pytest.approx(accuracy_score(truth, by_cut))
    assert names["rounded"] == pytest.approx(accuracy_score(truth, by_half))


def test_it_says_what_is_more_probable(made_up):
    shown = made_up["shown"]
    expected = answers(20).iloc[:16]
    pd.testing.assert_frame_equal(shown, expected)
    assert made_up["classes"].tolist() == ["yes", "no"]  # 0 is yes


def test_the_recorded_answers_are_those_of_the_predictions():
    values = recorded(SNIPPET).values
    seen = artefact("train_original", "predictions.csv")
    assert values["num_val"] == len(seen) == 600
    truth = seen["label"]
    right = (seen["p_no"] > 0.5).astype(int) == truth
    assert values["rounded_right"] == pytest.approx(right.mean())
    assert values["cut_right"] == pytest.approx(
        accuracy_score(truth, (seen["p_no"] == 1).astype(int))
    )
    assert values["shown_right"] == right[:16].sum()
    # int() leaves of class 1 only what is 1.0 to the last digit.
    assert values["cut_right"] < values["rounded_right"] - 0.05


def test_the_recorded_scores_are_those_of_the_histories():
    values = recorded(SNIPPET).values
    history = artefact("train_original", "history.csv")
    plain = history[history["api"] == "Sequential"]
    end = plain[plain["epoch"] == plain["epoch"].max()]
    assert values["val_accuracy"] == pytest.approx(end["val_accuracy"].mean())
    assert values["val_accuracy_low"] == end["val_accuracy"].min()
    assert values["val_accuracy_high"] == end["val_accuracy"].max()
    assert values["train_accuracy"] == pytest.approx(end["accuracy"].mean())
    assert values["val_loss"] == pytest.approx(end["val_loss"].mean())
    best = plain.groupby("seed")["val_loss"].min().mean()
    assert values["best_val_loss"] == pytest.approx(best)
    first = plain[plain["epoch"] == 1]["loss"]
    assert values["first_loss_low"] == first.min()
    assert values["first_loss_high"] == first.max()
    by_seed = plain[plain["epoch"] == 1].set_index("seed")["loss"]
    assert values["first_seed_loss"] == by_seed[plain["seed"].iloc[0]]


def test_the_recorded_claim():
    values = recorded(SNIPPET).values
    assert values["val_accuracy"] == pytest.approx(0.97, abs=0.015)
    assert values["api_difference"] == 0
    # What the original recorded lies below our seeds, or at the lowest.
    assert values["original_sequential"] < values["val_accuracy_low"]
    assert round(values["val_accuracy_low"], 4) == values["original_functional"]
    # The same seed in another order of the images.
    one = recorded("q4_mri_classifier/first_epoch").values["first_loss"]
    assert abs(one - values["first_seed_loss"]) > 1
    # The original took 4 images of 600 for a property of the API.
    assert values["original_gap"] == pytest.approx(0.0067)
    assert values["original_gap_images"] == 4
    assert values["seed_spread"] > 0
    assert values["seed_spread_images"] == round(600 * values["seed_spread"])
    assert values["best_val_loss"] < values["val_loss"]
