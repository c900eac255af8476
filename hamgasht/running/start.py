"""Starts kernels: fresh processes, or forks of one that has the imports behind it.

``multiprocessing.forkserver`` does the forking. Where it may not (Windows, macOS, a
GPU), or an import of the server warns, each kernel is a fresh process: slower, and
with the same outputs.
"""

import asyncio
import contextlib
import os
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Instance

from hamgasht.core.paths import ENGINE
from hamgasht.kernel import preload

LIGHT_MODULES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib_inline.backend_inline",
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "hamgasht.kernel.figures",
)
KERAS_MODULES = (*LIGHT_MODULES, "tensorflow", "keras")

_POLL_SECONDS = 0.02
_MAX_SOCKET_PATH = 90  # the system's limit is about a hundred characters
_KERAS_IMPORT = re.compile(r"^\s*(?:from|import)\s+(?:keras|tensorflow)\b", re.M)


class KernelServer:
    """The process that this machine's kernels are forked from.

    The standard library has one fork server for each process. This starts it with our
    imports and environment, and ends it in :meth:`stop`; one that somebody else has
    started is left alone, and no kernel is forked.

    Args:
        modules: What the kernels find imported.
        environment: The environment in which these are imported.
    """

    def __init__(self, modules: Iterable[str], environment: Mapping[str, str]) -> None:
        from multiprocessing import forkserver  # not on every system

        self._environment = dict(environment)
        self._usable = False
        self._context = get_context("forkserver")
        self._is_ours = not _fork_servers()
        self._waiting = threading.Thread(target=self._wait_for_imports, daemon=True)
        if self._is_ours:
            path = [str(ENGINE.parent), environment.get("PYTHONPATH", "")]
            self._context.set_forkserver_preload([preload.__name__])
            with _changed_environment(
                {
                    **environment,
                    "PYTHONPATH": os.pathsep.join(filter(None, path)),
                    preload.MODULES_VARIABLE: ",".join(modules),
                }
            ):
                forkserver.ensure_running()
            self._waiting.start()

    async def can_serve(self, environment: Mapping[str, str]) -> bool:
        """Wait for the imports; return whether it forks kernels with such variables."""
        while self._waiting.is_alive():
            await asyncio.sleep(_POLL_SECONDS)
        return self._usable and environment == self._environment

    async def fork_kernel(
        self, arguments: list[str], folder: str, environment: Mapping[str, str]
    ) -> "_ForkedKernel":
        """Fork a kernel (see :func:`hamgasht.kernel.preload.run_kernel`).

        Raises:
            OSError, EOFError: The server is no more.
        """
        process = self._context.Process(
            target=preload.run_kernel,
            args=(arguments, folder, dict(environment)),
            daemon=True,
        )
        await asyncio.to_thread(process.start)
        return _ForkedKernel(process)

    def stop(self) -> None:
        """End the server, and with it the kernels that are left."""
        if self._is_ours:
            _kill_fork_servers()
            self._waiting.join()
            _kill_fork_servers()  # the thread may have started the next one
            self._context.set_forkserver_preload(["__main__"])  # as by default

    def _wait_for_imports(self) -> None:
        process = self._context.Process(target=preload.report_preloaded, daemon=True)
        with contextlib.suppress(OSError, EOFError):
            process.start()  # returns when the server is done with its imports
            process.join()
            self._usable = process.exitcode == 0


class _ForkedKernel:
    """A forked kernel, with the methods of ``Popen`` that jupyter_client calls."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        self._process.kill()

    terminate = kill


class _ThisPython(KernelSpecManager):
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
    """Has the server fork the kernel; starts a fresh process if it cannot."""

    server = Instance(KernelServer)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start a kernel with the arguments of ``cmd``."""
        arguments = cmd[3:]  # behind python -m ipykernel_launcher
        try:
            self.process = await self.server.fork_kernel(
                arguments, str(kwargs["cwd"]), kwargs["env"]
            )
        except (OSError, EOFError):
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs["cwd"]
        return self.connection_info


def make_manager(folder: Path, server: KernelServer | None) -> AsyncKernelManager:
    """Return a manager that has not started its kernel yet.

    Args:
        folder: The working folder.
        server: Forks the kernel; ``None`` starts a fresh process.
    """
    manager = AsyncKernelManager(kernel_spec_manager=_ThisPython())
    # Sockets in the file system are this user's alone; and for TCP a port has to be
    # guessed, which another process may take before the kernel does.
    place = str(folder.parent / "kernel")
    if os.name == "posix" and len(place) < _MAX_SOCKET_PATH:
        manager.transport, manager.ip = "ipc", place
    if server:
        spec = manager.kernel_spec
        manager.provisioner = _ForkingProvisioner(
            kernel_id="", kernel_spec=spec, parent=manager, server=server
        )
    return manager


@contextlib.contextmanager
def kernel_server(
    sources: Iterable[str], environment: Mapping[str, str]
) -> Iterator[KernelServer | None]:
    """Give a server for snippets' kernels, if that is worth its start.

    Args:
        sources: Source texts of snippets, none of which computes on a GPU: CUDA and
            its like make no promise about forks.
        environment: The variables of their kernels.
    """
    sources = list(sources)
    if len(sources) < 2 or not can_fork():
        yield None
        return
    num_keras = sum(bool(_KERAS_IMPORT.search(source)) for source in sources)
    # Other backends than TensorFlow run threads, which a fork loses.
    on_tensorflow = environment.get("KERAS_BACKEND", "tensorflow") == "tensorflow"
    heavy = num_keras > 1 and on_tensorflow
    server = KernelServer(KERAS_MODULES if heavy else LIGHT_MODULES, environment)
    try:
        yield server
    finally:
        server.stop()


def can_fork() -> bool:
    """Return whether this system forks a process with such libraries safely."""
    return sys.platform == "linux"


def _fork_servers() -> list[psutil.Process]:
    """Return the fork servers of this process, whose process ids are private."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):
            if "multiprocessing.forkserver" in " ".join(child.cmdline()):
                found.append(child)
    return found


def _kill_fork_servers() -> None:
    for server in _fork_servers():
        server.kill()
        # Not reaped: the library does that before it starts the next one.
        os.waitid(os.P_PID, server.pid, os.WEXITED | os.WNOWAIT)


@contextlib.contextmanager
def _changed_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Give this process other environment variables for a moment."""
    own = dict(os.environ)
    os.environ.clear()
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(own)
