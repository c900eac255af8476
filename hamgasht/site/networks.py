"""The trained networks that run in a page: recorded weights as scripts for a browser.

Takes in what a snippet kept with ``numpy.savez_compressed``: a network's configuration
as Keras writes it (``config``, bytes of JSON), the weights of its layers (``LAYER/N``;
whole numbers with the ``LAYER/N/step`` of each filter), and what else the page needs,
such as images. A layer that
``docs/theme/assets/js/explorers/network.js`` does not compute is refused. Reads with
the standard library alone; runs no network.
"""

import ast
import base64
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hamgasht.core.errors import OutputError
from hamgasht.records.read import Recorded

FOLDER = "assets/js/explorers"
"""Where the scripts lie in a site: beside those that load them."""

NAMES = "network-*.npz"
"""What such an artefact is called; the script has the same name."""

_COMPUTED = {
    "Rescaling": ("scale", "offset"),
    "Reshape": ("target_shape",),
    "Flatten": (),
    "Activation": (),
    "Softmax": (),
    "Conv2D": ("strides", "padding"),
    "MaxPooling2D": ("pool_size", "strides", "padding"),
    "AveragePooling2D": ("pool_size", "strides", "padding"),
    "GlobalAveragePooling2D": (),
    "GlobalMaxPooling2D": (),
    "BatchNormalization": ("epsilon",),
    "Concatenate": (),
    "Dense": (),
}
"""The layers that a page computes, and what it needs to know of each."""

_SKIPPED = {"Dropout", "InputLayer"}
_ACTIVATIONS = {"linear", "relu", "sigmoid", "softmax"}
_FIXED = {
    "axis": (-1, 3, [3]),
    "center": (True,),
    "scale": (True,),
    "data_format": ("channels_last",),
    "dilation_rate": ([1, 1],),
    "groups": (1,),
    "keepdims": (False,),
}
"""Settings that change what a layer computes, with the values that a page computes."""

_TYPES = {"<i2": "i2", "<f4": "f4", "|u1": "u1"}


def network_scripts(recorded: Recorded) -> dict[str, bytes]:
    """Return the scripts of a snippet's networks, by file name.

    Equal artefacts give equal bytes.

    Args:
        recorded: The snippet's run.

    Raises:
        OutputError: A file is no such network, or has a layer or a setting that a page
            does not compute.
    """
    return {
        f"{path.stem}.js": _script(path, recorded.root)
        for path in sorted((recorded.path / "artefacts").glob(NAMES))
    }


def _script(path: Path, root: Path) -> bytes:
    name = path.relative_to(root).as_posix()
    try:
        arrays = dict(_read_arrays(path))
        config = json.loads(arrays.pop("config")[2])
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        problem = f"it is no network for a page: {error}"
        fix = "write it with numpy.savez_compressed, as other snippets do"
        raise OutputError(name, "", problem, fix) from error
    packed = base64.b64encode(zlib.compress(_pack(config, arrays, name), 9)).decode()
    own = path.stem.partition("-")[2]
    holder = "((globalThis.hamgashtExplorers ??= {}).weights ??= {})"
    return f'{holder}["{own}"] = "{packed}";\n'.encode()


def _read_arrays(path: Path) -> Iterator[tuple[str, tuple[str, list[int], bytes]]]:
    """Yield each array by name: its type, its shape, its bytes in C order.

    Raises:
        ValueError: An array has a type or an order that pages do not read.
    """
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            content = io.BytesIO(archive.read(member))
            content.seek(8)  # magic string and version 1.0 (numpy.lib.format)
            (length,) = struct.unpack("<H", content.read(2))
            about = ast.literal_eval(content.read(length).decode("latin1"))
            if about["descr"] not in _TYPES or about["fortran_order"]:
                raise ValueError(f"{member} is of type {about['descr']}")
            kind = _TYPES[about["descr"]]
            yield (
                member.removesuffix(".npy"),
                (kind, list(about["shape"]), content.read()),
            )


def _pack(config: dict[str, Any], arrays: dict[str, Any], name: str) -> bytes:
    """Return the network as ``network.js`` loads it.

    The length of a header, the header (JSON), then all arrays, sorted by byte: the
    first bytes of all numbers, then the second ones. Like beside like takes less room.
    """
    planes: dict[str, bytearray] = {}

    def keep(key: str) -> dict[str, Any]:
        kind, shape, content = arrays.pop(key)
        place = {"type": kind, "shape": shape, "places": []}
        width = int(kind[1])
        for byte in range(width):
            plane = planes.setdefault(f"{kind}.{byte}", bytearray())
            place["places"].append(len(plane))
            plane.extend(content[byte::width])
        if f"{key}/step" in arrays:
            place["step"] = keep(f"{key}/step")
        return place

    numbers: dict[str, int] = {}
    layers: list[dict[str, Any]] = []
    shape: list[int] = []
    last = 0
    for layer in config["config"]["layers"]:
        own = layer["config"]["name"]
        sources = list(_sources(layer.get("inbound_nodes", []))) or [None]
        before = [last if source is None else numbers[source] for source in sources]
        if layer["class_name"] in _SKIPPED:
            if layer["class_name"] == "InputLayer":
                shape = layer["config"]["batch_shape"][1:]
            numbers[own] = last = before[0]
            continue
        kept = (f"{own}/{number}" for number in range(len(arrays)))
        weights = [keep(key) for key in kept if key in arrays]
        layers.append(_describe(layer, name) | {"from": before, "weights": weights})
        numbers[own] = last = len(layers)
    header = {
        "input": shape,
        "layers": layers,
        "extra": {key: keep(key) for key in sorted(arrays)},
        "planes": {key: len(plane) for key, plane in planes.items()},
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    return struct.pack("<I", len(text)) + text + b"".join(planes.values())


def _sources(nodes: Any) -> Iterator[str]:
    """Yield the names of the layers that a layer takes its input from."""
    if isinstance(nodes, dict):
        if "keras_history" in nodes:
            yield nodes["keras_history"][0]
            return
        nodes = nodes.values()
    if not isinstance(nodes, str | int | float | bool | None):
        for node in nodes:
            yield from _sources(node)


def _describe(layer: dict[str, Any], name: str) -> dict[str, Any]:
    """Return what a page needs to know of a layer.

    Raises:
        OutputError: The page does not compute the layer as it is set.
    """
    kind, config = layer["class_name"], layer["config"]
    place = f"layer {config['name']}"
    fix = "add it to hamgasht/site/networks.py and network.js, with its test"
    if kind not in _COMPUTED:
        raise OutputError(name, place, f"pages do not compute {kind}", fix)
    activation = "softmax" if kind == "Softmax" else config.get("activation", "linear")
    if activation not in _ACTIVATIONS:
        problem = f"pages do not compute the activation {activation}"
        raise OutputError(name, place, problem, fix)
    for key, computed in _FIXED.items():
        known = kind == "Rescaling" or config.get(key, computed[0]) in computed
        if not known:
            problem = f"pages do not compute {kind} with {key}={config[key]}"
            raise OutputError(name, place, problem, fix)
    wanted = {key: config[key] for key in _COMPUTED[kind]}
    return {"name": config["name"], "kind": kind, "activation": activation} | wanted
