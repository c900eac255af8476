# ---
# jupyter:
#   hamgasht:
#     backend: torch
#     limit: 1200
#     needs: [q7_inception_cifar10/backends_tensorflow]
#     tolerances: {default: 1.0e-4}
# ---
# %% [markdown]
# # What Keras answers on PyTorch
# The questions stand in `_backend_rows.py`, the same for each backend.

# %% Imports
import json
from pathlib import Path

import keras
from _backend_rows import ROWS, images, measure, network, numpy, train

# %% Ask
print(keras.backend.backend(), keras.version())
rows = measure()
print(len(rows), "questions")

# %% Train
paths = {
    "SGD": train(keras.optimizers.SGD(0.1)),
    "Adam": train(keras.optimizers.Adam(0.01)),
}

# %% Keep
folder = Path("artefacts/backends_torch")
folder.mkdir(parents=True, exist_ok=True)
model = network()
model.save(folder / "network.keras")
answers = numpy(model(images(8)[0])).tolist()
training = {"paths": paths, "answers": answers}
(folder / "rows.json").write_text(json.dumps(rows, indent=1))
(folder / "training.json").write_text(json.dumps(training))
None

# %% The network that TensorFlow saved
path = Path("artefacts/backends_tensorflow")
there = json.loads((path / "training.json").read_text())["answers"]
loaded = keras.saving.load_model(path / "network.keras")
moved = abs(numpy(loaded(images(8)[0])) - there).max()
print(f"largest difference of the answers: {moved:.1e}")

# %% Values tags=["values"]
{
    "rows": len(ROWS),
    "refused": sum(found["numbers"] is None for found in rows.values()),
    "moved": moved,
}
