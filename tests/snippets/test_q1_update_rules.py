"""The written-out rules, against Keras on a problem that answers back."""

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loading import names_of

SNIPPET = "q1_optimizers/update_rules"
THEIRS = {
    "GradientDescent": lambda lr: keras.optimizers.SGD(lr),
    "Momentum": lambda lr: keras.optimizers.SGD(lr, momentum=0.9),
    "RMSprop": lambda lr: keras.optimizers.RMSprop(lr),
    "Adam": lambda lr: keras.optimizers.Adam(lr),
}
CURVATURES = np.array([0.5, 1.0, 4.0])


@pytest.mark.parametrize("rule", THEIRS)
def test_each_rule_walks_as_keras_does(rule: str):
    ours, theirs = names_of(SNIPPET)[rule](0.02), THEIRS[rule](0.02)
    w = np.array([1.0, -2.0, 0.5])
    variable = keras.Variable(w.astype("float32"))
    for _ in range(100):
        w = ours.step(w, CURVATURES * w)
        gradient = keras.ops.convert_to_tensor(CURVATURES, "float32") * variable
        theirs.apply([gradient], [variable])
        found = keras.ops.convert_to_numpy(variable)
        np.testing.assert_allclose(found, w, rtol=2e-4, atol=2e-5)


@given(st.floats(1e-2, 1e3), st.floats(1e-4, 1), st.sampled_from([-1, 1]))
def test_the_first_step_of_adam_is_the_rate(size: float, lr: float, sign: int):
    step = names_of(SNIPPET)["Adam"](lr).step(0.0, sign * size)
    assert step == pytest.approx(-sign * lr, rel=1e-2)


def test_steps_without_correction_by_their_closed_form():
    table = names_of(SNIPPET)["first_steps"].set_index("step")
    for t, row in table.iterrows():
        # Of the gradient 1 all the time, m is 1 - 0.9^t and v is 1 - 0.999^t.
        quotient = (1 - 0.9**t) / np.sqrt(1 - 0.999**t)
        assert row["without correction"] == pytest.approx(quotient, abs=2e-3)
        assert row["with correction"] == pytest.approx(1, abs=1e-3)
