# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-12, best_error_32: 1.0e-4}
# ---
# %% [markdown]
# # How small a step?
# Central differences check a gradient; two errors decide how well.

# %% Imports
import matplotlib.pyplot as plt
import numpy as np

# %% Data
X = np.array([[3.0, 4.0, 5.0], [2.0, 1.0, -3.0], [4.0, -2.0, 0.0]])
F = np.array([[2.0, 0.0], [-3.0, 1.0]])


def output(F):
    """Return the output of the convolution, in the precision of F."""
    x = X.astype(F.dtype)
    return np.array(
        [
            [np.sum(F * x[i : i + 2, j : j + 2]) for j in range(2)]
            for i in range(2)
        ]
    )


# %% Central difference
def central(function, h, precision=np.float64):
    """Return the central difference of a function of F in F21."""
    step = np.array([[0, 0], [h, 0]], precision)
    filters = F.astype(precision)
    return (function(filters + step) - function(filters - step)) / (2 * h)


# %% Two losses
def mean(F):
    """Return the mean of the output: linear in F."""
    return output(F).mean()


def cubic(F):
    """Return the mean of the cubes: a loss that bends."""
    O = output(F)
    return np.mean(O * O * O)


exact_mean = X[1:, :2].mean()
exact_cubic = np.mean(3 * output(F) * output(F) * X[1:, :2])
print("exact:", exact_mean, "and", exact_cubic)

# %% One step size
print("h = 0.001:", central(mean, 1e-3), "and", central(cubic, 1e-3))

# %% Sweep
steps = np.array([float(f"1e{power}") for power in range(-12, 1)])
errors_mean = [abs(central(mean, h) / exact_mean - 1) for h in steps]
errors_cubic = [abs(central(cubic, h) / exact_cubic - 1) for h in steps]
errors_32 = [
    abs(float(central(cubic, h, np.float32)) / exact_cubic - 1) for h in steps
]

# %% Error against step
floor = 1e-17  # a log axis has no zero
fig, ax = plt.subplots()
ax.loglog(steps, np.maximum(errors_mean, floor), "o-", label="mean")
ax.loglog(
    steps, np.maximum(errors_cubic, floor), "s--", label="mean of cubes"
)
ax.loglog(
    steps,
    np.maximum(errors_32, floor),
    "^:",
    label="mean of cubes in float32",
)
ax.set_xlabel("step h")
ax.set_ylabel("relative error")
ax.set_ylim(3e-18, 3)
ax.legend()
plt.show()

# %% Values tags=["values"]
{
    "exact_mean": exact_mean,
    "exact_cubic": exact_cubic,
    "best_step": float(steps[int(np.argmin(errors_cubic))]),
    "best_error": min(errors_cubic),
    "error_at_1": errors_cubic[-1],
    "error_at_tiny": errors_cubic[0],
    "mean_error_at_1": errors_mean[-1],
    "mean_error_at_tiny": errors_mean[0],
    "best_step_32": float(steps[int(np.argmin(errors_32))]),
    "best_error_32": min(errors_32),
    "error_32_at_best_64": errors_32[int(np.argmin(errors_cubic))],
    "root_64": float(np.finfo(np.float64).eps ** (1 / 3)),
    "root_32": float(np.finfo(np.float32).eps ** (1 / 3)),
    "order": float(np.log10(errors_cubic[-2] / errors_cubic[-3])),
}
