"""Lines of Keras beside those of PyTorch: what is alike as it stands, and defaults.

The snippet itself refuses to end where its right column differs; ``hamgasht check``
runs it wherever PyTorch is installed. Here stand the claims of its page.
"""

import inspect

import keras
import pytest
from loading import recorded

ALIKE = {"same padding, stride 1", "max pooling", "label smoothing", "Nesterov"}
TABLE = "application/vnd.dataresource+json"
TABLES = ("convolution-and-pooling", "batch-normalisation", "losses", "update-rules")


def default(kind: type, name: str) -> float:
    return inspect.signature(kind.__init__).parameters[name].default


def test_most_lines_are_wrong_as_they_stand() -> None:
    run = recorded("q7_inception_cifar10/same_in_pytorch")
    off = {
        row["what"]: float(row["off by"])
        for cell in TABLES
        for row in run.cells[cell]["outputs"][0]["data"][TABLE]["data"]
    }
    assert {what for what, far in off.items() if far < 1e-5} == ALIKE
    assert run.values["lines"] == len(off)
    assert run.values["wrong_at_first"] == len(off) - len(ALIKE)
    assert run.values["decisions"] == run.values["images"]
    assert run.values["network_off"] < 1e-5


def test_defaults_of_keras_that_the_page_names() -> None:
    norm, rules = keras.layers.BatchNormalization, keras.optimizers
    assert (default(norm, "momentum"), default(norm, "epsilon")) == (0.99, 1e-3)
    assert default(rules.Adam, "epsilon") == 1e-7
    assert default(rules.AdamW, "weight_decay") == 0.004
    assert default(rules.RMSprop, "rho") == 0.9


@pytest.mark.slow
def test_defaults_of_pytorch_that_the_page_names() -> None:
    torch = pytest.importorskip("torch")
    norm, rules = torch.nn.BatchNorm2d, torch.optim
    assert (default(norm, "momentum"), default(norm, "eps")) == (0.1, 1e-5)
    assert default(rules.Adam, "eps") == 1e-8
    assert default(rules.AdamW, "weight_decay") == 0.01
    assert default(rules.RMSprop, "alpha") == 0.99
