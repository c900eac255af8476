"""The explorer of shapes against Keras: two hundred random networks, and their code."""

import contextlib
import io
import json
import math
import re
from typing import Any

import keras
import numpy as np
import pytest
from conftest import ROOT
from explorers.node import SCRIPTS, call, calls
from keras import layers as keras_layers

from hamgasht.core.words import read_words

NETWORKS = 200
Layer = dict[str, Any]
Network = tuple[list[int], list[Layer]]


class Builder:
    """Draws layers that mostly fit, and now and then one that does not."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def pick(self, *values: Any) -> Any:
        return values[self.rng.integers(len(values))]

    def sizes(self, rank: int, most: int) -> Any:
        several = [int(size) for size in self.rng.integers(1, most + 1, rank)]
        return self.pick(several[0], several)

    def convolution(self, rank: int) -> Layer:
        depthwise = rank < 3 and self.rng.random() < 0.25
        layer: Layer = {"kernel_size": self.sizes(rank, 4)}
        if depthwise:
            layer |= {"layer": f"DepthwiseConv{rank}D"}
            layer |= {"depth_multiplier": self.pick(1, 2)}
            layer |= {"strides": self.pick(1, 2)}
        else:
            layer |= {"layer": f"Conv{rank}D", "filters": self.pick(2, 4, 6)}
            layer |= {"groups": self.pick(1, 1, 2), "strides": self.sizes(rank, 2)}
        if self.rng.random() < 0.3:
            layer |= {"dilation_rate": self.pick(1, 2), "strides": self.pick(1, 1, 2)}
        layer |= {"padding": self.padding(rank, causal=not depthwise)}
        return layer | {"use_bias": self.pick(True, False)}

    def padding(self, rank: int, *, causal: bool) -> str:
        return self.pick("valid", "same", "causal" if causal and rank == 1 else "same")

    def pooling(self, rank: int) -> Layer:
        name = self.pick("Max", "Average")
        layer: Layer = {"layer": f"{name}Pooling{rank}D"}
        if name == "Average" or self.rng.random() < 0.7:
            layer |= {"pool_size": self.sizes(rank, 3)}
        if self.rng.random() < 0.4:
            layer |= {"strides": self.sizes(rank, 2)}
        return layer | {"padding": self.padding(rank, causal=False)}

    def plain(self) -> Layer:
        return self.pick(
            {"layer": "BatchNormalization", "scale": self.pick(True, False)},
            {"layer": "Dropout", "rate": 0.25},
            {"layer": "ReLU"},
            {"layer": "Rescaling", "scale": 0.5},
            {"layer": "Dense", "units": self.pick(3, 5), "activation": "relu"},
        )

    def module(self, rank: int) -> Layer:
        keep = {"padding": "same", "strides": 1}
        return {
            "layer": "Concatenate",
            "branches": [
                [{**self.convolution(rank), **keep}, self.plain()],
                [],
                [{**self.pooling(rank), **keep}, {**self.convolution(rank), **keep}],
            ],
        }

    def network(self) -> Network:
        rank = self.pick(1, 2, 2, 3)
        shape = [int(n) for n in self.rng.integers(5, (60, 24, 9)[rank - 1], rank)]
        made: list[Layer] = []
        for _ in range(self.rng.integers(1, 5)):
            draw = self.rng.random()
            if draw < 0.5:
                made.append(self.convolution(rank))
            elif draw < 0.7:
                made.append(self.pooling(rank))
            elif draw < 0.8:
                made.append(self.module(rank))
            else:
                made.append(self.plain())
        name = self.pick("Max", "Average")
        made.append(
            self.pick(
                {"layer": "Flatten"},
                {"layer": f"Global{name}Pooling{rank}D"},
                self.plain(),
            )
        )
        made.append({"layer": "Dense", "units": 4, "use_bias": self.pick(True, False)})
        return [*shape, self.pick(1, 2, 4)], made


def apply(layers: list[Layer], tensor: Any, rows: list[Any]) -> Any:
    """Call Keras' layers on a tensor, noting what each makes."""
    for layer in layers:
        given = {key: value for key, value in layer.items() if key != "layer"}
        if layer["layer"] == "Concatenate":
            ends = [apply(branch, tensor, rows) for branch in given["branches"]]
            made, tensor = keras_layers.Concatenate(), ends
        else:
            made = getattr(keras_layers, layer["layer"])(**given)
        tensor = made(tensor)
        trainable = sum(math.prod(weight.shape) for weight in made.trainable_weights)
        shape = list(tensor.shape[1:])
        rows.append((layer["layer"], shape, made.count_params(), trainable))
    return tensor


@pytest.fixture(scope="module")
def networks() -> list[Network]:
    return [Builder(seed).network() for seed in range(NETWORKS)]


@pytest.fixture(scope="module")
def summaries(networks: list[Network]) -> list[dict[str, Any]]:
    return calls("shapes", [("summarise", network) for network in networks])


def test_shapes_and_parameters_are_those_of_keras(
    networks: list[Network], summaries: list[dict[str, Any]]
) -> None:
    refused = 0
    for network, summary in zip(networks, summaries, strict=True):
        rows: list[Any] = []
        try:
            apply(network[1], keras.Input(network[0]), rows)
        except ValueError as error:
            assert summary["mistake"], (network, str(error))
            refused += 1
        else:
            assert summary["mistake"] is None, (network, summary["mistake"])
        ours = [
            (row["layer"], row["shape"], row["parameters"], row["trainable"])
            for row in summary["rows"]
        ]
        assert ours == rows, network
    assert NETWORKS / 20 < refused < NETWORKS / 2  # both kinds are well tried


def test_the_copied_code_builds_the_same_network(
    networks: list[Network], summaries: list[dict[str, Any]]
) -> None:
    right = [
        (network, summary)
        for network, summary in zip(networks, summaries, strict=True)
        if summary["mistake"] is None
    ][:40]
    codes = calls("shapes", [("toKeras", network) for network, _ in right])
    for (network, summary), code in zip(right, codes, strict=True):
        names: dict[str, Any] = {}
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(code, names)
        model = names["model"]
        assert list(model.output_shape[1:]) == summary["rows"][-1]["shape"], code
        assert model.count_params() == summary["totals"]["parameters"], code
        assert f"Total params: {model.count_params():,}" in printed.getvalue()
        assert list(model.input_shape[1:]) == network[0]
        answer = model(np.zeros((1, *network[0]), "float32"))
        assert answer.shape == (1, *summary["rows"][-1]["shape"])


def reach(network: Network, summary: dict[str, Any]) -> None:
    """Compare the field of a middle output with the inputs that move it in Keras."""
    shape, made = network
    given = keras.Input(shape)
    model = keras.Model(given, apply(made, given, []))
    for weight in model.trainable_weights:
        weight.assign(keras.ops.ones_like(weight))
    row = summary["rows"][-1]
    middle = [n // 2 for n in row["shape"][:-1]]
    for axis, n in enumerate(shape[:-1]):
        x = np.zeros((n, *shape), "float32")
        np.moveaxis(x, axis + 1, 1)[range(n), range(n)] = 1  # one impulse a sample
        answers = keras.ops.convert_to_numpy(model(x, training=False))
        moved = np.flatnonzero(answers[:, *middle].max(axis=-1) > 0)
        first = row["low"][axis] + middle[axis] * row["jump"][axis]
        last = first + row["field"][axis] - 1
        assert 0 < first <= last < n - 1  # nothing is cut off at the edges
        assert [moved[0], moved[-1]] == [first, last], (network, axis)


def test_receptive_fields_are_what_moves_an_output_in_keras(
    networks: list[Network], summaries: list[dict[str, Any]]
) -> None:
    tried = 0
    for (shape, made), summary in zip(networks, summaries, strict=True):
        windows = [
            {**layer, "use_bias": False}
            for layer in made[:-2]
            if layer["layer"].startswith(("Conv1D", "Conv2D", "Depthwise"))
            and layer["padding"] != "causal"
        ]
        if summary["mistake"] or not windows or tried == 15:
            continue
        wide = [41] * (len(shape) - 1) + shape[-1:]
        fields = call("shapes", "summarise", wide, windows)
        if fields["mistake"] is None:
            reach((wide, windows), fields)
            tried += 1
    assert tried == 15


def test_multiply_adds_count_the_products() -> None:
    # With ones everywhere and no bias, each product adds 1 to the sum of an output.
    for seed in range(300, 315):
        builder = Builder(seed)
        layer = {**builder.convolution(2), "padding": "valid", "use_bias": False}
        shape = [9, 12, 2]
        summary = call("shapes", "summarise", shape, [layer])
        if summary["mistake"]:
            continue
        given = {key: value for key, value in layer.items() if key != "layer"}
        kind = getattr(keras_layers, layer["layer"])
        ones = (
            "depthwise_initializer"
            if "Depth" in layer["layer"]
            else "kernel_initializer"
        )
        products = kind(**given, **{ones: "ones"})(np.ones((1, *shape), "float32"))
        assert summary["totals"]["multiplyAdds"] == int(keras.ops.sum(products)), layer


MISTAKES = [
    ([4, 4, 1], [{"layer": "Conv2D", "filters": 2, "kernel_size": 5}], "window"),
    ([8, 8, 3], [{"layer": "Flatten"}, {"layer": "MaxPooling2D"}], "rank"),
    (
        [8, 8, 3],
        [{"layer": "Conv2D", "filters": 4, "kernel_size": 1, "groups": 2}],
        "groups",
    ),
    (
        [9, 2],
        [
            {"layer": "Conv1D", "filters": 4, "kernel_size": 3, "strides": 2}
            | {"dilation_rate": 2}
        ],
        "strideAndDilation",
    ),
    (
        [8, 8, 3],
        [{"layer": "Concatenate", "branches": [[], [{"layer": "MaxPooling2D"}]]}],
        "branches",
    ),
]


@pytest.mark.parametrize(("shape", "made", "code"), MISTAKES, ids=str)
def test_mistakes_are_refused_here_and_by_keras(
    shape: list[int], made: list[Layer], code: str
) -> None:
    assert call("shapes", "summarise", shape, made)["mistake"]["code"] == code
    with pytest.raises(ValueError):
        apply(made, keras.Input(shape), [])


RECORDED = {
    "digits": ("q1_optimizers/train_learning_rates", "parameters"),
    "question": ("q3_shapes_and_parameters/shapes_by_keras", "total"),
    "average": ("q3_shapes_and_parameters/where_parameters_sit", "average_total"),
    "channels": ("q3_shapes_and_parameters/motion_figures", "channels_parameters"),
    "video": ("q3_shapes_and_parameters/motion_figures", "conv3d_parameters"),
    "mri": ("q4_mri_classifier/train_original", "parameters"),
    "small_mri": ("q4_mri_classifier/grad_cam", "parameters"),
    "robust": ("q5_strengths_and_limits/train_robustness", "parameters"),
    "hunger": ("q5_strengths_and_limits/train_data_hunger", "conv_parameters"),
    "positions": ("q5_strengths_and_limits/train_heads", "flatten_parameters"),
    "no_positions": ("q5_strengths_and_limits/train_heads", "pooled_parameters"),
    "causal": ("q5_strengths_and_limits/train_sequences", "parameters"),
    "filters": ("q5_strengths_and_limits/train_cifar_filters", "parameters"),
    "ones": ("q6_one_by_one_filters/counts", "ones"),
    "threes": ("q6_one_by_one_filters/counts", "threes"),
    "bottleneck": ("q6_one_by_one_filters/train_bottleneck", "quarter_parameters"),
    "googlenet": ("q6_one_by_one_filters/famous_uses", "googlenet_with"),
    "squeezenet": ("q6_one_by_one_filters/famous_uses", "squeezenet_with"),
    "mobilenet": ("q6_one_by_one_filters/famous_uses", "mobilenet_with"),
    "inception": ("q7_inception_cifar10/train_inception", "parameters_bn"),
    "small_inception": ("q7_inception_cifar10/train_small", "parameters"),
}


def preset_names() -> list[str]:
    """Return the names of the networks that a reader can choose."""
    code = (SCRIPTS / "shapes.js").read_text(encoding="utf-8")
    block = code.partition("const PRESETS = {")[2].partition("\n  };")[0]
    return re.findall(r"^ {4}(\w+): \[", block, re.M)


def test_every_chapter_has_a_network_to_choose() -> None:
    names = preset_names()
    assert set(names) - set(RECORDED) == {"filter"}  # chapter 2: the question's
    for language in ("fa", "en"):
        words = read_words(ROOT, language)
        titles = [words[f"explorer.shapes.preset.{name}"] for name in names]
        latin = [
            title.translate(str.maketrans("۱۲۳۴۵۶۷", "1234567")) for title in titles
        ]
        chapters = [re.search(r"\d", title)[0] for title in latin]
        assert chapters == sorted(chapters)
        assert set(chapters) == set("1234567")


def test_the_code_of_every_chosen_network_runs() -> None:
    names = preset_names()
    presets = calls("shapes", [("preset", (name,)) for name in names])
    states = calls("shapes", [("read", (texts,)) for texts in presets])
    given = [(state["input"], state["layers"]) for state in states]
    codes = calls("shapes", [("toKeras", each) for each in given])
    for name, state, code in zip(names, states, codes, strict=True):
        made: dict[str, Any] = {}
        with contextlib.redirect_stdout(io.StringIO()):
            exec(code, made)
        parameters = state["summary"]["totals"]["parameters"]
        assert made["model"].count_params() == parameters, name


def test_the_networks_of_the_chapters_have_their_recorded_parameters() -> None:
    presets = calls("shapes", [("preset", (name,)) for name in RECORDED])
    states = calls("shapes", [("read", (texts,)) for texts in presets])
    for (snippet, value), state in zip(RECORDED.values(), states, strict=True):
        manifest = ROOT / "docs/outputs" / snippet / "manifest.json"
        values = json.loads(manifest.read_text(encoding="utf-8"))["values"]
        assert state["summary"]["totals"]["parameters"] == values[value], snippet


BAD = [
    ("9 9 1", "Conv2D(4, 3, strides=0)", "count strides"),
    ("9 9 1", "Conv2D(many, 3)", "count filters"),
    ("9 9 1", "Conv2D(4, 3x3x3)", "axes kernel_size 2"),
    ("9 9 1", "Conv2D(4, 3", "unknown"),
    ("9 9 1", "Conv4D(4, 3)", "unknown"),
    ("9 9 1", "Dropout(2)", "rate"),
    ("9 9 1", "Dense(5, $(rm))", "unknown"),
    ("9 0 1", "Flatten", "wrong_input"),
    ("nine", "Flatten", "wrong_input"),
    ("9 9 1", "; ".join(["ReLU"] * 121), "many 120"),
]


@pytest.mark.parametrize(("shape", "text", "problem"), BAD, ids=str)
def test_bad_texts_are_named(shape: str, text: str, problem: str) -> None:
    state = call("shapes", "read", {"input": shape, "layers": text})
    assert state == {"error": problem}


def test_a_network_survives_being_written_and_read(networks: list[Network]) -> None:
    texts = calls("shapes", [("write", (made,)) for _, made in networks])
    states = calls(
        "shapes",
        [
            ("read", ({"input": " ".join(map(str, shape)), "layers": text},))
            for (shape, _), text in zip(networks, texts, strict=True)
        ],
    )
    again = calls("shapes", [("write", (state["layers"],)) for state in states])
    assert again == texts
