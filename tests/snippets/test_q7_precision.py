"""The network is the question's, and every setting is measured against float32."""

from loading import recorded, run_cells
from q7_cifar import GROUP, PARAMETERS

SNIPPET = f"{GROUP}/precision"


def test_the_network_is_that_of_the_question():
    names = run_cells(SNIPPET, "imports", "network")
    assert names["network"]().count_params() == PARAMETERS


def test_each_model_has_its_precision_and_the_policy_is_float32_again():
    names = {"NUM_STEPS": 2, "BATCH": 4}
    cells = ("imports", "images", "network", "clock", "one-round")
    names = run_cells(SNIPPET, *cells, names=names)
    for precision in ("mixed_bfloat16", "float32"):
        model = names["warm_model"](precision, False, names["prefetched"])
        assert {layer.dtype_policy.name for layer in model.layers[1:-1]} == {precision}
        assert model.layers[-1].compute_dtype == "float32"
        assert names["keras"].config.dtype_policy().name == "float32"
        assert names["seconds_a_step"](model, names["prefetched"]) > 0


def test_the_recorded_seconds():
    values = recorded(SNIPPET).values
    names = ("seconds_float32", "bfloat16", "xla", "bfloat16_xla", "arrays")
    assert all(values[name] > 0 for name in names)
    assert values["xla_least"] <= values["xla"]
    assert values["rounds"] >= 5
