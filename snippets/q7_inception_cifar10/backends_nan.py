# ---
# jupyter:
#   hamgasht:
#     limit: 3600
#     smoke:
#       BACKENDS:
#         TensorFlow: tensorflow
#         TensorFlow, oneDNN: tensorflow
#         JAX: tensorflow
#         PyTorch: tensorflow
#     tolerances: {default: 1.0e-2}
# ---
# %% [markdown]
# # A training with a NaN in it, on each backend
# One pixel of one image, or the first filter, is no number. Does the loss
# show it, and does Keras's own callback stop the training?

# %% Imports
import json
import os
import subprocess
import sys
from functools import cache

import _backend_nan
import pandas as pd

# %% Settings tags=["parameters"]
BACKENDS = {
    "TensorFlow": "tensorflow",
    "TensorFlow, oneDNN": "tensorflow oneDNN",
    "JAX": "jax",
    "PyTorch": "torch",
}


# %% A process for each
@cache
def ask(way):
    """Return what the trainings give on a backend."""
    backend, *kernels = way.split()
    file = _backend_nan.train.__code__.co_filename
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    # Left to itself, TensorFlow decides by the processor.
    quiet["TF_ENABLE_ONEDNN_OPTS"] = "1" if kernels else "0"
    done = subprocess.run(
        [sys.executable, file],
        env={**os.environ, **quiet, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{way}: {done.stderr.splitlines()[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


found = {name: ask(way) for name, way in BACKENDS.items()}

# %% Losses
NETWORKS = {"mri": "chapter 4", "inception": "chapter 7"}
PLACES = {"none": "nowhere", "pixel": "one pixel", "filter": "one filter"}


def written(training):
    """Return losses as short text, and whether the callback ended them."""
    if not training["losses"]:
        return "error"
    losses = [f"{loss:.2g}" for loss in training["losses"]]
    end = "stopped" if training["steps"] < _backend_nan.STEPS else "goes on"
    return ", ".join(losses).replace("nan", "NaN") + "; " + end


rows = [
    (
        NETWORKS[network],
        PLACES[place],
        *(written(found[name][f"{network} {place}"]) for name in BACKENDS),
    )
    for network in NETWORKS
    for place in PLACES
]
pd.DataFrame(rows, columns=["network", "where a NaN is", *BACKENDS])

# %% Values tags=["values"]
one_dnn = found["TensorFlow, oneDNN"]
{
    "steps": _backend_nan.STEPS,
    "tensorflow_pixel_loss": found["TensorFlow"]["mri pixel"]["losses"][0],
    "tensorflow_filter_loss": found["TensorFlow"]["mri filter"]["losses"][-1],
    "onednn_steps": min(each["steps"] for each in one_dnn.values()),
    "onednn_weights": one_dnn["inception pixel"]["weights"],
    "jax_pixel_steps": found["JAX"]["mri pixel"]["steps"],
    "torch_pixel_steps": found["PyTorch"]["mri pixel"]["steps"],
    "tensorflow_pixel_steps": found["TensorFlow"]["mri pixel"]["steps"],
    "tensorflow_filter_steps": found["TensorFlow"]["mri filter"]["steps"],
    "jax_filter_steps": found["JAX"]["mri filter"]["steps"],
    "torch_filter_steps": found["PyTorch"]["mri filter"]["steps"],
}
