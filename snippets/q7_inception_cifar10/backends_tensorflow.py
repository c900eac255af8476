# ---
# jupyter:
#   hamgasht:
#     backend: tensorflow
#     limit: 1200
#     tolerances: {default: 1.0e-4}
# ---
# %% [markdown]
# # What Keras answers on TensorFlow
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
folder = Path("artefacts/backends_tensorflow")
folder.mkdir(parents=True, exist_ok=True)
model = network()
model.save(folder / "network.keras")
answers = numpy(model(images(8)[0])).tolist()
training = {"paths": paths, "answers": answers}
(folder / "rows.json").write_text(json.dumps(rows, indent=1))
(folder / "training.json").write_text(json.dumps(training))
None

# %% Values tags=["values"]
{
    "rows": len(ROWS),
    "refused": sum(found["numbers"] is None for found in rows.values()),
}
