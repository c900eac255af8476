"""Kernels: how a snippet's process comes to be, fresh or forked from a warm one.

Takes in which snippets will run; gives out for each a kernel manager whose kernel
lies in this very Python, sees one device, and is the same on every machine.
"""

import asyncio
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode

from hamgasht.fingerprint import STYLE_FILE
from hamgasht.parse import Snippet
from hamgasht.warm import ForkedKernel, Template, can_fork

_PLAIN = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib_inline.backend_inline",
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "hamgasht.figures",
    "hamgasht.preload",
)
_KERAS = (*_PLAIN, "tensorflow", "keras")
_LONGEST = 90
"""A socket's path may have about a hundred characters."""

_MODULES = re.compile(r"^\s*(?:from|import)\s+(\w+)", re.M)


@dataclass(frozen=True)
class Kernel:
    """How to start one kernel.

    Attributes:
        environment: Its variables, but for those of its folder.
        warm: The socket of a server to fork it from; empty for a fresh process.
    """

    environment: Mapping[str, str]
    warm: str = ""

    def manager(self, folder: Path) -> AsyncKernelManager:
        """Return a manager that has not started its kernel yet.

        Args:
            folder: The working folder.
        """
        manager = AsyncKernelManager(kernel_spec_manager=_OwnKernel())
        # Sockets in the file system are this user's alone; and for TCP a port has to
        # be guessed, which another process may take before the kernel does.
        place = str(folder.parent / "kernel")
        if os.name == "posix" and len(place) < _LONGEST:
            manager.transport, manager.ip = "ipc", place
        if self.warm:
            manager.provisioner = _ForkingProvisioner(
                kernel_id="", kernel_spec=manager.kernel_spec, parent=manager
            )
            manager.provisioner.place = self.warm
        return manager

    def variables(self, folder: Path) -> dict[str, str]:
        """Return its environment for a run in ``folder``."""
        return {**self.environment, "IPYTHONDIR": str(folder.parent / "ipython")}


@dataclass
class Kernels:
    """The kernels of this machine, and the warm servers that some come from.

    A server is worth its start where several snippets want it; one alone is as well
    served by a fresh process. What computes on a GPU is always fresh: CUDA and its
    like make no promise about forks.

    Attributes:
        warm: Whether to keep servers at all.
    """

    warm: bool = True
    _templates: dict[tuple[str, ...], Template] = field(default_factory=dict)

    def prepare(self, snippets: Iterable[Snippet]) -> None:
        """Start the servers that two or more of these snippets, all light, want."""
        if not (self.warm and can_fork()):
            return
        wanted = Counter(map(_preloaded, snippets))
        if os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
            del wanted[_KERAS]  # other libraries run threads, which a fork loses
        for modules, count in wanted.items():
            if count > 1 and modules not in self._templates:
                variables = kernel_environment({"CUDA_VISIBLE_DEVICES": "-1"})
                self._templates[modules] = Template.start(modules, variables)

    def loading(self, snippet: Snippet) -> bool:
        """Return whether the server for a snippet is not ready yet."""
        template = self._templates.get(_preloaded(snippet))
        return template is not None and template.loading

    async def kernel(self, snippet: Snippet, device: Mapping[str, str]) -> Kernel:
        """Return how to start a snippet's kernel, once its server is ready.

        Args:
            snippet: The snippet.
            device: The variables that show it its device.
        """
        template = self._templates.get(_preloaded(snippet))
        hidden = device.get("CUDA_VISIBLE_DEVICES") == "-1"
        plain = not set(device) & {"TF_XLA_FLAGS", "TF_FORCE_GPU_ALLOW_GROWTH"}
        warm = await template.ready() if template and hidden and plain else None
        return Kernel(kernel_environment(device), warm or "")

    def stop(self) -> None:
        """End the servers."""
        while self._templates:
            _, template = self._templates.popitem()
            template.stop()


class _OwnKernel(KernelSpecManager):
    """The kernel of this very Python, whatever kernels the machine has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the specification of an IPython kernel in this environment."""
        options = ["-f", "{connection_file}", "--HistoryManager.enabled=False"]
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", *options],
            display_name="Python 3",
            language="python",
        )


class _ForkingProvisioner(LocalProvisioner):
    """Has a warm server fork the kernel; starts a fresh process if it cannot."""

    place = Unicode()

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Ask for a kernel with the arguments of ``cmd``."""
        request = {
            "arguments": cmd[3:],  # behind python -m ipykernel_launcher
            "folder": str(kwargs["cwd"]),
            "environment": kwargs["env"],
        }
        try:
            self.process = await asyncio.to_thread(
                ForkedKernel.ask, self.place, request
            )
        except OSError:
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info


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


def imported(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the top-level names that a notebook's code imports, sorted."""
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return sorted(set(_MODULES.findall("\n".join(code))))


def _preloaded(snippet: Snippet) -> tuple[str, ...]:
    """Return the modules that a server for this snippet imports."""
    heavy = {"keras", "tensorflow"} & set(imported(snippet.notebook))
    return _KERAS if heavy else _PLAIN
