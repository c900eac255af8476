"""The course on each backend: nothing left out, and what the page says of it."""

import json
import runpy

import pytest
from conftest import run_python
from loading import ROOT, installed, recorded

from hamgasht.records.state import Survey

GROUP = "q7_inception_cifar10"
FOLDER = ROOT / "snippets" / GROUP
RUNS = runpy.run_path(str(FOLDER / "_course_runs.py"))["RUNS"]
OTHERS = ("jax", "torch")
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
ONEDNN = "TF_ENABLE_ONEDNN_OPTS"  # else TensorFlow decides by the processor
INSTALLED = installed("tensorflow", *OTHERS)


def test_each_snippet_that_computes_with_keras_is_in_the_table() -> None:
    survey = Survey(ROOT)
    wanted = {
        item
        for item in survey.ids
        if survey.recorded(item).backend == "tensorflow"
        and not item.partition("/")[2].startswith("backends_")
    }
    assert RUNS.keys() == wanted, "run tests/benchmarks/course_on_backends.py"


def test_each_entry_says_what_was_run_and_found() -> None:
    for item, backends in RUNS.items():
        for backend, found in backends.items():
            assert backend in OTHERS, item
            assert found["run"] in ("full", "quick"), item
            assert found["found"] in ("same", "other", "kinds", "refused"), item
            if (found["run"], found["found"]) == ("full", "other"):
                assert found["claims"].partition(":")[0] in (
                    "holds",
                    "fails",
                    "untested",
                )
            if found["found"] == "refused":
                assert found["note"], item


def test_the_counts_are_those_of_the_runs() -> None:
    values = recorded(f"{GROUP}/backends_course").values
    assert values["snippets"] == len(RUNS)
    for backend in OTHERS:
        names = ("full", "quick", "not_tried")
        assert sum(values[f"{backend}_{name}"] for name in names) == len(RUNS)


def test_the_timed_networks_are_those_of_the_chapters() -> None:
    values = recorded(f"{GROUP}/backends_speed").values
    assert values["mri_parameters"] == 3_709_825
    assert values["inception_parameters"] == 1_361_066
    for network in ("mri", "inception"):
        assert values[f"{network}_tensorflow_times"] == 1
        for way in ("tensorflow", "deterministic", "jax", "torch"):
            assert 0 < values[f"{network}_{way}_fastest"] <= values[f"{network}_{way}"]


@pytest.mark.parametrize("backend", INSTALLED)
def test_a_nan_ends_a_training_as_the_page_says(backend: str) -> None:
    variables = {**QUIET, ONEDNN: "0", "KERAS_BACKEND": backend}
    out = run_python(FOLDER / "_backend_nan.py", **variables)
    found = json.loads(out.strip().splitlines()[-1])
    for network in ("mri", "inception"):
        assert found[f"{network} none"]["steps"] == 4, "stopped for nothing"
        if backend == "torch" and network == "mri":  # no probability: an error
            assert found["mri pixel"]["steps"] == found["mri filter"]["steps"] == 0
            continue
        # Max-pooling on TensorFlow and the compiled step on JAX let one step pass.
        assert found[f"{network} pixel"]["steps"] == 1 + (network == "mri")
        assert found[f"{network} pixel"]["weights"] > 0
        # On TensorFlow max-pooling hides a filter of NaN, and the loss is the best.
        hidden = backend == "tensorflow" and network == "mri"
        assert found[f"{network} filter"]["steps"] == (4 if hidden else 1)
    if backend == "tensorflow":
        assert set(found["mri filter"]["losses"]) == {0.0}


def test_with_onednn_no_loss_tells_of_a_nan() -> None:
    variables = {**QUIET, ONEDNN: "1", "KERAS_BACKEND": "tensorflow"}
    out = run_python(FOLDER / "_backend_nan.py", **variables)
    found = json.loads(out.strip().splitlines()[-1])
    assert {each["steps"] for each in found.values()} == {4}
    for name, each in found.items():
        assert (each["weights"] > 0) == (not name.endswith("none")), name
