"""One epoch of the question's training: its network, and a loss of its size."""

import math

import pytest
from loading import recorded, run_cells
from q4_mri import parameters_of_the_original

SNIPPET = "q4_mri_classifier/first_epoch"


def test_the_network_is_that_of_the_question():
    names = run_cells(SNIPPET, "imports", names={"SIZE": 256})
    model = run_cells(SNIPPET, "network", names=names)["model"]
    assert model.count_params() == parameters_of_the_original(256)


def test_the_recorded_epoch():
    values = recorded(SNIPPET).values
    assert values["num_epochs"] == 1
    # Pixels up to 255: far above the ln 2 of guessing, as in the long runs.
    assert values["first_loss"] > 0.7
    # And after it this run guesses, as the caption says.
    assert values["val_loss"] == pytest.approx(math.log(2), abs=0.01)
    assert values["val_accuracy"] == pytest.approx(0.5, abs=0.05)
