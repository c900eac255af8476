"""Devices: what a run may use, and what this machine has.

Takes in what a person asked for; gives out the GPUs that snippets will find, and the
environment in which a kernel finds just the one that is meant for it.
"""

import json
import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hamgasht.core.errors import DeviceError, one_line
from hamgasht.core.fonts import STYLE_FILE
from hamgasht.core.paths import ENGINE

DeviceChoice = Literal["auto", "cpu", "gpu"]
PRECISIONS = ("float32", "mixed_bfloat16", "mixed_float16")
_NODES = ("nvidia[0-9]*", "dxg", "kfd")
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

    def named(self) -> str:
        """Return what differs from the usual, as words beside a device's name."""
        words = [self.precision] if self.precision != "float32" else []
        return ", ".join([*words, *(["XLA"] if self.xla else [])])


def find_gpus(settings: Settings) -> list[str]:
    """Return the names of the GPUs that Keras sees on this machine.

    Args:
        settings: What the run may use.

    Raises:
        DeviceError: A GPU is required, and there is none.
    """
    if settings.device == "cpu":
        return []
    names, why, fix = _seen()
    if settings.device == "gpu" and not names:
        raise DeviceError("--device gpu", "", f"a GPU is required, and {why}", fix)
    return names


def environment(gpu: int | None, settings: Settings | None) -> dict[str, str]:
    """Return the variables that show a kernel its device, and no other.

    Args:
        gpu: The number of the GPU; ``None`` hides all of them.
        settings: How it computes; ``None`` for a light snippet, which computes as
            everywhere.
    """
    extra: dict[str, str] = {}
    if settings and settings.xla:
        extra["TF_XLA_FLAGS"] = "--tf_xla_auto_jit=2 --tf_xla_cpu_global_jit"
    if gpu is None:
        return {**_HIDDEN, **extra}
    # Take memory as it is needed: others may share the GPU.
    extra |= {
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    }
    if sys.platform == "darwin":  # Metal: one GPU, which is not numbered
        return extra
    allowed = [name for name in _allowed().split(",") if name]
    extra["CUDA_VISIBLE_DEVICES"] = allowed[gpu] if allowed else str(gpu)
    return extra


def light() -> dict[str, str]:
    """Return the variables of a light snippet, which sees no GPU."""
    return environment(None, None)


def kernel_environment(device: Mapping[str, str]) -> dict[str, str]:
    """Return a kernel's variables: the same on every machine, and quiet.

    Args:
        device: The variables that show it its device.
    """
    return {
        **os.environ,
        **device,
        "MATPLOTLIBRC": str(STYLE_FILE),
        "PYTHONHASHSEED": "0",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "COLUMNS": "78",
    }


def gpu_is_possible(settings: Settings) -> bool:
    """Return whether a training may find a GPU, as far as can be told at once."""
    return settings.device != "cpu" and _may_be_there()


def _allowed() -> str:
    """Return the GPUs that whoever started this process lets it see."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "")


def _seen() -> tuple[list[str], str, str]:
    """Return the GPUs that Keras sees; if none, why, and what to do about it.

    The answer of Keras itself counts, and costs seconds; so the system is asked first
    whether there is anything to see.
    """
    if not _may_be_there():
        fix = "run on a machine with a GPU and its driver, or with --device auto"
        return [], "this machine shows none", fix
    import subprocess

    try:
        done = subprocess.run(
            [sys.executable, "-m", "hamgasht.kernel.accelerators"],
            env={**os.environ, "PYTHONPATH": _engine(), "TF_CPP_MIN_LOG_LEVEL": "3"},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        said = one_line(getattr(error, "stderr", "") or str(error))[-200:]
        return [], f"Keras could not be asked: {said}", "fix its installation"
    library = answer["library"]
    return (
        answer["names"],
        f"{library} sees none, though the machine has one",
        "install the library's own GPU build (for TensorFlow: "
        "'pip install tensorflow[and-cuda]' in the pinned version), and see that the "
        "driver is new enough",
    )


def _may_be_there() -> bool:
    """Return whether anything on this machine looks like a GPU."""
    if _allowed() == "-1":
        return False
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    nodes = (node for pattern in _NODES for node in Path("/dev").glob(pattern))
    return bool(shutil.which("nvidia-smi")) or any(nodes)


def _engine() -> str:
    own = str(ENGINE.parent)
    return os.pathsep.join(filter(None, [own, os.environ.get("PYTHONPATH", "")]))
