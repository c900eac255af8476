"""Questions that one Keras answers on three backends.

Each row is a function of no arguments that returns numbers; the weights and
the images come from NumPy, so they are the same everywhere. ``why`` names the
lines that decide the answer: a function of a library, or text for C++.
"""

import warnings

import keras
import numpy as np
from keras import layers, ops

BACKEND = keras.backend.backend()
PART = ""  # the part of the page that the rows below belong to
ROWS = {}


def row(name, **why):
    """Enter a function as a row."""

    def enter(function):
        ROWS[name] = (function, why, PART)
        return function

    return enter


def answer(name):
    """Return a row's numbers, or None if the backend refuses."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # JAX warns that it has no float64
            found = ROWS[name][0]()
    except Exception:  # each backend has its own class of error
        return None
    return [float(x) for x in np.ravel(found)]


def lines(name):
    """Return where the row's answer is decided on this backend, if named."""
    why = ROWS[name][1].get(BACKEND, "")
    if not callable(why):
        return why
    function = why()
    function = getattr(function, "__wrapped__", function)
    function = getattr(function, "fun", function)
    code = function.__code__
    file = code.co_filename.replace("\\", "/").split("site-packages/")[-1]
    return f"{file}:{code.co_firstlineno}, {function.__name__}"


def numpy(x):
    return ops.convert_to_numpy(x)


def normal(*shape, seed=0, mean=0.0):
    rng = np.random.default_rng(seed)
    return rng.normal(mean, 1, shape).astype("float32")


def filled(layer, x, seed=1):
    """Return a layer's output with weights from NumPy."""
    layer.build(x.shape)
    layer.set_weights(
        [
            normal(*w.shape, seed=seed + i) / 4
            for i, w in enumerate(layer.weights)
        ]
    )
    return numpy(layer(x))


def gradient(function, x):
    """Return the gradient of the sum of function(x) at x."""
    x = np.asarray(x, "float32")
    if BACKEND == "tensorflow":
        import tensorflow as tf

        x = tf.Variable(x)
        with tf.GradientTape() as tape:
            y = ops.sum(function(x))
        return tf.convert_to_tensor(tape.gradient(y, x)).numpy()
    if BACKEND == "jax":
        import jax

        return np.asarray(jax.grad(lambda x: ops.sum(function(x)))(x))
    import torch

    x = torch.tensor(x, requires_grad=True)
    ops.sum(function(x)).backward()
    return x.grad.numpy()


def keras_file(name):
    """Return a function of Keras's backend by its path below `keras.src`."""
    found = keras.src
    for part in name.split("."):
        found = getattr(found, part)
    return found


def jax_file(name):
    import jax

    found = jax._src
    for part in name.split("."):
        found = getattr(found, part)
    return found


PART = "Layers"


def conv():
    return layers.Conv2D(8, 3, strides=2, padding="same")


@row("Conv2D, same, stride 2, even and odd image")
def _():
    return [
        *filled(conv(), normal(2, 12, 12, 4)).ravel(),
        *filled(conv(), normal(2, 11, 11, 4)).ravel(),
    ]


@row("Conv2D, 4×4 kernel, dilation 2")
def _():
    layer = layers.Conv2D(8, 4, dilation_rate=2, padding="same")
    return filled(layer, normal(2, 12, 12, 4))


@row("DepthwiseConv2D")
def _():
    return filled(
        layers.DepthwiseConv2D(3, padding="same"), normal(2, 12, 12, 8)
    )


@row("Conv2DTranspose, same, stride 2")
def _():
    layer = layers.Conv2DTranspose(4, 3, strides=2, padding="same")
    return filled(layer, normal(2, 7, 7, 4))


@row("LSTM with a mask")
def _():
    layer, x = layers.LSTM(8), normal(4, 6, 3)
    layer.build(x.shape)
    layer.set_weights([normal(*w.shape) / 4 for w in layer.weights])
    mask = np.arange(6) < np.array([[6], [4], [2], [1]])
    return numpy(layer(x, mask=mask))


@row("MultiHeadAttention with a mask")
def _():
    layer, x = layers.MultiHeadAttention(2, 4), normal(2, 6, 8)
    layer.build(x.shape, x.shape)
    layer.set_weights([normal(*w.shape) / 4 for w in layer.weights])
    return numpy(layer(x, x, use_causal_mask=True))


@row("MaxPooling2D, same, negative numbers")
def _():
    return numpy(
        layers.MaxPooling2D(3, 2, "same")(-abs(normal(2, 8, 8, 4)) - 1)
    )


@row("AveragePooling2D, same, window 3, stride 1")
def _():
    return numpy(layers.AveragePooling2D(3, 1, "same")(normal(2, 8, 8, 4)))


@row(
    "AveragePooling2D, same, window 3, stride 2, even image",
    torch=lambda: keras_file("backend.torch.nn._apply_same_padding"),
)
def _():
    x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    return numpy(layers.AveragePooling2D(3, 2, "same")(x))


@row(
    "MaxPooling2D of windows with a NaN, and of NaN alone",
    tensorflow="tensorflow/core/kernels/pooling_ops_common.h, SpatialMaxPool",
)
def _():
    x = np.arange(16, dtype="float32").reshape(1, 4, 4, 1)
    x[0, 0, 0] = x[0, 2:, 2:] = np.nan
    return numpy(layers.MaxPooling2D()(x))


@row(
    "argmax of 1, NaN, 2",
    tensorflow="tensorflow/core/kernels/argmax_op.h, ArgMax (Eigen)",
)
def _():
    return numpy(ops.argmax(np.array([1, np.nan, 2], "float32")))


@row("max, relu and GlobalMaxPooling of NaN")
def _():
    x = np.array([1, np.nan, 2], "float32")
    pooled = layers.GlobalMaxPooling1D()(x.reshape(1, 3, 1))
    return [
        *numpy(ops.max(x)).ravel(),
        *numpy(ops.relu(x)),
        *numpy(pooled).ravel(),
    ]


PART = "Normalisation"


@row(
    "BatchNormalization: variance of inputs around 10000",
    torch=lambda: keras_file("backend.torch.nn.moments"),
)
def _():
    layer = layers.BatchNormalization(momentum=0.0)
    layer(normal(1000, 3, mean=10000), training=True)
    return numpy(layer.moving_variance).round(2)


@row("BatchNormalization: variance of scaled inputs")
def _():
    layer = layers.BatchNormalization(momentum=0.0)
    layer(normal(1000, 3), training=True)
    return numpy(layer.moving_variance)


@row(
    "GroupNormalization of inputs around 10000",
    torch=lambda: keras_file("backend.torch.nn.moments"),
)
def _():
    out = layers.GroupNormalization(2)(normal(8, 8, 8, 4, mean=10000))
    return np.std(numpy(out), axis=(0, 1, 2)).round(1)


@row("ops.var and LayerNormalization around 10000")
def _():
    x = normal(8, 64, mean=10000)
    out = layers.LayerNormalization()(x)
    found = [*numpy(ops.var(x, axis=1)), *numpy(out).std(axis=1)]
    return np.round(found, 2)


@row("BatchNormalization in training, one image in the batch")
def _():
    layer = layers.BatchNormalization(momentum=0.0)
    out = layer(normal(1, 4), training=True)
    return [*numpy(out).ravel(), *numpy(layer.moving_variance)]


@row("BatchNormalization in training, an empty batch: moving mean")
def _():
    layer = layers.BatchNormalization()
    layer(normal(0, 2), training=True)
    return numpy(layer.moving_mean)


PART = "Gradients"


@row("gradient of MaxPooling2D on equal pixels")
def _():
    return gradient(layers.MaxPooling2D(), np.ones((1, 2, 2, 1)))


@row("gradient of ops.max on equal numbers")
def _():
    return gradient(ops.max, np.ones(4))


@row("gradient of relu at 0")
def _():
    return gradient(ops.relu, [0.0])


@row(
    "gradient of abs at 0",
    jax=lambda: jax_file("lax.lax._abs_jvp_rule"),
)
def _():
    return gradient(ops.abs, [0.0])


@row(
    "gradient of maximum(x, 0) at 0",
    tensorflow=lambda: tensorflow_gradient("_MaximumGrad"),
    jax=lambda: jax_file("lax.lax._balanced_eq"),
)
def _():
    return gradient(lambda x: ops.maximum(x, 0.0), [0.0])


@row(
    "gradient of clip(x, 0, 1) at 0 and 1",
    jax=lambda: jax_file("numpy.lax_numpy.clip"),
)
def _():
    return gradient(lambda x: ops.clip(x, 0.0, 1.0), [0.0, 1.0])


@row("gradient of relu6 at 0 and 6")
def _():
    return gradient(ops.relu6, [0.0, 6.0])


@row("gradient of hard_sigmoid at -3 and 3")
def _():
    return gradient(ops.hard_sigmoid, [-3.0, 3.0])


@row(
    "gradient of leaky_relu at 0",
    jax=lambda: keras_file("backend.jax.nn.leaky_relu"),
    tensorflow="tensorflow/core/kernels/relu_op_functor.h, LeakyReluGrad",
)
def _():
    return gradient(ops.leaky_relu, [0.0]).round(2)


@row("gradient of elu at 0")
def _():
    return gradient(ops.elu, [0.0])


@row(
    "gradient of the norm of a zero vector",
    tensorflow=lambda: keras_file("backend.tensorflow.linalg.norm"),
    jax=lambda: keras_file("backend.jax.linalg.norm"),
    torch=lambda: keras_file("backend.torch.linalg.norm"),
)
def _():
    return gradient(ops.norm, [0.0, 0.0])


@row(
    "gradient of where(x > 0, sqrt(x), 0) at 0",
    tensorflow="tensorflow/core/kernels/cwise_ops_gradients.h, "
    "scalar_sqrt_gradient_op",
)
def _():
    return gradient(lambda x: ops.where(x > 0, ops.sqrt(x), 0.0), [0.0])


@row("gradient of prod of 0, 2, 3")
def _():
    return gradient(ops.prod, [0.0, 2.0, 3.0])


@row(
    "loss and gradient of sigmoid(-40) for a label of 1",
    tensorflow=lambda: keras_file(
        "backend.tensorflow.nn.binary_crossentropy"
    ),
    jax=lambda: keras_file("backend.jax.nn.binary_crossentropy"),
    torch=lambda: keras_file("backend.torch.nn.binary_crossentropy"),
)
def _():
    def loss(x):
        p = layers.Activation("sigmoid")(x)
        return keras.losses.binary_crossentropy(np.ones((1, 1), "float32"), p)

    x = np.array([[-40]], "float32")
    return np.array([*numpy(loss(x)), *gradient(loss, x).ravel()]).round(1)


PART = "Images"


@row("resize: nearest and bilinear, larger and smaller")
def _():
    x, found = normal(1, 12, 12, 3), []
    for how in ("nearest", "bilinear"):
        for size in ((20, 20), (5, 5)):
            found += [*numpy(ops.image.resize(x, size, how)).ravel()]
    return found


@row(
    "resize: bicubic, a line with one bright pixel",
    torch=lambda: keras_file("backend.torch.image.resize"),
)
def _():
    x = np.zeros((1, 1, 6, 1), "float32")
    x[0, 0, 2] = 1
    return numpy(ops.image.resize(x, (1, 12), "bicubic")).ravel()[:5].round(3)


@row(
    "resize: lanczos3",
    torch=lambda: keras_file("backend.torch.image.resize"),
)
def _():
    x = np.arange(6, dtype="float32").reshape(1, 1, 6, 1)
    return numpy(ops.image.resize(x, (1, 3), "lanczos3")).round(2)


@row(
    "shift by half a pixel, nearest",
    torch=lambda: keras_file("backend.torch.image.affine_transform"),
)
def _():
    x = np.arange(6, dtype="float32").reshape(1, 6, 1)
    moved = ops.image.affine_transform(
        x,
        np.array([1, 0, 0.5, 0, 1, 0, 0, 0], "float32"),
        interpolation="nearest",
    )
    return numpy(moved)


@row(
    "symmetric padding by two",
    torch=lambda: keras_file("backend.torch.numpy.pad"),
)
def _():
    x = np.arange(3, dtype="float32")
    return numpy(ops.pad(x, [[2, 2]], mode="symmetric"))


@row(
    "correlate 1, 2 with 0 to 4, same",
    tensorflow=lambda: keras_file("backend.tensorflow.numpy.correlate"),
    torch=lambda: keras_file("backend.torch.numpy.correlate"),
)
def _():
    a, v = np.array([1, 2], "float32"), np.arange(5, dtype="float32")
    return numpy(ops.correlate(a, v, mode="same"))


PART = "Numbers"


@row(
    "cast of -1, 256 and 300.7 to uint8",
    jax=lambda: jax_file("lax.lax.convert_element_type"),
)
def _():
    x = np.array([-1, 256, 300.7], "float32")
    return numpy(ops.cast(ops.convert_to_tensor(x), "uint8"))


@row(
    "cast of 3e9 and NaN to int32",
    jax=lambda: jax_file("lax.lax.convert_element_type"),
)
def _():
    x = np.array([3e9, np.nan], "float32")
    return numpy(ops.cast(ops.convert_to_tensor(x), "int32"))


@row("largest int32 plus 1")
def _():
    return numpy(ops.convert_to_tensor(np.array([2**31 - 1], "int32")) + 1)


@row(
    "2 to the 31 as int64",
    jax=lambda: keras_file("backend.jax.core.convert_to_tensor"),
)
def _():
    x = ops.convert_to_tensor(np.array([2**31]), dtype="int64")
    return numpy(x)


@row(
    "bytes of a number in float64 and in int64",
    jax=lambda: keras_file("backend.jax.core.convert_to_tensor"),
)
def _():
    return [
        numpy(ops.convert_to_tensor(np.ones(1), dtype=dtype)).itemsize
        for dtype in ("float64", "int64")
    ]


@row("7 / 2, 7 // 2, -7 // 2, -7 % 2 of whole numbers")
def _():
    seven, two = (ops.convert_to_tensor(np.int32(x)) for x in (7, 2))
    return [
        numpy(found).item()
        for found in (
            seven / two,
            seven // two,
            -seven // two,
            ops.mod(-seven, two),
        )
    ]


@row(
    "7 // 0 of whole numbers",
    jax=lambda: jax_file("numpy.ufuncs.floor_divide"),
)
def _():
    return numpy(ops.floor_divide(np.int32([7]), np.int32([0])))


@row("bytes of int32 + float16, uint8 + int8, int32 / int32, bool sum")
def _():
    def size(x):
        return keras.backend.standardize_dtype(x.dtype), numpy(x).itemsize

    one = {t: ops.ones(2, t) for t in ("int32", "float16", "uint8", "int8")}
    return [
        size(found)[1]
        for found in (
            ops.add(one["int32"], one["float16"]),
            ops.add(one["uint8"], one["int8"]),
            ops.divide(one["int32"], one["int32"]),
            ops.sum(ops.ones(2, "bool")),
        )
    ]


@row("round of .5, 1.5, 2.5, -.5")
def _():
    return numpy(ops.round(np.array([0.5, 1.5, 2.5, -0.5], "float32")))


@row("argsort of 40 numbers with ties: stable")
def _():
    return numpy(ops.argsort(np.arange(40) % 3))


@row("sort of 2, NaN, 1")
def _():
    return numpy(ops.sort(np.array([2, np.nan, 1], "float32")))


@row(
    "top_k of equal numbers: places",
    torch=lambda: keras_file("backend.torch.math.top_k"),
)
def _():
    return numpy(ops.top_k(np.ones(40, "float32"), 3)[1])


@row("median of 1, 2, 3, 4")
def _():
    return numpy(ops.median(np.array([1, 2, 3, 4], "float32")))


@row(
    "last of cumsum of 1000 ones in bfloat16",
    tensorflow=lambda: keras_file("backend.tensorflow.numpy.cumsum"),
)
def _():
    return numpy(ops.cast(ops.cumsum(ops.ones(1000, "bfloat16")), "float32"))[
        -1
    ]


PART = "Metrics"


@row(
    "losses for labels 2 and 3 of three classes",
    tensorflow="tensorflow/core/kernels/sparse_xent_op.cc, "
    "CheckInvalidLabelIndex",
    jax=lambda: keras_file("backend.jax.nn.sparse_categorical_crossentropy"),
    torch=lambda: keras_file(
        "backend.torch.nn.sparse_categorical_crossentropy"
    ),
)
def _():
    logits = np.zeros((2, 3), "float32")
    return numpy(
        keras.losses.sparse_categorical_crossentropy(
            np.array([2, 3]), logits, from_logits=True
        )
    ).round(2)


@row(
    "Embedding of 3 words, asked for word 3",
    tensorflow="tensorflow/core/kernels/gather_op.cc, GatherOp",
    jax=lambda: jax_file("numpy.indexing.take"),
    torch=lambda: keras_file("backend.torch.numpy.take"),
)
def _():
    layer = layers.Embedding(3, 1)
    layer.build()
    layer.set_weights([np.array([[1], [2], [3]], "float32")])
    return numpy(layer(np.array([3])))


@row(
    "accuracy and top-5 accuracy of answers that are NaN",
    tensorflow="tensorflow/core/kernels/in_topk_op.h, InTopK",
    jax=lambda: keras_file("backend.jax.math.in_top_k"),
)
def _():
    labels = np.arange(10)
    answers = np.full((10, 10), np.nan, "float32")
    found = []
    for metric in (
        keras.metrics.SparseCategoricalAccuracy(),
        keras.metrics.SparseTopKCategoricalAccuracy(5),
    ):
        metric.update_state(labels, answers)
        found.append(float(metric.result()))
    return np.round(found, 2)


@row("accuracy and top-5 accuracy of ten equal answers")
def _():
    labels = np.arange(10)
    answers = np.full((10, 10), 0.1, "float32")
    found = []
    for metric in (
        keras.metrics.SparseCategoricalAccuracy(),
        keras.metrics.SparseTopKCategoricalAccuracy(5),
    ):
        metric.update_state(labels, answers)
        found.append(float(metric.result()))
    return np.round(found, 2)


@row("mean of nothing, softmax of -inf and 0, log 0, 0 to the 0")
def _():
    zero = np.float32([0])
    return [
        *numpy(ops.mean(np.zeros(0, "float32"))).ravel(),
        *numpy(ops.softmax(np.float32([-np.inf, 0]))),
        *numpy(ops.log(zero)),
        *numpy(ops.power(zero, zero)),
    ]


PART = "Chance"


@row(
    "keras.random.normal with seed 0",
    tensorflow=lambda: keras_file("backend.tensorflow.random.normal"),
    jax=lambda: keras_file("backend.jax.random.normal"),
    torch=lambda: keras_file("backend.torch.random.normal"),
)
def _():
    return numpy(keras.random.normal((3,), seed=0)).round(2)


@row(
    "mask of Dropout(0.5, seed=0)",
    tensorflow=lambda: keras_file("backend.tensorflow.random.dropout"),
    jax=lambda: keras_file("backend.jax.random.dropout"),
    torch=lambda: keras_file("backend.torch.random.dropout"),
)
def _():
    return numpy(
        layers.Dropout(0.5, seed=0)(np.ones((1, 8), "float32"), training=True)
    )


@row(
    "RandomFlip(seed=0) of 8 images",
    tensorflow=lambda: keras_file("backend.tensorflow.random.uniform"),
    jax=lambda: keras_file("backend.jax.random.uniform"),
    torch=lambda: keras_file("backend.torch.random.uniform"),
)
def _():
    x = np.zeros((8, 1, 2, 1), "float32")
    x[:, :, 1] = 1
    layer = layers.RandomFlip("horizontal", seed=0)
    return numpy(layer(x, training=True))[:, 0, 0, 0]


@row("RandomFlip(seed=0) of 8 images inside tf.data")
def _():
    import tensorflow as tf

    x = np.zeros((8, 1, 2, 1), "float32")
    x[:, :, 1] = 1
    layer = layers.RandomFlip("horizontal", seed=0)
    images = tf.data.Dataset.from_tensors(x).map(layer)
    return next(images.as_numpy_iterator())[:, 0, 0, 0]


@row(
    "order in which fit hands 6 images, after set_random_seed(0)",
    tensorflow=lambda: adapter().get_tf_dataset,
    jax=lambda: adapter().get_jax_iterator,
    torch=lambda: adapter().get_torch_dataloader,
)
def _():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    model.compile(
        optimizer=keras.optimizers.SGD(1.0),
        loss=lambda y, p: p,  # its gradient by the weight is the image
    )
    seen = [float(numpy(model.layers[0].kernel)[0, 0])]
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs=None: seen.append(
            float(numpy(model.layers[0].kernel)[0, 0])
        )
    )
    x = np.arange(1, 7, dtype="float32").reshape(6, 1)
    model.fit(x, x, batch_size=1, verbose=0, callbacks=[note])
    return np.round(-np.diff(seen))


def adapter():
    return keras_file(
        "trainers.data_adapters.array_data_adapter.ArrayDataAdapter"
    )


def tensorflow_gradient(name):
    from tensorflow.python.ops import math_grad

    return getattr(math_grad, name)


PART = "Training"


def network():
    """Return a small network whose weights come from NumPy."""
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(8, 3, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(4, dtype="float32"),
        ]
    )
    scale = (0.3, 0, 0, 0, 0, 0, 0.1, 0)  # biases, gamma and the rest stay
    model.set_weights(
        [
            s * normal(*w.shape, seed=i) if s else numpy(w)
            for i, (s, w) in enumerate(zip(scale, model.weights, strict=True))
        ]
    )
    return model


def images(count=256):
    """Return images of four kinds of stripes in noise, and their classes."""
    y = np.arange(count) % 4
    x = normal(count, 8, 8, 1)
    for i, kind in enumerate(y):
        x[i, kind::4] += 1.0
    return x, y


def train(optimizer, steps=(1, 10, 100), **options):
    """Return loss and weights after some numbers of steps, same order."""
    model, (x, y) = network(), images()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=optimizer, loss=loss, **options)
    found = {}
    for step in range(1, max(steps) + 1):
        batch = slice(16 * step % 256, 16 * step % 256 + 16)
        model.train_on_batch(x[batch], y[batch])
        if step in steps:
            weights = [w.ravel() for w in model.get_weights()]
            found[step] = {
                "loss": float(model.evaluate(x, y, verbose=0)),
                "weights": np.concatenate(weights).tolist(),
            }
    return found


@row("network in mixed_bfloat16")
def _():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        return numpy(network()(images(8)[0]))
    finally:
        keras.config.set_dtype_policy("float32")


@row("network: compiled against eager, largest difference")
def _():
    model, (x, _) = network(), images(64)
    return abs(model.predict(x, verbose=0) - numpy(model(x))).max()


@row("network: an image alone against the same in a batch of 64")
def _():
    model, (x, _) = network(), images(64)
    return abs(numpy(model(x))[:1] - numpy(model(x[:1]))).max()


@row("training twice with one seed: largest difference of the weights")
def _():
    ends = []
    for _ in range(2):
        keras.utils.set_random_seed(0)
        ends.append(train("sgd", steps=(3,))[3]["weights"])
    return abs(np.subtract(*ends)).max()


def measure():
    """Return each row's numbers and lines on this backend, by its name."""
    return {
        name: {"part": part, "numbers": answer(name), "lines": lines(name)}
        for name, (_, _, part) in ROWS.items()
    }
