"""Ways to run the published networks in a page, on one core; prints one table.

    npm install --prefix FOLDER --ignore-scripts @tensorflow/tfjs-core \\
        @tensorflow/tfjs-backend-cpu @tensorflow/tfjs-backend-wasm \\
        onnxruntime-web @litertjs/core
    pip install onnx
    python tests/benchmarks/networks.py FOLDER

Each way runs in headless Chromium on one core. Bytes are those of the library's files
that the page asks for, compressed, without weights, which all ways need; milliseconds
the best and the median of one image; the difference is the largest of a probability
from Keras's over the recorded images.
"""

import argparse
import base64
import functools
import gzip
import os
import re
import sys
import tempfile
import threading
import zlib
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import keras
import numpy as np
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from hamgasht.records.read import load  # noqa: E402
from hamgasht.site.networks import network_scripts  # noqa: E402

SCRIPTS = ROOT / "docs/theme/assets/js/explorers"
NETWORKS = {
    "mri": ("q4_mri_classifier", "grad_cam", "small_mri.keras", 255),
    "cifar": ("q7_inception_cifar10", "train_small", "small_inception.keras", 1),
}
WAYS = {
    "plain loops": "loops",
    "TensorFlow.js core, JavaScript": "tfjs-cpu",
    "TensorFlow.js core, WebAssembly": "tfjs-wasm",
    "ONNX Runtime Web, WebAssembly": "onnx",
    "LiteRT.js, WebAssembly": "litert",
}
PAGE = """<!doctype html><meta charset="utf-8"><script type="importmap">
{"imports": {"@litertjs/wasm-utils": "/node_modules/@litertjs/wasm-utils/dist/index.js",
"@litertjs/core": "/node_modules/@litertjs/core/dist/index.js"}}</script>"""
RUN = """async ([way, net, number]) => {
  const add = (src) => new Promise((onload, onerror) => document.head.append(
    Object.assign(document.createElement("script"), { src, onload, onerror })));
  const bytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
  const tfjs = "/node_modules/@tensorflow/tfjs-";
  const images = new Float32Array((await bytes(`${net}.images`)).buffer);
  await add("/network.js");
  const { load, predict } = hamgashtExplorers.network;
  const network = load(await bytes(`${net}.bin`));
  const size = images.length / number;

  const makers = {
    loops: async () => (image) => predict(network, image).answer,
    onnx: async () => {
      await add("/node_modules/onnxruntime-web/dist/ort.wasm.min.js");
      ort.env.wasm.numThreads = 1;
      ort.env.wasm.wasmPaths = "/node_modules/onnxruntime-web/dist/";
      const session = await ort.InferenceSession.create(`${net}.onnx`);
      return async (image) => (await session.run({ image:
        new ort.Tensor("float32", image, [1, ...network.input]) })).answer.data;
    },
    litert: async () => {
      const { loadLiteRt, loadAndCompile, Tensor } = await import("@litertjs/core");
      await loadLiteRt("/node_modules/@litertjs/core/wasm/");
      const model = await loadAndCompile(`${net}.tflite`, { accelerator: "wasm" });
      return async (image) => {
        const tensor = new Tensor(image, [1, ...network.input]);
        const [made] = await model.run([tensor]);
        const answer = made.toTypedArray().slice();
        tensor.delete();
        made.delete();
        return answer;
      };
    },
    tensorflow: async (backend) => {
      for (const part of ["core", `backend-${backend}`])
        await add(`${tfjs}${part}/dist/tf-${part}.min.js`);
      if (backend === "wasm") tf.wasm.setWasmPaths(`${tfjs}backend-wasm/dist/`);
      await tf.setBackend(backend);
      await tf.ready();
      const held = network.layers.map(({ weights }) =>
        weights.map(({ shape, data }) => tf.tensor(data, shape)));
      const act = { linear: (x) => x, relu: tf.relu, sigmoid: tf.sigmoid,
        softmax: tf.softmax };
      const kinds = {
        Rescaling: ([x], { scale, offset }) => tf.add(tf.mul(x, scale), offset),
        Activation: ([x]) => x,
        Conv2D: ([x], { strides, padding }, [kernel, bias]) => {
          const made = tf.conv2d(x, kernel, strides, padding);
          return bias ? tf.add(made, bias) : made;
        },
        BatchNormalization: ([x], { epsilon }, [scale, offset, mean, variance]) =>
          tf.batchNorm(x, mean, variance, offset, scale, epsilon),
        MaxPooling2D: ([x], { pool_size, strides, padding }) =>
          tf.maxPool(x, pool_size, strides, padding),
        GlobalAveragePooling2D: ([x]) => tf.mean(x, [1, 2]),
        GlobalMaxPooling2D: ([x]) => tf.max(x, [1, 2]),
        Concatenate: (parts) => tf.concat(parts, -1),
        Dense: ([x], _, [kernel, bias]) => tf.add(tf.matMul(x, kernel), bias),
      };
      return async (image) => {
        const last = tf.tidy(() => {
          const outputs = [tf.tensor(image, [1, ...network.input])];
          network.layers.forEach((layer, index) => outputs.push(act[layer.activation](
            kinds[layer.kind](layer.from.map((n) => outputs[n]), layer, held[index]))));
          return outputs[outputs.length - 1];
        });
        const answer = await last.data();
        last.dispose();
        return answer;
      };
    },
  };
  const [kind, backend] = way.startsWith("tfjs") ? ["tensorflow", way.slice(5)] : [way];
  const answer = await makers[kind](backend);
  const answers = [], times = [];
  for (let round = 0; round < 4; round += 1)
    for (let index = 0; index < number; index += 1) {
      const image = images.slice(index * size, (index + 1) * size);
      const start = performance.now();
      const made = await answer(image);
      times.push(performance.now() - start);
      if (round === 0) answers.push([...made]);
    }
  times.splice(0, number); // to warm up
  times.sort((a, b) => a - b);
  return { answers, best: times[0], median: times[times.length >> 1] };
}"""


def export(net: str, folder: Path) -> tuple[Any, int]:
    """Write a network in every format; return Keras's answers and their number."""
    import onnx
    import tensorflow as tf

    group, stem, name, white = NETWORKS[net]
    outputs = ROOT / "docs/outputs" / group
    model = keras.models.load_model(outputs / stem / "artefacts" / name)
    kept = np.load(outputs / "in_the_page/artefacts" / f"network-{net}.npz")
    images = (kept["images"] / np.float32(255) * np.float32(white)).astype("float32")
    (folder / f"{net}.images").write_bytes(images.tobytes())
    script = network_scripts(load(ROOT, f"{group}/in_the_page"))[f"network-{net}.js"]
    packed = re.search(rb'"([^"]+)";$', script)[1]
    (folder / f"{net}.bin").write_bytes(zlib.decompress(base64.b64decode(packed)))
    one = keras.Input(batch_shape=(1, *model.input_shape[1:]))
    single = keras.Model(one, model(one))  # LiteRT.js wants a batch of one
    lite = tf.lite.TFLiteConverter.from_keras_model(single).convert()
    (folder / f"{net}.tflite").write_bytes(lite)
    onnx.save(to_onnx(model), folder / f"{net}.onnx")
    return model.predict(images, verbose=0), len(images)


def to_onnx(model: keras.Model) -> Any:
    """Return a network as an ONNX graph, its images with their channels last."""
    from onnx import TensorProto, helper, numpy_helper

    nodes, constants = [], []

    def constant(name: str, value: Any) -> str:
        array = np.asarray(value, "float32")
        constants.append(numpy_helper.from_array(array, name))
        return name

    def add(kind: str, inputs: list[str], output: str, **how: Any) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], **how))
        return output

    def compute(layer: Any, inputs: list[str]) -> str:
        own, weights = layer.name, layer.get_weights()
        x = inputs[0] if inputs else "image"
        named = [constant(f"{own}.{n}", w) for n, w in enumerate(weights)]
        match type(layer).__name__:
            case "InputLayer":
                return add("Transpose", [x], own, perm=[0, 3, 1, 2])
            case "Rescaling":
                scaled = add("Mul", [x, constant(f"{own}.s", layer.scale)], f"{own}.x")
                return add("Add", [scaled, constant(f"{own}.o", layer.offset)], own)
            case "Conv2D":
                kernel = constant(f"{own}.k", weights[0].transpose(3, 2, 0, 1))
                return add("Conv", [x, kernel], own, auto_pad="SAME_UPPER")
            case "BatchNormalization":
                how = {"epsilon": layer.epsilon}
                return add("BatchNormalization", [x, *named], own, **how)
            case "Activation":
                return add("Relu", [x], own)
            case "MaxPooling2D":
                how = {"kernel_shape": layer.pool_size, "strides": layer.strides}
                pad = {"same": "SAME_UPPER", "valid": "VALID"}[layer.padding]
                return add("MaxPool", [x], own, auto_pad=pad, **how)
            case "GlobalAveragePooling2D" | "GlobalMaxPooling2D" as kind:
                pooled = add(
                    kind.removesuffix("ing2D"),
                    [x],
                    f"{own}.x",
                )
                return add("Flatten", [pooled], own)
            case "Concatenate":
                return add("Concat", inputs, own, axis=1)
            case "Dropout":
                return x
            case "Dense":
                made = add("Gemm", [x, *named], f"{own}.x")
                kind = {"sigmoid": "Sigmoid", "softmax": "Softmax"}
                return add(kind[layer.activation.__name__], [made], own)
        raise NotImplementedError(type(layer).__name__)

    outputs: dict[str, str] = {}
    for layer in model.layers:
        tensors = layer.input if isinstance(layer.input, list) else [layer.input]
        sources = [t._keras_history.operation.name for t in tensors]
        outputs[layer.name] = compute(
            layer, [outputs.get(name, "") for name in sources]
        )
    add("Identity", [outputs[model.layers[-1].name]], "answer")
    shapes = [[1, *model.input_shape[1:]], [1, *model.output_shape[1:]]]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in zip(("image", "answer"), shapes, strict=True)
    ]
    graph = helper.make_graph(nodes, "network", ends[:1], ends[1:], constants)
    opset = [helper.make_opsetid("", 13)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where npm installed the libraries")
    libraries = parser.parse_args().folder.resolve() / "node_modules"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truths = {net: export(net, folder) for net in NETWORKS}
        (folder / "node_modules").symlink_to(libraries)
        (folder / "network.js").write_bytes((SCRIPTS / "network.js").read_bytes())
        (folder / "index.html").write_text(PAGE, encoding="utf-8")
        os.sched_setaffinity(0, {0})  # children inherit it
        handler = functools.partial(_Quiet, directory=name)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(
            f"{'way':34}{'network':9}{'KB':>8}{'best':>8}{'median':>8}{'difference':>12}"
        )
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            for title, way in WAYS.items():
                for net, (truth, number) in truths.items():
                    page = browser.new_page()
                    asked: set[str] = set()
                    page.on(
                        "request", lambda request, asked=asked: asked.add(request.url)
                    )
                    page.goto(f"http://127.0.0.1:{server.server_port}/")
                    try:
                        made = page.evaluate(RUN, [way, net, number])
                    except Exception as error:
                        print(f"{title:34}{net:9} failed: {str(error).splitlines()[0]}")
                        continue
                    files = [urlsplit(url).path[1:] for url in asked]
                    files = [file for file in files if file.startswith("node_modules/")]
                    size = sum(
                        len(gzip.compress((folder / file).read_bytes())) / 1000
                        for file in files or ["network.js"]
                    )
                    difference = np.abs(np.array(made["answers"]) - truth).max()
                    print(
                        f"{title:34}{net:9}{size:8.0f}{made['best']:8.1f}{made['median']:8.1f}"
                        f"{difference:12.1e}",
                        flush=True,
                    )
                    page.close()
            browser.close()
        server.shutdown()


if __name__ == "__main__":
    main()
