"""Kernels: how a snippet's process comes to be, fresh or forked from a warm one.

Takes in which snippets will run; gives out for each a kernel manager whose kernel
lies in this very Python, sees one device, and is the same on every machine.
"""

import asyncio
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Unicode

from hamgasht.running.devices import kernel_environment, light
from hamgasht.running.start import ForkedKernel, Servers
from hamgasht.source.snippet import Snippet

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


@dataclass(frozen=True)
class Kernels:
    """The kernels of this machine.

    Attributes:
        servers: The warm servers that some of them are forked from.
    """

    servers: Servers = field(default_factory=Servers)

    def loading(self, snippet: Snippet) -> bool:
        """Return whether the server for a snippet is not ready yet."""
        server = self.servers.server(code(snippet.notebook))
        return server is not None and server.loading

    async def kernel(self, snippet: Snippet, device: Mapping[str, str]) -> Kernel:
        """Return how to start a snippet's kernel, once its server is ready.

        Args:
            snippet: The snippet.
            device: The variables that show it its device.
        """
        variables = kernel_environment(device)
        server = self.servers.server(code(snippet.notebook))
        same = server is not None and variables == kernel_environment(light())
        return Kernel(variables, (await server.ready() or "") if same else "")


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


def imported(notebook: nbformat.NotebookNode) -> list[str]:
    """Return the top-level names that a notebook's code imports, sorted."""
    return sorted(set(_MODULES.findall(code(notebook))))


def code(notebook: nbformat.NotebookNode) -> str:
    """Return a notebook's code."""
    cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return "\n".join(cells)
