# %% [markdown]
# # The course's snippets on each backend
# What `tests/benchmarks/course_on_backends.py` found when it ran them there.

# %% Imports
import pandas as pd
from _course_runs import RUNS

# %% Words
NAMES = {"jax": "JAX", "torch": "PyTorch"}
FULL = {
    "same": "as recorded",
    "holds": "other numbers, claims hold",
    "fails": "other numbers, a claim fails",
    "untested": "other numbers, no claim tested",
    "kinds": "other outputs",
    "refused": "refused",
}
QUICK = {
    "same": "quick run, to its end",
    "other": "quick run, to its end",
    "kinds": "quick run, other outputs",
    "refused": "quick run, refused",
}


def kind(found):
    """Return what a run came to: a key of the words above."""
    if found["found"] == "other" and found["run"] == "full":
        return found["claims"].partition(":")[0]
    return found["found"]


def word(found):
    """Return an entry as the table shows it."""
    if not found:
        return "not tried"
    return (FULL if found["run"] == "full" else QUICK)[kind(found)]


# %% Each snippet
rows = []
for snippet, found in RUNS.items():
    cells = []
    for backend in NAMES:
        one = found.get(backend, {})
        compared = one.get("run") == "full" and "apart" in one
        cells += [word(one), f"{one['apart']:.0e}" if compared else None]
    rows.append((snippet, *cells))
course = pd.DataFrame(
    rows,
    columns=["snippet", "JAX", "JAX, apart", "PyTorch", "PyTorch, apart"],
)
course

# %% In numbers
counts = pd.DataFrame({name: course[name] for name in NAMES.values()})
counts = counts.apply(pd.Series.value_counts).fillna(0).astype(int)
counts = counts.rename_axis("found").reset_index()
counts

# %% Refused, and why
REASONS = {
    "on Tensor that re": "NumPy is handed a tensor that keeps its gradient",
    "it wrote to stderr": "NumPy is handed a tensor that keeps its gradient",
    "no attribute '_id'": "it asks TensorFlow for gradients",
    "convert the argument": "it asks TensorFlow for gradients",
    "'NoneType' and 'int'": "it asks TensorFlow for gradients",
    "artefact is listed": "the weights that it needs are not kept",
}


def reason(note):
    """Return the cause behind an error, as far as it is known."""
    known = [text for part, text in REASONS.items() if part in note]
    return known[0] if known else note


refused = [
    (snippet, NAMES[backend], reason(found[backend]["note"]))
    for snippet, found in RUNS.items()
    for backend in NAMES
    if found.get(backend, {}).get("found") == "refused"
]
pd.DataFrame(refused, columns=["snippet", "backend", "why"])

# %% Claims that fail, and where
failing = [
    (snippet, NAMES[backend], test)
    for snippet, found in RUNS.items()
    for backend in NAMES
    if "claims" in found.get(backend, {})
    for test in found[backend]["claims"].removeprefix("fails: ").split(", ")
    if test.startswith("test_")
]
pd.DataFrame(failing, columns=["snippet", "backend", "test"])

# %% Values tags=["values"]
values = {"snippets": len(RUNS), "refused": len(refused)}
for backend in NAMES:
    kept = [found[backend] for found in RUNS.values() if backend in found]
    full = [kind(found) for found in kept if found["run"] == "full"]
    quick = [kind(found) for found in kept if found["run"] == "quick"]
    values |= {
        f"{backend}_full": len(full),
        f"{backend}_quick": len(quick),
        f"{backend}_not_tried": len(RUNS) - len(kept),
        f"{backend}_same": full.count("same"),
        f"{backend}_holds": full.count("holds"),
        f"{backend}_fails": full.count("fails"),
        f"{backend}_refused": full.count("refused") + quick.count("refused"),
    }
values
