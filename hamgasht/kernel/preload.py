"""What the fork server imports, and what a kernel does once it is forked.

:class:`hamgasht.running.start.KernelServer` names this module to
``multiprocessing.forkserver``, whose server imports it before it forks anything. No
snippet ever runs in the server itself.
"""

import builtins
import ctypes
import importlib
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

from hamgasht.kernel.setup import drop_machine_log, packages

MODULES_VARIABLE = "HAMGASHT_PRELOAD"
"""Names the modules to import, with commas; set in the server's environment alone."""

_PR_SET_PDEATHSIG = 1  # of <sys/prctl.h>
_INLINE = "module://matplotlib_inline.backend_inline"


def preload(modules: list[str]) -> None:
    """Import modules as a kernel would; end the process if one cannot be shared.

    An import that writes anything would fail the snippet in a fresh kernel, and so it
    must again. A thread that an import starts would be missing after a fork.
    """
    os.setsid()  # Ctrl-C on the terminal is for the engine, which then ends this
    # If the engine is killed, so is this process, and its kernels then end themselves.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ["MPLBACKEND"] = os.environ.get("MPLBACKEND") or _INLINE
    logging.basicConfig()  # TensorFlow would set up a log of its own
    # Pandas asks at import whether a kernel or a terminal will show its tables.
    builtins.get_ipython = lambda: SimpleNamespace(kernel=True)
    with tempfile.TemporaryFile() as output, Path(os.devnull).open("wb") as null:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
        try:
            for module in modules:
                importlib.import_module(module)
        except ImportError:  # the fork server would go on without
            sys.exit(1)
        sys.stdout.flush()
        sys.stderr.flush()
        output.seek(0)
        written = drop_machine_log(output.read().decode(errors="replace")).strip()
        for stream in (1, 2):
            os.dup2(null.fileno(), stream)
    del builtins.get_ipython
    keras = sys.modules.get("keras")
    other_backend = keras and keras.backend.backend() != "tensorflow"
    if written or other_backend or threading.active_count() > 1:
        sys.exit(1)
    packages()  # slow, and cached


def report_preloaded() -> None:
    """Exit with 0 if the process was forked from a server with all imports done."""
    sys.exit(0 if _preloaded else 1)


def run_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Become a kernel, in a process that was just forked.

    Args:
        arguments: The kernel's command line, behind the program's name.
        folder: Where it runs.
        environment: All of its environment variables.
    """
    if not _preloaded:  # the server died, and multiprocessing started a bare one
        sys.exit(1)
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    # The first entry is the folder of the program that called the engine.
    own = environment.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:1] = ["", *filter(None, own)]
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin, *arguments]
    multiprocessing.current_process().daemon = False  # a snippet may start processes
    # Every kernel forked from one server would begin with the same numbers.
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    from ipykernel import kernelapp

    options = [f"--IPKernelApp.parent_handle={os.getppid()}"]
    kernelapp.launch_new_instance([*arguments, *options])


_preloaded = False
if MODULES_VARIABLE in os.environ:
    preload(os.environ[MODULES_VARIABLE].split(","))
    _preloaded = True
