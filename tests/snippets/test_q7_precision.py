"""The network is the question's, and every setting is measured against float32."""

import pytest
from loading import recorded, run_cells
from q7_cifar import GROUP, PARAMETERS

SNIPPET = f"{GROUP}/precision"


def test_the_network_is_that_of_the_question():
    names = run_cells(SNIPPET, "imports", "network")
    assert names["network"]().count_params() == PARAMETERS


def test_the_policy_is_float32_again_after_a_measurement(monkeypatch):
    names = run_cells(SNIPPET, "imports", names={"NUM_STEPS": 2, "BATCH": 4})
    cells = ("imports", "images", "network", "clock", "one-measurement")
    run_cells(SNIPPET, *cells, names=names)
    policies = []
    build = names["network"]

    def spied():
        policies.append(names["keras"].config.dtype_policy().name)
        return build()

    names["network"] = spied
    assert names["seconds_a_step"]("mixed_bfloat16", False) > 0
    assert policies == ["mixed_bfloat16"]
    assert names["keras"].config.dtype_policy().name == "float32"


def test_the_recorded_seconds():
    values = recorded(SNIPPET).values
    assert values["seconds_float32"] > 0
    for name in ("bfloat16", "xla", "bfloat16_xla", "deterministic", "against_arrays"):
        assert values[name] > 0
    assert values["steps"] * values["batch"] == pytest.approx(24 * 64)
