"""Warm start: kernels forked from a process that has the heavy imports behind it.

Takes in names of modules; gives out a server that imports them once, and then forks
a kernel for whoever asks. Each kernel is a process of its own, which shares nothing
with the others but memory that neither has written to.

The server never runs a snippet, starts no thread of Python's and no runtime of
TensorFlow's (both would be lost in a fork). Where the system cannot fork safely
(Windows, macOS), or where an import warns, there is no server, and each kernel is a
fresh process: slower, and the same outputs.
"""

import asyncio
import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import psutil

from hamgasht.core.paths import ENGINE

SOCKET = "kernels"
_PATIENCE = 0.02
_ANSWERING = 60.0


PLAIN = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "matplotlib_inline.backend_inline",
    "numpy",
    "pandas",
    "matplotlib.pyplot",
    "hamgasht.kernel.figures",
    "hamgasht.running.preload",
)
KERAS = (*PLAIN, "tensorflow", "keras")
_HEAVY = re.compile(r"^\s*(?:from|import)\s+(?:keras|tensorflow)\b", re.M)


@dataclass(frozen=True)
class Template:
    """A server's end that the engine holds.

    Attributes:
        process: The server.
        folder: The private folder in which its socket lies once it is ready.
    """

    process: subprocess.Popen
    folder: Path

    @classmethod
    def start(cls, modules: tuple[str, ...], environment: Mapping[str, str]) -> Self:
        """Start a server that imports modules, and return without waiting for it.

        Args:
            modules: What its kernels find imported.
            environment: What they have in common; those who ask add their own.
        """
        folder = Path(tempfile.mkdtemp(prefix="hamgasht-"))
        engine = str(ENGINE.parent)
        code = f"import sys; sys.path[:1] = []; sys.path.append({engine!r}); "
        code += "from hamgasht.running.start import serve; "
        code += f"serve({str(folder)!r}, {modules!r})"
        process = subprocess.Popen(
            [sys.executable, "-c", code],
            env={**environment, "HAMGASHT_OWNER": str(os.getpid())},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return cls(process, folder)

    @property
    def loading(self) -> bool:
        """Whether it is still at its imports."""
        return self.process.poll() is None and not (self.folder / SOCKET).exists()

    async def ready(self) -> str | None:
        """Wait for the imports; return where to ask, or ``None`` if they failed."""
        while self.loading:
            await asyncio.sleep(_PATIENCE)
        return str(self.folder / SOCKET) if self.process.poll() is None else None

    def stop(self) -> None:
        """End the server."""
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Servers:
    """The servers of this machine, by what they import.

    One is worth its start where several snippets want it; a snippet alone is as well
    served by a fresh process.
    """

    def __init__(self) -> None:
        self._templates: dict[tuple[str, ...], Template] = {}

    def start(self, sources: Iterable[str], environment: Mapping[str, str]) -> None:
        """Start the servers that two or more of these sources want.

        Args:
            sources: Source texts of snippets, none of which computes on a GPU: CUDA
                and its like make no promise about forks.
            environment: What their kernels have in common.
        """
        if not can_fork():
            return
        wanted = Counter(map(preloaded, sources))
        if environment.get("KERAS_BACKEND", "tensorflow") != "tensorflow":
            del wanted[KERAS]  # other libraries run threads, which a fork loses
        for modules, count in wanted.items():
            if count > 1 and modules not in self._templates:
                self._templates[modules] = Template.start(modules, environment)

    def server(self, source: str) -> Template | None:
        """Return the server for a snippet with this source, if there is one."""
        return self._templates.get(preloaded(source))

    def stop(self) -> None:
        """End the servers."""
        while self._templates:
            _, template = self._templates.popitem()
            template.stop()


@dataclass
class ForkedKernel:
    """A kernel that a server forked, with the methods of ``Popen`` that matter.

    Attributes:
        pid: Its process id.
    """

    pid: int
    stdin = stdout = stderr = None
    _process: psutil.Process | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        with contextlib.suppress(psutil.NoSuchProcess):
            self._process = psutil.Process(self.pid)

    @classmethod
    def ask(cls, place: str, request: Mapping[str, Any]) -> "ForkedKernel":
        """Ask the server at ``place`` for a kernel.

        Args:
            place: The server's socket.
            request: ``arguments`` (of the kernel's command line), ``folder`` (where
                it runs) and ``environment``.

        Raises:
            OSError: The server is no more, or does not answer.
        """
        with socket.socket(socket.AF_UNIX) as server:
            server.settimeout(_ANSWERING)
            server.connect(place)
            server.sendall(json.dumps(request).encode() + b"\n")
            answer = server.makefile().readline()
        if not answer:
            raise OSError("the warm server ended")
        return cls(int(answer))

    def poll(self) -> int | None:
        """Return ``None`` while it lives."""
        if self._process is None:
            return 1
        with contextlib.suppress(psutil.NoSuchProcess):
            alive = self._process.status() != psutil.STATUS_ZOMBIE
            return None if alive and self._process.is_running() else 1
        return 1

    def wait(self) -> int:
        """Return at once: it is asked for only when :meth:`poll` told of the end."""
        return 1

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still lives."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)

    terminate = kill


def preloaded(source: str) -> tuple[str, ...]:
    """Return the modules that a server for a snippet with this source imports."""
    return KERAS if _HEAVY.search(source) else PLAIN


def can_fork() -> bool:
    """Return whether this system forks a process with such libraries safely."""
    return sys.platform == "linux"


def serve(folder: str, modules: tuple[str, ...]) -> None:
    """Import modules, then fork kernels until the one who started this is gone."""
    _preload(modules)
    if threading.active_count() > 1:
        sys.exit("an import started a thread, which a fork would lose")
    with _Server(str(Path(folder) / f"{SOCKET}.new"), _Handler) as server:
        Path(server.server_address).rename(Path(folder) / SOCKET)
        try:
            server.serve_forever(poll_interval=0.2)
        finally:
            server.end()
            shutil.rmtree(folder, ignore_errors=True)


def _preload(modules: tuple[str, ...]) -> None:
    """Import modules as a kernel would; give up if one has something to say.

    In a fresh kernel such a warning would fail the snippet, and so it must again.
    """
    import builtins
    import logging
    from types import SimpleNamespace

    from hamgasht.kernel.setup import without_news

    backend = "module://matplotlib_inline.backend_inline"  # as in every kernel
    os.environ["MPLBACKEND"] = os.environ.get("MPLBACKEND") or backend
    logging.basicConfig()  # TensorFlow would set up a log of its own
    # Pandas asks at import whether a kernel or a terminal will show its tables.
    builtins.get_ipython = lambda: SimpleNamespace(kernel=True)
    with tempfile.TemporaryFile() as said:
        os.dup2(said.fileno(), 2)
        for module in modules:
            importlib.import_module(module)
        sys.stderr.flush()
        said.seek(0)
        if text := without_news(said.read().decode(errors="replace")).strip():
            sys.exit(text)
        os.dup2(1, 2)
    del builtins.get_ipython
    keras = sys.modules.get("keras")
    if keras and keras.backend.backend() != "tensorflow":
        sys.exit("only TensorFlow is known to survive a fork")


class _Handler(socketserver.StreamRequestHandler):
    """One request, in the process that was forked for it and becomes the kernel."""

    def handle(self) -> None:
        request = json.loads(self.rfile.readline())
        os.setsid()
        os.chdir(request["folder"])
        os.environ.clear()
        os.environ.update(request["environment"])
        self.wfile.write(f"{os.getpid()}\n".encode())
        self.rfile.close()
        self.connection.close()
        self.server.socket.close()
        # Every kernel forked from one server would begin with the same numbers.
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed()
        from ipykernel import kernelapp

        launcher = importlib.util.find_spec("ipykernel_launcher").origin
        sys.argv = [launcher, *request["arguments"]]
        options = [f"--IPKernelApp.parent_handle={os.getppid()}"]
        kernelapp.launch_new_instance([*request["arguments"], *options])


if can_fork():

    class _Server(socketserver.ForkingMixIn, socketserver.UnixStreamServer):
        """Forks a process for each request, and watches who started it."""

        request_queue_size = 64
        max_children = 1000
        block_on_close = False

        def service_actions(self) -> None:
            """Reap kernels that ended; stop if nobody is left to ask for more."""
            super().service_actions()
            if os.getppid() != int(os.environ["HAMGASHT_OWNER"]):
                sys.exit()

        def end(self) -> None:
            """Kill the kernels that are left."""
            for child in self.active_children or ():
                with contextlib.suppress(OSError):
                    os.killpg(child, signal.SIGKILL)
