"""Trains with a NaN in an image or in a filter, on one backend.

``python _backend_nan.py`` prints a line of JSON last: by network and place,
the loss of each step, how many steps ``TerminateOnNaN`` allowed, and the
share of the weights that are no number at the end.
"""

import json

import _backend_speed

STEPS = 4
IMAGES = 4


def train(name, place):
    """Return what a short training with a NaN in it gives."""
    import keras
    import numpy as np

    keras.utils.set_random_seed(0)
    model = _backend_speed.build(name)
    rng = np.random.default_rng(0)
    x = rng.random((IMAGES, *model.input_shape[1:]), "float32")
    classes = model.output_shape[1]
    y = np.eye(classes, dtype="float32")[np.arange(IMAGES) % classes]
    if place == "pixel":
        x[0, 5, 5, 0] = np.nan
    if place == "filter":
        weights = model.get_weights()
        weights[0][..., 0] = np.nan
        model.set_weights(weights)
    model.compile(optimizer="adam", loss=_backend_speed.LOSSES[name])
    stop = keras.callbacks.TerminateOnNaN()
    run = {"batch_size": IMAGES, "epochs": STEPS, "verbose": 0}
    try:
        losses = model.fit(x, y, callbacks=[stop], **run).history["loss"]
    except RuntimeError:  # PyTorch takes no NaN for a probability
        losses = []
    flat = np.concatenate([w.ravel() for w in model.get_weights()])
    return {
        "losses": [float(loss) for loss in losses],
        "steps": len(losses),
        "weights": float(np.isnan(flat).mean()),
    }


if __name__ == "__main__":
    found = {
        f"{name} {place}": train(name, place)
        for name in _backend_speed.LOSSES
        for place in ("none", "pixel", "filter")
    }
    print(json.dumps(found))
