"""Devices: what a run may use, what this machine has, what one kernel sees."""

import importlib.util
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hamgasht.core.backends import BACKENDS
from hamgasht.core.errors import DeviceError, HamgashtError, one_line
from hamgasht.core.fonts import STYLE_FILE
from hamgasht.core.paths import ENGINE
from hamgasht.source.header import Header

if TYPE_CHECKING:  # Jupytext comes with it, and nothing may be to run
    from hamgasht.source.snippet import Snippet

DeviceChoice = Literal["auto", "cpu", "gpu"]
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
_NODES = ("nvidia[0-9]*", "dxg", "kfd")
_ASK_SECONDS = 120
_ASK = """
import json, keras
from hamgasht.kernel.setup import accelerator_names
library = keras.backend.backend()
print(json.dumps({"library": library, "names": accelerator_names(library)}))
"""
_INSTALL = {
    "jax": "jax==0.10.2",
    # The build without CUDA; on PyPI the one with it has some gigabytes.
    "torch": "torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu",
}
_HIDDEN = {"CUDA_VISIBLE_DEVICES": "-1", "HIP_VISIBLE_DEVICES": "-1"}


@dataclass(frozen=True)
class Settings:
    """How snippets whose header says ``device: gpu`` are to be computed.

    Light snippets are not touched: they never see a GPU, so that they give the same
    numbers everywhere.

    Attributes:
        device: ``auto`` takes a GPU where there is one, ``cpu`` leaves it alone, and
            ``gpu`` refuses to run without.
        precision: Keras's policy for types: ``mixed_bfloat16`` is faster on recent
            hardware, and ends elsewhere within a snippet's tolerances.
        xla: Compile what Keras leaves uncompiled, too. By itself Keras compiles a
            network with XLA where it finds a GPU and each layer allows it.
        per_gpu: How many trainings share one GPU.
    """

    device: DeviceChoice = "auto"
    precision: str = "float32"
    xla: bool = False
    per_gpu: int = 1

    def describe(self) -> str:
        """Return what differs from the usual, as words beside a device's name."""
        words = [self.precision] if self.precision != "float32" else []
        return ", ".join([*words, *(["XLA"] if self.xla else [])])


def choose_backend(header: Header) -> str:
    """Return what Keras computes with in a snippet: ``tensorflow``, ``jax``, ``torch``.

    Raises:
        HamgashtError: The variable ``KERAS_BACKEND`` names something else.
    """
    name = header.backend or os.environ.get("KERAS_BACKEND") or BACKENDS[0]
    if name not in BACKENDS:
        raise HamgashtError(
            "KERAS_BACKEND",
            "",
            f"{name!r} is no backend that the engine knows",
            f"set it to one of {', '.join(BACKENDS)}, or unset it",
        )
    return name


def require_backend(backend: str, snippet: "Snippet") -> None:
    """Refuse a backend that is not installed, and that no run needs as a rule.

    Args:
        backend: What Keras is to compute with.
        snippet: The snippet.

    Raises:
        DeviceError: It is not installed.
    """
    if backend in _INSTALL and importlib.util.find_spec(backend) is None:
        raise DeviceError(
            snippet.name,
            "header, backend" if snippet.header.backend else "KERAS_BACKEND",
            f"it runs on {backend}, which is not installed",
            f"type 'pip install {_INSTALL[backend]}'",
        )


def find_gpus(settings: Settings, backends: Iterable[str]) -> list[str]:
    """Return the names of the GPUs that Keras sees on this machine.

    Args:
        settings: What the run may use.
        backends: What Keras computes with; each of them must see the GPUs.

    Raises:
        DeviceError: A GPU is required, and there is none.
    """
    if settings.device == "cpu":
        return []
    try:
        return min(map(_ask_keras, sorted(backends)), key=len)
    except DeviceError:
        if settings.device == "gpu":
            raise
        return []


def kernel_environment(
    gpu: int | None = None, settings: Settings | None = None, backend: str = ""
) -> dict[str, str]:
    """Return a kernel's variables: quiet, and showing it its device and no other.

    Args:
        gpu: The number of the GPU; ``None`` hides all of them.
        settings: How it computes, if not as usual.
        backend: What Keras computes with; what this process has, if empty.
    """
    variables = {
        **os.environ,
        "MATPLOTLIBRC": str(STYLE_FILE),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "COLUMNS": "78",
        "KERAS_BACKEND": backend or choose_backend(Header()),
    }
    if settings and settings.xla:
        variables["TF_XLA_FLAGS"] = "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit"
    if gpu is None:
        return {**variables, **_HIDDEN}
    # Take memory as it is needed: others may share the GPU.
    variables["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
    variables["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
    if sys.platform != "darwin":  # Metal: one GPU, which is not numbered
        visible = [name for name in _visible_gpus().split(",") if name]
        variables["CUDA_VISIBLE_DEVICES"] = visible[gpu] if visible else str(gpu)
    return variables


def gpu_is_possible(settings: Settings) -> bool:
    """Return whether a training may find a GPU, as far as is known at once."""
    return settings.device != "cpu" and _has_gpu_hardware()


def _visible_gpus() -> str:
    """Return the GPUs that this process may see, as its environment says."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "")


def _ask_keras(backend: str) -> list[str]:
    """Return the GPUs that Keras sees on a backend, or raise why it sees none.

    Keras's answer counts, and costs seconds: the system is asked first whether there
    is anything to see.
    """
    if not _has_gpu_hardware():
        raise _no_gpu(
            "this machine shows none",
            "run on a machine with a GPU and its driver, or with --device auto",
        )
    import subprocess

    path = [str(ENGINE.parent), os.environ.get("PYTHONPATH", "")]
    variables = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, path)),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "KERAS_BACKEND": backend,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-c", _ASK],
            env=variables,
            capture_output=True,
            text=True,
            timeout=_ASK_SECONDS,
            check=True,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        detail = one_line(getattr(error, "stderr", "") or str(error))[-200:]
        raise _no_gpu(
            f"Keras could not be asked: {detail}", "fix its installation"
        ) from None
    if not answer["names"]:
        raise _no_gpu(
            f"{answer['library']} sees none, though the machine has one",
            "install the library's own GPU build (for TensorFlow: "
            "'pip install tensorflow[and-cuda]' in the pinned version), and see that "
            "the driver is new enough",
        )
    return answer["names"]


def _no_gpu(problem: str, fix: str) -> DeviceError:
    return DeviceError("--device gpu", "", f"a GPU is required, and {problem}", fix)


def _has_gpu_hardware() -> bool:
    """Return whether anything on this machine looks like a GPU."""
    if _visible_gpus() == "-1":
        return False
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    nodes = (node for pattern in _NODES for node in Path("/dev").glob(pattern))
    return bool(shutil.which("nvidia-smi")) or any(nodes)
