"""The network explorer's arithmetic: Keras, SciPy and Pillow are the truth."""

import base64
import json
import re
import shutil
import subprocess
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest
from browser.conftest import absent
from conftest import ROOT
from explorers.node import SCRIPTS, call
from keras import layers
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from hamgasht.core.paths import output_path
from hamgasht.records.read import load
from hamgasht.site.networks import network_scripts

NUM_IMAGES = 50
_PREDICT = """
const { load, predict } = require(process.argv[1]);
const read = (path) => new Uint8Array(require("fs").readFileSync(path));
const network = load(read(process.argv[2]));
const size = network.input.reduce((a, b) => a * b, 1);
const images = new Float32Array(read(process.argv[3]).buffer);
const wanted = Number(process.argv[4]);
const done = [];
for (let start = 0; start < images.length; start += size) {
  const { answer, layers } = predict(network, images.subarray(start, start + size));
  done.push(wanted ? layers.map(({ name, shape, data }) => [name, shape, [...data]])
    : [...answer]);
}
process.stdout.write(JSON.stringify(done));
"""


def in_node(
    script: bytes, images: NDArray[np.float32], folder: Path, *, whole: bool = False
) -> list[Any]:
    """Return what the page computes for each image: the answer, or each layer."""
    node = shutil.which("node")
    if node is None:
        absent("Node is missing: install Node.js")
    packed = re.search(r'"([^"]+)";$', script.decode()).group(1)
    (folder / "network").write_bytes(zlib.decompress(base64.b64decode(packed)))
    (folder / "images").write_bytes(images.astype("<f4").tobytes())
    asked = [SCRIPTS / "network.js", folder / "network", folder / "images", int(whole)]
    done = subprocess.run(
        [str(node), "-e", _PREDICT, *map(str, asked)],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


def keep(model: keras.Model, path: Path, **arrays: Any) -> None:
    """Keep a network as snippets do, in single precision."""
    weights = {
        f"{layer.name}/{number}": weight
        for layer in model.layers
        for number, weight in enumerate(layer.get_weights())
    }
    config = np.frombuffer(model.to_json().encode(), "uint8")
    np.savez_compressed(path, config=config, **weights, **arrays)


def script_of(model: keras.Model, folder: Path) -> bytes:
    (folder / "artefacts").mkdir()
    keep(model, folder / "artefacts" / "network-any.npz")
    return network_scripts(SimpleNamespace(path=folder, root=folder))["network-any.js"]


# ---- The published networks ----


def digit_network(name: str) -> keras.Model:
    model = keras.Sequential(
        [
            keras.Input((24, 24)),
            layers.Reshape((24, 24, 1)),
            layers.Conv2D(16, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    folder = output_path(ROOT, "q5_strengths_and_limits/train_robustness") / "artefacts"
    model.load_weights(folder / f"{name}.weights.h5")
    model.add(layers.Softmax())
    return model


def saved(snippet_id: str, name: str) -> keras.Model:
    return keras.models.load_model(output_path(ROOT, snippet_id) / "artefacts" / name)


PUBLISHED: Mapping[str, tuple[str, float, Callable[[], keras.Model]]] = {
    "mri": (
        "q4_mri_classifier",
        255,
        lambda: saved("q4_mri_classifier/grad_cam", "small_mri.keras"),
    ),
    "cifar": (
        "q7_inception_cifar10",
        1,
        lambda: saved("q7_inception_cifar10/train_small", "small_inception.keras"),
    ),
    "digits-plain": ("q5_strengths_and_limits", 1, lambda: digit_network("plain")),
    "digits-augmented": (
        "q5_strengths_and_limits",
        1,
        lambda: digit_network("augmented"),
    ),
}


@pytest.mark.parametrize("net", PUBLISHED)
def test_published_networks_answer_as_keras_does(net: str, tmp_path: Path) -> None:
    group, white, model = PUBLISHED[net]
    recorded = load(ROOT, f"{group}/in_the_page")
    with np.load(recorded.path / "artefacts" / f"network-{net}.npz") as kept:
        images = kept["images"] / np.float32(255)
    rng = np.random.default_rng(0)
    some = images[rng.integers(len(images), size=NUM_IMAGES)]
    shifts = rng.integers(-3, 4, (NUM_IMAGES, 2))
    some = np.array(
        [np.roll(one, shift, (0, 1)) for one, shift in zip(some, shifts, strict=True)]
    )
    noise = rng.uniform(0, 0.1, (NUM_IMAGES, 1, 1, 1)) * rng.normal(size=some.shape)
    some = (white * (some + noise)).astype("float32")
    theirs = model().predict(some.reshape(-1, *model().input_shape[1:]), verbose=0)
    script = network_scripts(recorded)[f"network-{net}.js"]
    ours = np.array(in_node(script, some, tmp_path))
    assert np.abs(ours - theirs).max() < 1e-3
    if ours.shape[1] == 1:
        assert ((ours > 0.5) == (theirs > 0.5)).all()
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).all()
    assert theirs.std(axis=0).max() > 0.1  # not one answer for all


def test_the_explorer_knows_how_many_images_there_are() -> None:
    code = (SCRIPTS / "network.js").read_text(encoding="utf-8")
    for net, (group, white, _model) in PUBLISHED.items():
        folder = output_path(ROOT, f"{group}/in_the_page") / "artefacts"
        with np.load(folder / f"network-{net}.npz") as kept:
            number, side = kept["images"].shape[:2]
        facts = f"{{ images: {number}, side: {side}, white: {white} }}"
        assert re.search(rf'"?{net}"?: {re.escape(facts)}', code), net


# ---- Every layer ----


def branching(rng: np.random.Generator) -> keras.Model:
    """Return a small network with every layer that pages compute, weights at random."""
    size = tuple(int(length) for length in rng.integers(9, 14, 2))
    image = keras.Input((*size, int(rng.integers(1, 4))))
    x = layers.Rescaling(1 / 127.5, -1)(image)
    ends = []
    for padding in ("same", "valid"):
        stride, kernel = (int(number) for number in rng.integers(1, 4, 2))
        y = layers.Conv2D(4, (kernel, 3), strides=(stride, 2), padding=padding)(x)
        y = layers.BatchNormalization()(y)
        y = layers.Activation("relu")(y)
        pool = layers.MaxPooling2D if padding == "same" else layers.AveragePooling2D
        y = pool((2, 3), strides=1, padding="same")(y)
        ends += [layers.GlobalAveragePooling2D()(y), layers.GlobalMaxPooling2D()(y)]
        ends.append(layers.Flatten()(y))
    x = layers.Dropout(0.5)(layers.Concatenate()(ends))
    x = layers.Dense(6, activation="sigmoid", use_bias=False)(x)
    x = layers.Softmax()(layers.Reshape((6,))(x))
    model = keras.Model(image, x)
    model.set_weights(
        [rng.uniform(0.2, 1, w.shape) - 0.4 * (w.ndim > 1) for w in model.get_weights()]
    )
    return model


@pytest.mark.parametrize("seed", range(5))
def test_each_layer_computes_what_keras_computes(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    model = branching(rng)
    image = rng.uniform(0, 255, (1, *model.input_shape[1:])).astype("float32")
    [made] = in_node(script_of(model, tmp_path), image, tmp_path, whole=True)
    parts = [model.get_layer(name) for name, *_ in made]
    theirs = keras.Model(model.inputs[0], [part.output for part in parts])(image)
    assert {part.name for part in parts} == {
        part.name
        for part in model.layers
        if not isinstance(part, layers.InputLayer | layers.Dropout)
    }
    for (name, shape, ours), true in zip(made, theirs, strict=True):
        true = keras.ops.convert_to_numpy(true)[0]
        assert tuple(shape) == true.shape, name
        np.testing.assert_allclose(np.reshape(ours, shape), true, 1e-4, 1e-5, name)


# ---- Bundles ----


def test_equal_networks_are_equal_scripts() -> None:
    recorded = load(ROOT, "q5_strengths_and_limits/in_the_page")
    assert network_scripts(recorded) == network_scripts(recorded)


def wrong(kind: str) -> keras.Model:
    image = keras.Input((8, 8, 2))
    layer = {
        "DepthwiseConv2D": layers.DepthwiseConv2D(3),
        "dilation_rate": layers.Conv2D(3, 3, dilation_rate=2),
        "gelu": layers.Conv2D(3, 3, activation="gelu"),
        "center": layers.BatchNormalization(center=False),
    }[kind]
    return keras.Model(image, layer(image))


@pytest.mark.parametrize("kind", ["DepthwiseConv2D", "dilation_rate", "gelu", "center"])
def test_what_pages_do_not_compute_is_refused(kind: str, tmp_path: Path) -> None:
    with pytest.raises(Exception, match=rf"(?s)layer .*{kind}.*Fix: ") as error:
        script_of(wrong(kind), tmp_path)
    assert type(error.value).__name__ == "OutputError"
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_what_is_no_network_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "artefacts" / "network-any.npz"
    path.parent.mkdir()
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.npy", b"\x93NUMPY\x01\x00\x05\x00text\n{}")
    else:
        path.write_bytes(content)
    with pytest.raises(Exception, match=r"network-any.npz: it is no network.*Fix: "):
        network_scripts(SimpleNamespace(path=tmp_path, root=tmp_path))


def test_a_network_and_all_its_code_are_light() -> None:
    code = [SCRIPTS / f"{name}.js" for name in ("frame", "network", "network-view")]
    code.append(SCRIPTS.parents[1] / "css" / "explorers.css")
    weight = sum(len(zlib.compress(path.read_bytes(), 9)) for path in code)
    for group in {group for group, *_ in PUBLISHED.values()}:
        scripts = network_scripts(load(ROOT, f"{group}/in_the_page")).values()
        whole = weight + sum(len(zlib.compress(script, 9)) for script in scripts)
        assert whole < 700_000, (group, whole)


# ---- Changes ----

UNCHANGED = {
    **dict.fromkeys(["right", "down", "turn", "blur", "light", "noise", "seed"], 0),
    **{"scale": 1, "cover": 0, "cover_x": 0.5, "cover_y": 0.5},
}


def changed(image: NDArray[np.float64], **how: float) -> NDArray[np.float64]:
    given = {"shape": list(image.shape), "data": image.ravel().tolist()}
    made = call("network", "change", given, UNCHANGED | how)
    numbers = made["data"]
    return np.array([numbers[str(n)] for n in range(image.size)]).reshape(image.shape)


def by_scipy(
    image: NDArray[np.float64], right: float, down: float, turn: float, scale: float
) -> NDArray[np.float64]:
    """Return the image scaled and turned about its middle, then shifted."""
    angle = np.deg2rad(turn)
    turned = [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    back = np.array(turned) / scale
    size = np.array(image.shape[:2])
    middle = (size - 1) / 2
    offset = middle - back @ (middle + np.array([down, right]) * size)
    channels = [
        ndimage.affine_transform(channel, back, offset, order=1)
        for channel in np.moveaxis(image, -1, 0)
    ]
    return np.stack(channels, axis=-1)


@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize(
    "how", [(0.2, 0, 0, 1), (0, -0.1, 30, 1), (0.1, 0.1, -71, 1.3)]
)
def test_shifts_turns_and_scales_are_scipys(
    depth: int, how: tuple[float, float, float, float]
) -> None:
    image = np.random.default_rng(depth).random((12, 15, depth))
    keys = ("right", "down", "turn", "scale")
    ours = changed(image, **dict(zip(keys, how, strict=True)))
    np.testing.assert_allclose(ours, by_scipy(image, *how), atol=1e-5)


@pytest.mark.parametrize("sigma", [0.3, 1, 3.7])
def test_blur_is_scipys(sigma: float) -> None:
    image = np.random.default_rng(1).random((9, 11, 2))
    theirs = ndimage.gaussian_filter(image, (sigma, sigma, 0))
    np.testing.assert_allclose(changed(image, blur=sigma), theirs, atol=1e-5)


def test_light_noise_and_cover() -> None:
    image = np.random.default_rng(2).random((20, 20, 1))
    lit = changed(image, light=0.3)
    np.testing.assert_allclose(lit, np.clip(image + 0.3, 0, 1), atol=1e-6)
    noise = changed(np.zeros((100, 100, 1)), noise=0.5, seed=3)
    assert abs(noise.mean()) < 0.02
    assert abs(noise.std() - 0.5) < 0.02
    assert (
        abs(ndimage.correlate1d(noise[..., 0], [1, 0, 0]).ravel() @ noise.ravel()) < 100
    )
    again = changed(np.zeros((100, 100, 1)), noise=0.5, seed=3)
    assert (noise == again).all()
    assert (noise != changed(np.zeros((100, 100, 1)), noise=0.5, seed=4)).any()
    covered = changed(image, cover=0.5, cover_x=0.25, cover_y=0.75)
    same = np.ones((20, 20), bool)
    same[10:20, 0:10] = False
    assert (covered[~same] == 0.5).all()
    np.testing.assert_allclose(covered[same], image[same], atol=1e-6)


@pytest.mark.parametrize("sizes", [((50, 70), (32, 32)), ((20, 9), (24, 24))])
def test_images_are_made_smaller_as_pillow_does(
    sizes: tuple[tuple[int, int], tuple[int, int]],
) -> None:
    (rows, columns), (high, wide) = sizes
    image = np.random.default_rng(3).integers(0, 256, (rows, columns), "uint8")
    given = {"shape": [rows, columns, 1], "data": image.ravel().tolist()}
    made = call("network", "resize", given, [high, wide])["data"]
    ours = np.array([made[str(n)] for n in range(high * wide)]).reshape(high, wide)
    theirs = Image.fromarray(image).resize((wide, high), Image.Resampling.BILINEAR)
    assert np.abs(ours - np.asarray(theirs)).max() <= 1.01  # it rounds in between


@pytest.mark.parametrize(
    ("key", "text", "problem"),
    [
        ("net", "toString", "no_network"),
        ("image", "0", "no_image 10"),
        ("image", "1.5", "no_image 10"),
        ("turn", "many", "not_number"),
        ("turn", "181", "range -180 180"),
        ("scale", "0", "range 0.4 2.5"),
        ("noise", "Infinity", "not_number"),
        ("layer", "0", "broken"),
    ],
)
def test_a_state_that_is_none_is_refused(key: str, text: str, problem: str) -> None:
    texts = {name: str(value) for name, value in UNCHANGED.items()}
    good = {**texts, "net": "cifar", "image": "1", "layer": "1"}
    assert call("network", "read", good)["image"] == 1
    assert call("network", "read", {**good, key: text}) == {"error": problem}
