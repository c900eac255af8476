# %% [markdown]
# # Shapes and parameters by formula
# The nine layers of the question, worked out with three short functions
# and no deep-learning library.

# %% Imports
import pandas as pd


# %% Formulas
def output_size(n, k, p=0, s=1, d=1):
    """Return the length of the output; pooling has s = k."""
    return (n + 2 * p - d * (k - 1) - 1) // s + 1


def conv1d_parameters(k, c_in, c_out):
    """Return weights (k by c_in for each filter) and biases together."""
    return k * c_in * c_out + c_out


def dense_parameters(n_in, n_out):
    """Return weights (one for each pair) and biases together."""
    return n_in * n_out + n_out


# %% Walk through the network
length, channels = 500, 7
rows = []
for c_out, k in ((16, 3), (32, 5), (64, 5)):
    length = output_size(length, k)
    parameters = conv1d_parameters(k, channels, c_out)
    channels = c_out
    rows.append((f"Conv1D({c_out}, {k})", f"{length}×{channels}", parameters))
    length = output_size(length, 2, s=2)
    rows.append(("MaxPooling1D(2)", f"{length}×{channels}", 0))
features = length * channels
rows.append(("Flatten()", f"{features}", 0))
for units in (128, 5):
    rows.append(
        (f"Dense({units})", f"{units}", dense_parameters(features, units))
    )
    features = units

# %% Table
table = pd.DataFrame(rows, columns=["layer", "output shape", "parameters"])
table

# %% Total
total = int(table["parameters"].sum())
total

# %% Size once or squared
convolutions = [(3, 7, 16), (5, 16, 32), (5, 32, 64)]  # k, c_in, c_out
once = [conv1d_parameters(*each) for each in convolutions]
squared = [k**2 * c_in * c_out + c_out for k, c_in, c_out in convolutions]
pd.DataFrame(
    {
        "layer": [f"Conv1D({c_out}, {k})" for k, _, c_out in convolutions],
        "size once": once,
        "size squared": squared,
    }
)

# %% Values tags=["values"]
{
    "conv1": once[0],
    "conv2": once[1],
    "conv3": once[2],
    "conv1_squared": squared[0],
    "conv2_squared": squared[1],
    "conv3_squared": squared[2],
    "flatten": int(rows[6][1]),
    "dense1": int(table["parameters"].iloc[-2]),
    "dense2": int(table["parameters"].iloc[-1]),
    "total": total,
    "layers": len(table),
}
