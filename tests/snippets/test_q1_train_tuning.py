"""The rules of the tuning study are those that are checked against Keras."""

import numpy as np
import pytest
from loading import names_up_to
from test_q1_update_rules import SNIPPET as WRITTEN_OUT

SNIPPET = "q1_optimizers/train_tuning"
PAIRS = {"sgd": "GradientDescent", "momentum": "Momentum", "adam": "Adam"}


@pytest.mark.parametrize("rule", PAIRS)
def test_rules_move_alike(rule: str):
    ours = names_up_to(SNIPPET, "rules")[rule]
    theirs = names_up_to(WRITTEN_OUT, "adam")[PAIRS[rule]](0.01)
    rng = np.random.default_rng(0)
    one = other = np.zeros(5)
    state: dict = {}
    for t in range(1, 60):
        g = rng.normal(size=5)
        one = one + ours(0.01, g, state, t)
        other = theirs.step(other, g)
        np.testing.assert_allclose(one, other, rtol=1e-10)


def test_the_scale_of_the_pixels_scales_the_first_gradient():
    names = names_up_to(SNIPPET, "rules")
    network, y = names["new_network"](0), names["y"][:40]
    x = names["pixels"][:40]
    logits_alike = [network[0] / 16, *network[1:]]
    small = names["gradients"](network, x / 16, y)[0]
    large = names["gradients"](logits_alike, x, y)[0]
    np.testing.assert_allclose(large, 16 * small, rtol=1e-9, atol=1e-12)
