# ---
# jupyter:
#   hamgasht:
#     tolerances: {default: 1.0e-6}
# ---
# %% [markdown]
# # Gradients in other units
# Each gradient entry multiplied by a factor of its own: gradient descent
# goes another way, Adam the same.

# %% Imports
import numpy as np
import pandas as pd

# %% Problem
rng = np.random.default_rng(0)
a = rng.normal(size=(6, 6))
HESSIAN = a @ a.T / 6 + np.eye(6)  # curvatures of a convex bowl
START = np.ones(6)
FACTORS = np.array([1024.0, 64.0, 4.0, 0.25, 1 / 64, 1 / 1024])


def descend(lr, factors, num_steps=300):
    """Gradient descent, each gradient entry times its factor."""
    w = START
    for _ in range(num_steps):
        w = w - lr * factors * (HESSIAN @ w)
    return w


def adam(lr, factors, eps, num_steps=300, beta1=0.9, beta2=0.999):
    """Adam, each gradient entry times its factor; returns all points."""
    w, m, v, path = START, 0.0, 0.0, [START]
    for t in range(1, num_steps + 1):
        g = factors * (HESSIAN @ w)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        w = w - lr * m_hat / (np.sqrt(v_hat) + eps)
        path.append(w)
    return np.array(path)


# %% Adam does not notice
rows = []
for eps in (0.0, 1e-8, 1e-7, 1e-3):
    plain, scaled = adam(0.01, 1.0, eps), adam(0.01, FACTORS, eps)
    rows.append((eps, float(np.abs(plain - scaled).max())))
gaps = pd.DataFrame(rows, columns=["epsilon", "largest difference"])
gaps["largest difference"] = gaps["largest difference"].round(7)
gaps

# %% Gradient descent does
largest = np.linalg.eigvalsh(HESSIAN).max()
root = np.sqrt(FACTORS)  # same eigenvalues, but symmetric
scaled_largest = np.linalg.eigvalsh(HESSIAN * np.outer(root, root)).max()
rows = [
    ("plain", largest, 2 / largest),
    ("rescaled", scaled_largest, 2 / scaled_largest),
]
limits = pd.DataFrame(
    rows, columns=["gradients", "largest curvature", "limit by theory"]
)
limits["limit by theory"] = limits["limit by theory"].round(5)
limits["largest curvature"] = limits["largest curvature"].round(2)
limits

# %% What is left after 300 steps
left = pd.DataFrame(
    [
        (
            "gradient descent",
            np.abs(descend(1 / largest, 1.0)).max(),
            np.abs(descend(1 / scaled_largest, FACTORS)).max(),
        ),
        (
            "Adam",
            np.abs(adam(0.01, 1.0, 1e-7)[-1]).max(),
            np.abs(adam(0.01, FACTORS, 1e-7)[-1]).max(),
        ),
    ],
    columns=["rule", "plain", "rescaled"],
).round(3)
left

# %% Values tags=["values"]
{
    "difference_exact": float(gaps.iloc[0, 1]),
    "difference_keras": float(gaps.iloc[2, 1]),
    "difference_large": float(gaps.iloc[3, 1]),
    "limit_plain": float(limits.iloc[0, 2]),
    "limit_rescaled": float(limits.iloc[1, 2]),
    "gd_plain": float(left.iloc[0, 1]),
    "gd_rescaled": float(left.iloc[0, 2]),
    "adam_plain": float(left.iloc[1, 1]),
    "adam_rescaled": float(left.iloc[1, 2]),
    "largest_factor": 1024,
}
