# ---
# jupyter:
#   hamgasht:
#     backend: torch
#     limit: 600
#     data: [cifar10.npz]
#     needs: [q7_inception_cifar10/train_small]
#     tolerances: {default: 1.0e-2, network_off: 1.0e-4}
# ---
# %% [markdown]
# # The same in PyTorch
# What Keras computes, then PyTorch as one would write it at first, then
# PyTorch written so that it computes the same. Each line is run.

# %% Imports
import keras
import numpy as np
import pandas as pd
import torch
from torch import nn

F, L = nn.functional, keras.layers
print("PyTorch", torch.__version__.split("+")[0], "Keras", keras.__version__)

# %% The same numbers for both
rng = np.random.default_rng(0)
x = rng.normal(size=(8, 32, 32, 4)).astype("float32")  # (N, H, W, C)
t = torch.from_numpy(x).permute(0, 3, 1, 2)  # (N, C, H, W)
w = rng.normal(size=(3, 3, 4, 4)).astype("float32")  # (h, w, in, out)
v = torch.from_numpy(w).permute(3, 2, 0, 1)  # (out, in, h, w)
dense = rng.normal(size=(16, 16)).astype("float32")  # (in, out)
rows = torch.from_numpy(rng.normal(size=(8, 16)).astype("float32"))
labels = torch.arange(8)


def same_axes(answer):
    """Return an answer as an array; four axes as (N, H, W, C)."""
    if isinstance(answer, torch.Tensor):
        answer = answer.detach().cpu()
        if answer.ndim == 4:
            answer = answer.permute(0, 2, 3, 1)
    return np.asarray(answer, dtype="float64")


def keras_layer(layer, *weights):
    """Return what a Keras layer with these weights answers to x."""
    layer.build(x.shape)
    layer.set_weights(list(weights))
    return keras.ops.convert_to_numpy(layer(x))


# %% The comparison
def off(code, right):
    """Return how far an answer is from the right one, of its largest."""
    answer = same_axes(eval(code))
    return f"{abs(answer - right).max() / abs(right).max():.1e}"


def compared(lines):
    """Return a table of what a part of the lines answers."""
    table = []
    for what, (reference, first, same) in lines.items():
        right = same_axes(eval(reference))
        table.append([what, off(first, right)])
        assert float(off(same, right)) < 1e-5, what
    return pd.DataFrame(table, columns=["what", "off by"])


# %% Convolution and pooling
# what: Keras, PyTorch at first, PyTorch so that it is the same
convolutions = {
    "kernel, axes": (
        "keras_layer(L.Conv2D(4, 3, use_bias=False), w)",
        "F.conv2d(t, torch.from_numpy(w).reshape(4, 4, 3, 3))",
        "F.conv2d(t, torch.from_numpy(w).permute(3, 2, 0, 1))",
    ),
    "same padding, stride 1": (
        'keras_layer(L.Conv2D(4, 3, padding="same", use_bias=False), w)',
        "F.conv2d(t, v, padding=1)",
        'F.conv2d(t, v, padding="same")',
    ),
    "same padding, stride 2": (
        'keras_layer(L.Conv2D(4, 3, 2, padding="same", use_bias=False), w)',
        "F.conv2d(t, v, stride=2, padding=1)",
        "F.conv2d(F.pad(t, (0, 1, 0, 1)), v, stride=2)",
    ),
    "max pooling": (
        'keras_layer(L.MaxPooling2D(3, 1, padding="same"))',
        "F.max_pool2d(t, 3, 1, padding=1)",
        "F.max_pool2d(t, 3, 1, padding=1)",
    ),
    "average pooling, same padding": (
        'keras_layer(L.AveragePooling2D(3, 1, padding="same"))',
        "F.avg_pool2d(t, 3, 1, padding=1)",
        "F.avg_pool2d(t, 3, 1, padding=1, count_include_pad=False)",
    ),
    "Flatten": (
        "keras_layer(L.Flatten())",
        "t.flatten(1)",
        "t.permute(0, 2, 3, 1).flatten(1)",
    ),
    "Dense, kernel": (
        "rows.numpy() @ dense",
        "F.linear(rows, torch.from_numpy(dense))",
        "F.linear(rows, torch.from_numpy(dense).T)",
    ),
}

compared(convolutions)

# %% Batch normalisation
batch = 3 * x + 5  # neither mean 0 nor variance 1
small = x / 10  # variance 0.01, ten times epsilon
n = x[..., 0].size  # values behind each mean


def keras_norm(what, images=batch, **options):
    """Return an answer or a statistic of a layer after one training batch."""
    layer = L.BatchNormalization(**options)
    answers = {"in training": layer(images, training=True)}
    answers["in use"] = layer(images, training=False)
    answer = answers[what] if what in answers else getattr(layer, what)
    return keras.ops.convert_to_numpy(answer)


def torch_norm(what, images=batch, training=False, **options):
    """Return the same of a module, which trains until told otherwise."""
    layer = nn.BatchNorm2d(4, **options)
    images = torch.from_numpy(images).permute(0, 3, 1, 2)
    answers = {"in training": layer(images)}
    if what in ("running_mean", "running_var"):
        return getattr(layer, what)
    layer.running_var.copy_(torch.from_numpy(keras_norm("moving_variance")))
    layer.running_mean.copy_(torch.from_numpy(keras_norm("moving_mean")))
    answers["in use"] = layer.train(training)(images)
    return answers[what]


normalisations = {
    "moving mean after a batch": (
        'keras_norm("moving_mean", momentum=0.9)',
        'torch_norm("running_mean", momentum=0.9)',
        'torch_norm("running_mean", momentum=1 - 0.9)',
    ),
    "moving variance after a batch": (
        'keras_norm("moving_variance", momentum=0)',
        'torch_norm("running_var", momentum=1)',
        'torch_norm("running_var", momentum=1) * (n - 1) / n',
    ),
    "epsilon, small values": (
        'keras_norm("in training", small)',
        'torch_norm("in training", small)',
        'torch_norm("in training", small, eps=1e-3)',
    ),
    "answer in use": (
        'keras_norm("in use")',
        'torch_norm("in use", training=True, eps=1e-3)',
        'torch_norm("in use", eps=1e-3)',
    ),
}
compared(normalisations)

# %% Losses
logits = torch.from_numpy(rng.normal(size=(8, 10)).astype("float32"))
one_hot = F.one_hot(labels, 10).float()
entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
smooth = keras.losses.CategoricalCrossentropy(True, label_smoothing=0.1)
binary = keras.losses.BinaryCrossentropy()
losses = {
    "cross-entropy": (
        "entropy(labels, logits)",
        "F.cross_entropy(logits.softmax(1), labels)",
        "F.cross_entropy(logits, labels)",
    ),
    "label smoothing": (
        "smooth(one_hot, logits)",
        "F.cross_entropy(logits, labels, label_smoothing=0.1)",
        "F.cross_entropy(logits, labels, label_smoothing=0.1)",
    ),
    "binary cross-entropy": (
        "binary(one_hot, logits.sigmoid())",
        "F.binary_cross_entropy_with_logits(logits.sigmoid(), one_hot)",
        "F.binary_cross_entropy_with_logits(logits, one_hot)",
    ),
}
compared(losses)

# %% Update rules
start = rng.normal(size=16).astype("float32")
gradients = rng.normal(size=(20, 16)).astype("float32")
tiny = gradients * 1e-7


def keras_rule(rule, gradients=gradients, halved=False):
    """Return weights after the updates; the rate is halved after ten."""
    weights = keras.Variable(start)
    for number, gradient in enumerate(gradients):
        if halved and number == 10:
            rule.learning_rate = rule.learning_rate / 2
        rule.apply([keras.ops.convert_to_tensor(gradient)], [weights])
    return keras.ops.convert_to_numpy(weights)


def torch_rule(
    rule, gradients=gradients, halved=False, clear=True, eps_hat=0, **options
):
    """Return the same; the buffer of momentum goes with the rate or stays."""
    weights = torch.tensor(start, requires_grad=True)
    rule = rule([weights], **options)
    for number, gradient in enumerate(gradients):
        if eps_hat:  # added before the bias is corrected, as in Keras
            bias = 1 - 0.999 ** (number + 1)
            rule.param_groups[0]["eps"] = eps_hat / bias**0.5
        if halved and number == 10:
            rule.param_groups[0]["lr"] /= 2
            if halved == "buffer, too":
                rule.state[weights]["momentum_buffer"] *= 2
        if clear:
            rule.zero_grad()
        (weights * torch.from_numpy(gradient)).sum().backward()
        rule.step()
    return weights


sgd, adam, adamw, rmsprop = (
    torch.optim.SGD,
    torch.optim.Adam,
    torch.optim.AdamW,
    torch.optim.RMSprop,
)
of_keras = keras.optimizers
rules = {
    "gradients set to zero": (
        "keras_rule(of_keras.SGD(0.1))",
        "torch_rule(sgd, lr=0.1, clear=False)",
        "torch_rule(sgd, lr=0.1)",
    ),
    "Nesterov": (
        "keras_rule(of_keras.SGD(0.1, 0.9, nesterov=True))",
        "torch_rule(sgd, lr=0.1, momentum=0.9, nesterov=True)",
        "torch_rule(sgd, lr=0.1, momentum=0.9, nesterov=True)",
    ),
    "momentum, rate halved": (
        "keras_rule(of_keras.SGD(0.1, 0.9), halved=True)",
        "torch_rule(sgd, halved=True, lr=0.1, momentum=0.9)",
        'torch_rule(sgd, halved="buffer, too", lr=0.1, momentum=0.9)',
    ),
    "Adam, tiny gradients": (
        "keras_rule(of_keras.Adam(0.01), tiny)",
        "torch_rule(adam, tiny, lr=0.01)",
        "torch_rule(adam, tiny, lr=0.01, eps_hat=1e-7)",
    ),
    "AdamW, defaults": (
        "keras_rule(of_keras.AdamW(0.01))",
        "torch_rule(adamw, lr=0.01)",
        "torch_rule(adamw, lr=0.01, weight_decay=0.004, eps=1e-7)",
    ),
    "RMSprop, defaults": (
        "keras_rule(of_keras.RMSprop(0.01))",
        "torch_rule(rmsprop, lr=0.01)",
        "torch_rule(rmsprop, lr=0.01, alpha=0.9, eps=1e-7)",
    ),
}
compared(rules)

# %% What a fresh layer starts from
keras.utils.set_random_seed(0)
torch.manual_seed(0)
layer = L.Conv2D(256, 3)
layer.build((None, 8, 8, 128))
module = nn.Conv2d(128, 256, 3)
as_keras = nn.Conv2d(128, 256, 3)
nn.init.xavier_uniform_(as_keras.weight)
nn.init.zeros_(as_keras.bias)
spread = pd.DataFrame(
    [
        (name, kernel.std().item(), bias.std().item())
        for name, kernel, bias in (
            ("Keras", *map(torch.tensor, layer.get_weights())),
            ("PyTorch, at first", module.weight, module.bias),
            ("the same", as_keras.weight, as_keras.bias),
        )
    ],
    columns=["layer", "kernel, std", "bias, std"],
).round(4)
spread

# %% What PyTorch refuses
try:
    nn.Conv2d(4, 4, 3, stride=2, padding="same")
except ValueError as error:
    print(error)


# %% The chapter's small network in PyTorch
def conv(channels, filters, size):
    return nn.Sequential(
        nn.Conv2d(channels, filters, size, padding="same", bias=False),
        nn.BatchNorm2d(filters, eps=1e-3, momentum=0.01),
        nn.ReLU(),
    )


class Inception(nn.Module):
    def __init__(self, channels, filters):
        super().__init__()
        half = filters // 2
        self.one = conv(channels, filters, 1)
        self.three = nn.Sequential(
            conv(channels, half, 1), conv(half, filters, 3)
        )
        self.five = nn.Sequential(
            conv(channels, half, 1), conv(half, filters, 5)
        )
        self.pooled = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), conv(channels, filters, 1)
        )

    def forward(self, x):
        branches = self.one, self.three, self.five, self.pooled
        return torch.cat([branch(x) for branch in branches], dim=1)


class Small(nn.Sequential):
    def __init__(self):
        super().__init__(
            conv(3, 32, 3),
            nn.MaxPool2d(2),
            Inception(32, 32),
            nn.MaxPool2d(2),
            *(Inception(channels, 64) for channels in (128, 256, 256)),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(256, 10),
        )


# %% The weights that Keras trained
trained = keras.saving.load_model(
    "artefacts/train_small/small_inception.keras"
)


def in_order(kind):
    """Return the layers of a kind in the order in which they were written."""
    layers = [layer for layer in trained.layers if isinstance(layer, kind)]
    return sorted(layers, key=lambda a: int(a.name.rpartition("_")[2]))


network = Small()
kinds = {
    nn.Conv2d: (L.Conv2D, ["weight"]),
    nn.BatchNorm2d: (
        L.BatchNormalization,
        ["weight", "bias", "running_mean", "running_var"],
    ),
    nn.Linear: (L.Dense, ["weight", "bias"]),
}
with torch.no_grad():
    for kind, (of_keras_kind, names) in kinds.items():
        modules = [m for m in network.modules() if isinstance(m, kind)]
        for module, layer in zip(
            modules, in_order(of_keras_kind), strict=True
        ):
            for name, weights in zip(names, layer.get_weights(), strict=True):
                axes = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}[weights.ndim]
                weights = torch.from_numpy(weights).permute(axes)
                getattr(module, name).copy_(weights)

# %% The same answers
images = np.load("data/cifar10.npz")["x_test"][:1000].astype("float32") / 255
right = keras.ops.convert_to_numpy(trained(images))
network.eval()
with torch.no_grad():
    answers = network(torch.from_numpy(images).permute(0, 3, 1, 2)).softmax(1)
network_off = float(abs(answers.numpy() - right).max())
decisions = int((answers.argmax(1).numpy() == right.argmax(1)).sum())
print(
    f"{decisions} of {len(images)} decisions alike, off by {network_off:.0e}"
)

# %% Values tags=["values"]
parts = convolutions, normalisations, losses, rules
{
    "lines": sum(map(len, parts)),
    "wrong_at_first": sum(
        float(off(first, same_axes(eval(reference)))) > 1e-5
        for part in parts
        for reference, first, _ in part.values()
    ),
    "images": len(images),
    "decisions": decisions,
    "network_off": network_off,
    "parameters": sum(p.numel() for p in network.parameters()),
    **{
        f"off_{name}": float(off(first, same_axes(eval(reference))))
        for name, (reference, first, _) in {
            "stride": convolutions["same padding, stride 2"],
            "average": convolutions["average pooling, same padding"],
            "epsilon": normalisations["epsilon, small values"],
            "halved": rules["momentum, rate halved"],
        }.items()
    },
}
