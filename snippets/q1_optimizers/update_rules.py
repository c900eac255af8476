# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-6}
# ---
# %% [markdown]
# # Four update rules, written out
# Each takes a point and a gradient and returns the next point. Set beside
# the optimisers of Keras, and Adam's first steps with and without its
# bias correction.

# %% Imports
import keras
import numpy as np
import pandas as pd


# %% Gradient descent
class GradientDescent:
    def __init__(self, lr):
        self.lr = lr

    def step(self, w, g):
        return w - self.lr * g


# %% Momentum
class Momentum:
    def __init__(self, lr, beta=0.9):
        self.lr, self.beta = lr, beta
        self.m = 0.0  # what is left of all gradients so far

    def step(self, w, g):
        self.m = self.beta * self.m + g
        return w - self.lr * self.m


# %% RMSprop
class RMSprop:
    def __init__(self, lr, rho=0.9, eps=1e-7):
        self.lr, self.rho, self.eps = lr, rho, eps
        self.v = 0.0  # running mean of squared gradients

    def step(self, w, g):
        self.v = self.rho * self.v + (1 - self.rho) * g**2
        return w - self.lr * g / np.sqrt(self.v + self.eps)


# %% Adam
class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-7, correct=True):
        self.lr, self.eps, self.correct = lr, eps, correct
        self.beta1, self.beta2 = beta1, beta2
        self.m = self.v = 0.0
        self.t = 0  # steps so far

    def step(self, w, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        rate = self.lr
        if self.correct:  # both means start at 0: undo that
            rate *= np.sqrt(1 - self.beta2**self.t)
            rate /= 1 - self.beta1**self.t
        return w - rate * self.m / (np.sqrt(self.v) + self.eps)


# %% The same as Keras
rng = np.random.default_rng(0)
gradients = rng.normal(1, 3, size=(200, 10))
pairs = [
    (GradientDescent(0.01), keras.optimizers.SGD(0.01)),
    (Momentum(0.01), keras.optimizers.SGD(0.01, momentum=0.9)),
    (RMSprop(0.01), keras.optimizers.RMSprop(0.01)),
    (Adam(0.01), keras.optimizers.Adam(0.01)),
]
rows = []
for ours, theirs in pairs:
    w, variable = np.zeros(10), keras.Variable(np.zeros(10, "float32"))
    equal = 0
    for g in gradients:
        w = ours.step(w, g)
        g = keras.ops.convert_to_tensor(g.astype("float32"))
        theirs.apply([g], [variable])
        found = keras.ops.convert_to_numpy(variable)
        equal += int(np.allclose(w, found, rtol=1e-4, atol=1e-5))
    rows.append((type(ours).__name__, len(gradients), equal))
compared = pd.DataFrame(rows, columns=["rule", "steps", "equal to Keras"])
compared

# %% First steps
corrected, plain = Adam(0.001), Adam(0.001, correct=False)
one = other = 0.0
rows = []
for t in range(1, 5001):
    before = one, other
    one, other = corrected.step(one, 1.0), plain.step(other, 1.0)
    if t in (1, 2, 5, 10, 100, 1000, 5000):
        sizes = (before[0] - one, before[1] - other)
        rows.append((t, *(size / 0.001 for size in sizes)))
first_steps = pd.DataFrame(
    rows, columns=["step", "with correction", "without correction"]
).round(3)
first_steps

# %% Values tags=["values"]
{
    "rules": len(compared),
    "steps": len(gradients),
    "equal": int((compared["equal to Keras"] == len(gradients)).sum()),
    "first_corrected": float(first_steps.iloc[0, 1]),
    "first_plain": float(first_steps.iloc[0, 2]),
    "largest_plain": float(first_steps.iloc[:, 2].max()),
    "last_plain": float(first_steps.iloc[-1, 2]),
}
