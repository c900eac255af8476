"""What each backend answers: as recorded, by row; what is alike, from NumPy.

TensorFlow and JAX are asked in every run of the tests, PyTorch with ``-m slow``. JAX is
installed by ``pip install jax==0.10.2``, PyTorch without CUDA by
``pip install torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu``.
"""

import json
import re

import numpy as np
import pytest
from conftest import run_python
from loading import ROOT, installed, recorded, run_cells

GROUP = "q7_inception_cifar10"
BACKENDS = ("tensorflow", "jax", "torch")
# On PyTorch what rounding leaves of 1e8 - 1e8, another number with other threads.
ROUNDING = {"BatchNormalization: variance of inputs around 10000"}
ASK = """
import json, sys
sys.path.insert(0, sys.argv[1])
from _backend_rows import measure
print(json.dumps(measure()))
"""
INSTALLED = installed(*BACKENDS)


def kept(backend: str, file: str = "rows.json") -> dict:
    place = recorded(f"{GROUP}/backends_{backend}").path / "artefacts" / file
    return json.loads(place.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def table() -> dict:
    """The comparing snippet's functions, without what it reads."""
    names = {"np": np, "rows": {}, "questions": []}
    return run_cells(f"{GROUP}/backends_table", "the-rule", names=names)


@pytest.mark.parametrize("backend", INSTALLED)
def test_each_row_is_as_recorded(backend: str) -> None:
    out = run_python(
        "-c",
        ASK,
        ROOT / "snippets" / GROUP,
        KERAS_BACKEND=backend,
        TF_CPP_MIN_LOG_LEVEL="3",
        CUDA_VISIBLE_DEVICES="-1",
    )
    now, before = json.loads(out.strip().splitlines()[-1]), kept(backend)
    assert list(now) == list(before)
    changed = changed_rows(backend, before, now)
    assert not changed, "\n".join(changed)


def changed_rows(backend: str, before: dict, now: dict) -> list[str]:
    """Return a line for each row that a backend answers otherwise than recorded."""
    versions = recorded(f"{GROUP}/backends_{backend}").provenance["versions"]
    return [
        f"row {name!r} on {backend} {versions[backend]} with Keras "
        f"{versions['keras']}: recorded {row['numbers']}, now {now[name]['numbers']}"
        for name, row in before.items()
        if not same(row["numbers"], now[name]["numbers"])
        and not (backend == "torch" and name in ROUNDING)
    ]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_changed_row_is_named(backend: str) -> None:
    """Each row in its turn, planted: another number, an error, NaN, one number less."""
    before = kept(backend)
    assert not changed_rows(backend, before, kept(backend))
    for name, row in before.items():
        numbers = row["numbers"]
        planted = [[*(numbers or [])[1:], 0.123], None if numbers else [1.0]]
        planted.append([float("nan")] * 9)
        for other in planted:
            if same(numbers, other) or (backend == "torch" and name in ROUNDING):
                continue
            now = {**before, name: {**row, "numbers": other}}
            [line] = changed_rows(backend, before, now)
            assert line.startswith(f"row {name!r} on {backend} ")


def same(one: list | None, other: list | None) -> bool:
    if one is None or other is None or len(one) != len(other):
        return one is other is None
    return np.allclose(one, other, rtol=1e-3, atol=1e-5, equal_nan=True)


def test_what_numpy_says() -> None:
    mirrored = np.pad(np.arange(3), 2, mode="symmetric")
    truth = {
        "symmetric padding by two": (mirrored, {"tensorflow", "jax"}),
        "correlate 1, 2 with 0 to 4, same": (
            np.correlate([1, 2], np.arange(5), "same"),
            {"jax"},
        ),
        "round of .5, 1.5, 2.5, -.5": (np.round([0.5, 1.5, 2.5, -0.5]), set(BACKENDS)),
        "argsort of 40 numbers with ties: stable": (
            np.argsort(np.arange(40) % 3, kind="stable"),
            set(BACKENDS),
        ),
        "sort of 2, NaN, 1": (np.sort([2, np.nan, 1]), set(BACKENDS)),
        "median of 1, 2, 3, 4": ([2.5], set(BACKENDS)),
        "argmax of 1, NaN, 2": ([np.argmax([1, np.nan, 2])], {"jax", "torch"}),
    }
    for name, (numbers, right) in truth.items():
        found = {b for b in BACKENDS if same(list(numbers), kept(b)[name]["numbers"])}
        assert found == right, name


def test_subgradients_lie_between_the_slopes() -> None:
    """At a kink any number between both slopes is a subgradient, if it is convex."""
    for name, low, high in (
        ("gradient of relu at 0", 0, 1),
        ("gradient of abs at 0", -1, 1),
        ("gradient of maximum(x, 0) at 0", 0, 1),
        ("gradient of leaky_relu at 0", 0.2, 1),
        ("gradient of elu at 0", 1, 1),
    ):
        for backend in BACKENDS:
            [slope] = kept(backend)[name]["numbers"]
            assert low - 1e-6 <= slope <= high + 1e-6, (name, backend)


def test_the_rule_tells_alike_from_different(table: dict) -> None:
    distance = table["distance"]
    nan, inf = float("nan"), float("inf")
    for one, other, expected in (
        ([1.0], [1.0], 0),
        ([1000.0], [1001.0], 1 / 1000),
        ([0.0], [1e-6], 1e-6),
        ([nan, 2], [nan, 2], 0),
        ([nan], [1.0], inf),
        ([inf], [-inf], inf),
        ([1.0], [1.0, 1.0], inf),
        (None, None, 0),
        (None, [1.0], inf),
    ):
        assert distance(one, other) == pytest.approx(expected, rel=2e-3)
    for answers, alone in (
        ((1, 1, 1), ""),
        ((1, 2, 1), "JAX"),
        ((2, 1, 1), "TensorFlow"),
        ((1, 1, None), "PyTorch"),
        ((1, 2, 3), "all three"),
    ):
        table["NAMES"] = dict(
            zip(BACKENDS, ("TensorFlow", "JAX", "PyTorch"), strict=True)
        )
        table["rows"] = {
            b: {"q": {"numbers": None if x is None else [x]}}
            for b, x in zip(BACKENDS, answers, strict=True)
        }
        assert table["who_differs"]("q") == alone


def test_there_is_enough_and_each_difference_has_a_place() -> None:
    values = recorded(f"{GROUP}/backends_table").values
    assert values["questions"] >= 25
    assert values["differ"] >= 10
    assert values["differ"] == sum(
        values[name]
        for name in ("alone_tensorflow", "alone_jax", "alone_torch", "all_differ")
    )
    rows = {b: kept(b) for b in BACKENDS}
    assert len(set(map(tuple, rows.values()))) == 1, "recorded with other questions"


def test_a_saved_network_moves_between_backends() -> None:
    assert recorded(f"{GROUP}/backends_table").values["moved"] < 1e-5
    for backend in ("jax", "torch"):
        assert recorded(f"{GROUP}/backends_{backend}").values["moved"] < 1e-5


def test_relu_is_never_a_maximum_where_a_backend_takes_the_gradient() -> None:
    """The gradient of maximum(x, 0) at 0 is 1 or .5, that of relu 0 everywhere."""
    found = {
        path.name
        for path in (ROOT / "snippets").glob("*/*.py")
        if re.search(
            r"\b(?:ops|tf|math|jnp|torch)\.maximum\(|\bMaximum\("
            r"|^from (?:keras|jax|torch|tensorflow)\b.*\bimport\b.*\bmaximum\b",
            path.read_text(encoding="utf-8"),
            re.M,
        )
    }
    assert found == {"_backend_rows.py", "gradient_check.py"}, "which show the kink"
