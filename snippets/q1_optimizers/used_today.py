# ---
# jupyter:
#   hamgasht:
#     limit: 600
# ---
# %% [markdown]
# # What is used today, in Keras
# AdamW, Nesterov's momentum, clipping and a schedule with warm-up: how Keras
# calls them, and the same rules written out, step by step.

# %% Imports
import keras
import numpy as np
import pandas as pd

# %% In Keras
NUM_STEPS = 60
optimizers = keras.optimizers
warm_up_and_cosine = optimizers.schedules.CosineDecay(
    initial_learning_rate=0.0,
    warmup_steps=6,
    warmup_target=0.3,  # the peak
    decay_steps=54,  # after the warm-up
)
in_keras = {
    "AdamW": optimizers.AdamW(0.003, weight_decay=0.1),
    "Adam with weight_decay": optimizers.Adam(0.003, weight_decay=0.1),
    "Nesterov": optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "clipping": optimizers.SGD(0.1, global_clipnorm=1.0),
    "warm-up and cosine": optimizers.SGD(warm_up_and_cosine),
}


# %% Written out
def adamw(w, g, state, t):
    state["m"] = 0.9 * state.get("m", 0.0) + 0.1 * g
    state["v"] = 0.999 * state.get("v", 0.0) + 0.001 * g**2
    rate = 0.003 * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    change = rate * state["m"] / (np.sqrt(state["v"]) + 1e-7)
    return w - change - 0.003 * 0.1 * w


def nesterov(w, g, state, t):
    state["m"] = 0.9 * state.get("m", 0.0) + g
    return w - 0.1 * (g + 0.9 * state["m"])


def clipped(w, g, state, t):
    return w - 0.1 * g * min(1.0, 1.0 / np.linalg.norm(g))


def scheduled(w, g, state, t):
    done = t - 1  # steps before this one
    if done < 6:
        return w - 0.3 * done / 6 * g
    return w - 0.3 * 0.5 * (1 + np.cos(np.pi * (done - 6) / 54)) * g


RULES = (adamw, adamw, nesterov, clipped, scheduled)

# %% The same as Keras
rows = []
for (name, optimizer), rule in zip(in_keras.items(), RULES, strict=True):
    rng = np.random.default_rng(0)
    w, state, equal = np.ones(8), {}, 0
    variable = keras.Variable(w.astype("float32"))
    for t in range(1, NUM_STEPS + 1):
        g = w + rng.normal(size=8)
        w = rule(w, g, state, t)
        g = keras.ops.convert_to_tensor(g.astype("float32"))
        optimizer.apply([g], [variable])
        found = keras.ops.convert_to_numpy(variable)
        equal += int(np.allclose(w, found, rtol=1e-4, atol=1e-5))
    rows.append((name, NUM_STEPS, equal))
table = pd.DataFrame(rows, columns=["rule", "steps", "equal to Keras"])
table

# %% Values tags=["values"]
{
    "steps": NUM_STEPS,
    "rules": len(table),
    "equal": int((table["equal to Keras"] == NUM_STEPS).sum()),
}
