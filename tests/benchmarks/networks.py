"""Ways to run the published networks in a page, on one core; writes what it measured.

    npm install --prefix FOLDER --ignore-scripts @tensorflow/tfjs-core \\
        @tensorflow/tfjs-backend-cpu @tensorflow/tfjs-backend-wasm \\
        onnxruntime-web @litertjs/core tfjs-1@npm:@tensorflow/tfjs@1.0.0
    pip install onnx
    python tests/benchmarks/networks.py FOLDER --cnn-explainer CHECKOUT

CHECKOUT is one of https://github.com/poloclub/cnn-explainer: its own code then computes
its own images in the same run, by the TensorFlow.js that its page asks for.
Each way runs in headless Chromium on one core, in turns, so that what else the machine
does falls on all of them. Bytes are those of the library's files that the page asks
for, compressed, without weights, which all ways need; milliseconds are those of one
image; the difference is the largest of a probability from Keras's over the recorded
images. The result is the module that the table on *How this site is made* is drawn
from; record it anew with ``hamgasht run how_this_site_is_made/runtimes``.
"""

import argparse
import base64
import datetime
import functools
import gzip
import json
import os
import re
import subprocess
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
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from hamgasht.records.read import load  # noqa: E402
from hamgasht.site.networks import network_scripts  # noqa: E402

RESULT = ROOT / "snippets/how_this_site_is_made/_runtimes.py"
SCRIPTS = ROOT / "docs/theme/assets/js/explorers"
NETWORKS = {
    "mri": ("q4_mri_classifier", "grad_cam", "small_mri.keras", 255),
    "cifar": ("q7_inception_cifar10", "train_small", "small_inception.keras", 1),
}
WAYS = {
    "plain loops": "loops",
    "plain loops in a worker": "worker",
    "TensorFlow.js core, JavaScript": "tfjs-cpu",
    "TensorFlow.js core, WebAssembly": "tfjs-wasm",
    "ONNX Runtime Web, WebAssembly": "onnx",
    "LiteRT.js, WebAssembly": "litert",
}
EXPLAINER = {
    "CNN Explainer, from image to diagram": "constructCNN",
    "CNN Explainer, layers by WebGL": "webgl",
    "CNN Explainer, layers by JavaScript": "cpu",
}
TURNS = 5
IMAGES = 10  # of CNN Explainer's
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
    // With what each layer made, as the explorer shows it.
    worker: async () => {
      const code = `${await (await fetch("/network.js")).text()}
        const { load, predict } = hamgashtExplorers.network;
        let network;
        onmessage = ({ data }) => {
          if (data instanceof Uint8Array) return void (network = load(data));
          const { answer, layers } = predict(network, data);
          const buffers = new Set(layers.map((layer) => layer.data.buffer));
          postMessage({ answer: answer.slice(), layers }, [...buffers]);
        };`;
      const worker = new Worker(URL.createObjectURL(new Blob([code])));
      worker.postMessage(await bytes(`${net}.bin`));
      return (image) => new Promise((done) => {
        worker.onmessage = ({ data }) => done(data.answer);
        worker.postMessage(image);
      });
    },
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
  for (let round = 0; round < 3; round += 1)
    for (let index = 0; index < number; index += 1) {
      const image = images.slice(index * size, (index + 1) * size);
      const start = performance.now();
      const made = await answer(image);
      times.push(performance.now() - start);
      if (round === 0) answers.push([...made]);
    }
  return { answers, times: times.slice(number) }; // the first round is to warm up
}"""
RUN_EXPLAINER = """async ([way, images]) => {
  const add = (src) => new Promise((onload, onerror) => document.head.append(
    Object.assign(document.createElement("script"), { src, onload, onerror })));
  await add("/node_modules/tfjs-1/dist/tf.min.js");
  const { constructCNN, loadTrainedModel } =
    await import("/cnn-explainer/src/utils/cnn-tf.js");
  const assets = "/cnn-explainer/public/assets";
  const model = await loadTrainedModel(`${assets}/data/model.json`);
  if (way === "cpu") tf.setBackend(way); // else as it chooses
  const pixels = tf.randomUniform([1, 64, 64, 3]);
  const whole = (name) => constructCNN(`${assets}/img/${name}`, model);
  // What constructCNN asks of TensorFlow.js, without its nodes and links.
  const layers = () => tf.tidy(() => {
    let tensor = pixels;
    for (const layer of model.layers) {
      tensor = layer.apply(tensor);
      tensor.dataSync();
    }
  });
  const compute = way === "constructCNN" ? whole : layers;
  const times = [];
  for (let round = 0; round < 3; round += 1)
    for (const name of images) {
      const start = performance.now();
      await compute(name);
      times.push(performance.now() - start);
    }
  return { backend: tf.getBackend(), times: times.slice(images.length) };
}"""


def export(net: str, folder: Path) -> tuple[keras.Model, Any]:
    """Write a network in every format; return it, and Keras's answers."""
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
    return model, model.predict(images, verbose=0)


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


def visit(
    browser: Browser, address: str, script: str, given: list[Any]
) -> tuple[Any, set[str]]:
    """Return what a script finds in a page of its own, and which paths it asked for."""
    page = browser.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).path[1:]))
    page.goto(address)
    try:
        return page.evaluate(script, given), asked
    finally:
        page.close()


def compressed(folder: Path, paths: set[str]) -> int:
    """Return the bytes of the libraries among these files."""
    libraries = {path for path in paths if path.startswith("node_modules/")}
    found = libraries or {"network.js"}
    return sum(len(gzip.compress((folder / path).read_bytes())) for path in found)


def work(model: keras.Model) -> int:
    """Return the multiply-adds of one image in convolutions and Dense layers."""
    return sum(
        int(np.prod(layer.output.shape[1:-1])) * int(np.prod(layer.kernel.shape))
        for layer in model.layers
        if hasattr(layer, "kernel")
    )


def work_of_explainer(checkout: Path) -> int:
    """Return those of CNN Explainer's network, from its file."""
    about = json.loads((checkout / "public/assets/data/model.json").read_text())
    config = about["modelTopology"]["model_config"]["config"]["layers"]
    for layer in config:  # as Keras 3 writes it
        shape = layer["config"].pop("batch_input_shape", None)
        if shape:
            image = keras.Input(shape[1:])
    x, made = image, []
    for layer in config:
        kind, given = layer["class_name"], layer["config"]
        keys = {"filters", "kernel_size", "pool_size", "strides", "padding", "units"}
        chosen = {key: value for key, value in given.items() if key in keys}
        if kind == "Activation":
            chosen["activation"] = given["activation"]
        made.append(getattr(keras.layers, kind)(**chosen))
        x = made[-1](x)
    return work(keras.Model(image, x))


def conditions(browser: Browser) -> dict[str, Any]:
    """Return when and on what it was measured."""
    names = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    processor = next(line for line in names if line.startswith("model name"))
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "browser": f"Chromium {browser.version}",
        "processor": processor.partition(": ")[2],
        "load": round(os.getloadavg()[0], 1),
        "turns": TURNS,
    }


def main() -> None:
    """Measure all ways in turns, print them and write them down."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where npm installed the libraries")
    parser.add_argument(
        "--cnn-explainer", type=Path, help="a checkout of poloclub/cnn-explainer"
    )
    given = parser.parse_args()
    modules = given.folder.resolve() / "node_modules"
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    times: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        models = {net: export(net, folder) for net in NETWORKS}
        (folder / "node_modules").symlink_to(modules)
        (folder / "network.js").write_bytes((SCRIPTS / "network.js").read_bytes())
        (folder / "index.html").write_text(PAGE, encoding="utf-8")
        tasks: list[tuple[str, str, str, list[Any]]] = [
            (title, net, RUN, [way, net, len(models[net][1])])
            for title, way in WAYS.items()
            for net in NETWORKS
        ]
        if given.cnn_explainer:
            checkout = given.cnn_explainer.resolve()
            (folder / "cnn-explainer").symlink_to(checkout)
            images = sorted(
                path.name for path in (checkout / "public/assets/img").glob("*.jpeg")
            )
            tasks += [
                (title, "tiny_vgg", RUN_EXPLAINER, [way, images[:IMAGES]])
                for title, way in EXPLAINER.items()
            ]
        os.sched_setaffinity(0, {0})  # children inherit it
        handler = functools.partial(_Quiet, directory=name)
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            measured = conditions(browser)
            for _ in range(TURNS):
                for title, net, script, about in tasks:
                    made, asked = visit(browser, address, script, about)
                    times.setdefault((title, net), []).extend(made["times"])
                    row = {"way": title, "network": net}
                    row["bytes"] = compressed(folder, asked)
                    if net in models:
                        far = np.abs(np.array(made["answers"]) - models[net][1]).max()
                        row["difference"] = float(f"{far:.2g}")
                    else:
                        row["backend"] = made["backend"]
                    rows[title, net] = row
            measured["load_after"] = round(os.getloadavg()[0], 1)
            browser.close()
        server.shutdown()
    for key, row in rows.items():
        spread = np.quantile(times[key], [0.05, 0.5, 0.95]).round(1).tolist()
        row |= dict(zip(("low", "median", "high"), spread, strict=True))
        print(row)
    multiply_adds = {net: work(model) for net, (model, _) in models.items()}
    if given.cnn_explainer:
        multiply_adds["tiny_vgg"] = work_of_explainer(given.cnn_explainer)
    print(measured, multiply_adds)
    write(
        {
            "CONDITIONS": measured,
            "MULTIPLY_ADDS": multiply_adds,
            "ROWS": list(rows.values()),
        }
    )


def write(found: dict[str, Any]) -> None:
    """Write the module that the snippet imports."""
    text = '"""Written by tests/benchmarks/networks.py; measured, not typed."""\n\n'
    text += "".join(f"{name} = {value!r}\n" for name, value in found.items())
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", str(RESULT)], check=True)


if __name__ == "__main__":
    main()
