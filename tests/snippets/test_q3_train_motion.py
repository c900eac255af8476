"""Moving bars: the data is fair, and the recorded training shows the claim."""

from itertools import pairwise

import keras
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from loading import names_up_to, recorded

SNIPPET = "q3_shapes_and_parameters/train_motion"


def names() -> dict:
    return names_up_to(SNIPPET, "networks")


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_a_reversed_clip_is_a_clip_of_the_other_class(seed: int):
    make, reverse = names()["make_clips"], names()["reverse"]
    clips, labels = make(6, 2, np.random.default_rng(seed))
    twins, other = reverse(clips, labels, 2)
    np.testing.assert_array_equal(other, 1 - labels)
    for clip, twin in zip(clips, twins, strict=True):
        frames = sorted(frame.tobytes() for frame in clip)
        assert frames == sorted(frame.tobytes() for frame in twin)
        assert not np.array_equal(clip, twin)


def test_the_bar_moves_where_the_label_says():
    clips, labels = names()["make_clips"](40, 2, np.random.default_rng(0))
    size = names()["SIZE"]
    for clip, label in zip(clips, labels, strict=True):
        columns = clip[2:6, ..., 0].sum(axis=1)
        steps = []
        for one, other in pairwise(columns):
            match = [float(np.roll(one, shift) @ other) for shift in range(size)]
            steps.append(int(np.argmax(match)))
        most = max(set(steps), key=steps.count)
        assert most == (1 if label == 1 else size - 1)


def test_a_mean_over_time_cannot_tell_a_clip_from_its_twin_but_an_order_can():
    clips, labels = names()["make_clips"](5, 2, np.random.default_rng(1))
    twins, _ = names()["reverse"](clips, labels, 2)
    for name, build in names()["networks"].items():
        keras.utils.set_random_seed(0)
        model = build()
        same = np.allclose(model(clips), model(twins), atol=1e-5)
        assert same == (name == "frame by frame, mean"), name


def test_the_frame_by_frame_networks_share_all_but_what_follows():
    models = [
        build()
        for name, build in names()["networks"].items()
        if name.startswith("frame by frame")
    ]
    assert len(models) == 3
    (shapes,) = {
        tuple(tuple(weight.shape) for weight in model.weights[:6]) for model in models
    }
    assert shapes[0] == (1, 3, 3, 1, 8)  # one frame at a time


def test_the_recorded_training_shows_the_claim():
    values = recorded(SNIPPET).values
    assert 0.4 < values["mean_accuracy"] < 0.6
    for key in ("flatten", "gru", "channels", "conv3d"):
        assert values[f"{key}_accuracy"] > 0.95
    for shared in ("gru", "conv3d"):
        for separate in ("flatten", "channels"):
            assert values[f"{shared}_shifted"] > values[f"{separate}_shifted"] + 0.3
    assert values["same_frames"] == 1
    assert values["same_clips"] == 0
