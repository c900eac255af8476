"""The exercise on motion: what the clips hold, and what was recorded in full."""

import numpy as np
from loading import names_up_to, recorded

SNIPPET = "q3_shapes_and_parameters/exercise_motion"


def test_a_trail_halves_from_frame_to_frame():
    make = names_up_to(SNIPPET, "clips-with-a-trail")["make_clips"]

    class Quiet:
        """A generator whose noise is silent."""

        def __init__(self):
            self.rng = np.random.default_rng(0)

        def __getattr__(self, name):
            return getattr(self.rng, name)

        def normal(self, mean, spread, shape):
            return np.zeros(shape)

    clips, _ = make(20, [2], 0.5, Quiet())
    for clip in clips:
        assert set(np.unique(clip[2])) == {0, 1}
        assert set(np.unique(clip[3])) == {0, 0.5, 1}
        assert set(np.unique(clip[4])) == {0, 0.25, 0.5, 1}
        assert not clip[:2].any()
        assert not clip[6:].any()


def test_the_recorded_answers():
    values = recorded(SNIPPET).values
    assert 0.4 < values["without_trail"] < 0.6 < values["with_trail"]
    assert values["one_onset"] + 0.2 < values["every_onset_low"]
    assert values["sum_only_high"] < 0.7
    assert values["hidden_low"] > 0.9
