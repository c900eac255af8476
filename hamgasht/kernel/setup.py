"""What the engine sets up inside the kernel, before a snippet's first cell.

IPython's display learns how figures, tables, matrices and values travel to the
recorder. The snippet sees nothing of it.
"""

import base64
import importlib.metadata
import logging
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from hamgasht.core.backends import BACKENDS
from hamgasht.core.labels import Catalogue
from hamgasht.core.mime import (
    ERROR_MIME,
    FIGURE_MIME,
    MATRIX_MIME,
    RASTER_MIME,
    REPORT_MIME,
    TABLE_MIME,
    VALUES_MIME,
)

MAX_MATRIX = (20, 16)
"""Rows and columns up to which an array is shown as a matrix."""

# Log lines of TensorFlow's C++ part about this machine ("no GPU found"); its warnings
# and errors start with W and E, and are refused like any other.
_MACHINE_LOG = re.compile(
    r"^(?:WARNING: All log messages before absl::InitializeLog\(\).*|I\d{4} .*)\n?",
    re.M,
)
_state: dict[str, Any] = {"raster": False}


def drop_machine_log(text: str) -> str:
    """Return what was written to stderr, but for a library's log of this machine."""
    return _MACHINE_LOG.sub("", text)


def install(config: Mapping[str, Any]) -> None:
    """Set the kernel up.

    Args:
        config: ``folder`` (what the snippet imports from), ``labels`` (Persian
            text by English text), ``modules`` (names that the source imports),
            ``smoke`` (whether the work is too small for advice on its speed),
            ``eager`` (whether it is too small to be worth compiling),
            ``gpu`` (whether the run may use accelerators, and reports them),
            ``precision`` (Keras's policy for types; empty leaves its own).
    """
    from IPython import get_ipython

    shell = get_ipython()
    # A snippet is Python: no line of it is a magic, a shell command or a prompt.
    shell.transform_cell = lambda cell: cell
    # IPython's own would only ask for the end of a session, and the rest would run.
    shell.push({"exit": sys.exit, "quit": sys.exit}, interactive=False)
    # Logged warnings go to stderr, which is refused; TensorFlow, which takes a kernel
    # for a person at a prompt, would otherwise print them to stdout, onto the page.
    # Forced, because a warm kernel inherits a log to another stderr.
    logging.basicConfig(force=True)
    _give_way(logging.root.handlers[0])
    if config["smoke"]:
        logging.getLogger("tensorflow").addFilter(_is_no_advice_on_tracing)
    sys.path.insert(0, config["folder"])
    _state.update(
        modules=config["modules"],
        catalogue=Catalogue(config["labels"]),
        gpu=config["gpu"],
    )
    bundles = shell.display_formatter.mimebundle_formatter
    for module, name, show in (
        ("matplotlib.figure", "Figure", _show_figure),
        ("pandas", "DataFrame", _show_table),
        ("pandas.core.frame", "DataFrame", _show_table),
        ("numpy", "ndarray", _show_array),
        ("builtins", "dict", _show_values),
    ):
        bundles.for_type_by_name(module, name, _guarded(show))
    if "matplotlib" in config["modules"]:
        from hamgasht.core.fonts import install_fonts

        install_fonts()
        shell.run_line_magic("matplotlib", "inline")
        shell.run_line_magic("config", "InlineBackend.figure_formats = set()")
        _keep_backend()
    if config["eager"] and {"keras", "tensorflow"} & set(config["modules"]):
        _run_eagerly()
    if config["precision"]:
        import keras

        keras.config.set_dtype_policy(config["precision"])


def _give_way(handler: logging.Handler) -> None:
    """Let a snippet set up a log of its own, as if there were no handler yet."""
    configure = logging.basicConfig

    def configure_once(**options: Any) -> None:
        logging.basicConfig = configure
        configure(**{"force": True, **options})

    logging.basicConfig = configure_once
    handler.addFilter(
        lambda record: (
            logging.root.handlers == [handler] and record.levelno >= logging.WARNING
        )
    )


def _keep_backend() -> None:
    """Refuse another backend of Matplotlib, which would not show figures here."""
    import matplotlib
    from matplotlib import pyplot

    def refuse(*arguments: Any, **options: Any) -> None:
        raise RuntimeError(
            "another backend of Matplotlib would lose the figures; take this line out"
        )

    matplotlib.use = pyplot.switch_backend = refuse


def _run_eagerly() -> None:
    """Let TensorFlow run each operation as it comes, without tracing a graph first.

    For a few steps that takes half the time. The graph is what the published outputs
    come from: a snippet that cannot be traced cannot be recorded.
    """
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.data.experimental.enable_debug_mode()
        tf.config.run_functions_eagerly(True)


def _is_no_advice_on_tracing(record: logging.LogRecord) -> bool:
    """Tell TensorFlow's warning of frequent tracing from all others.

    It counts the steps between two tracings: a network that trains for two steps, as
    in a smoke run, is traced as often as one that trains for hours.
    """
    return "triggered tf.function retracing" not in record.getMessage()


def before_cell(tags: list[str]) -> None:
    """Tell the displays what the next cell is tagged with."""
    _state["raster"] = "raster" in tags


def report() -> None:
    """Display what only the kernel knows: versions, memory, device, labels used."""
    from IPython.display import display

    content = {
        "versions": _versions(_state["modules"]),
        "backend": _backend(),
        "peak_memory_mb": _peak_memory_mb(),
        "accelerators": accelerator_names(_backend()) if _state["gpu"] else [],
        "labels": _state["catalogue"].used,
    }
    display({REPORT_MIME: content}, raw=True)


def accelerator_names(library: str) -> list[str]:
    """Return the names of the accelerators that a tensor library sees.

    Args:
        library: ``tensorflow``, ``jax``, ``torch``, or anything else, which sees none.
    """
    if library == "tensorflow":
        config = import_module("tensorflow").config
        details = config.experimental.get_device_details
        found = config.list_physical_devices("GPU")
        return [details(gpu).get("device_name", gpu.name) for gpu in found]
    if library == "jax":
        devices = import_module("jax").devices()
        return [device.device_kind for device in devices if device.platform != "cpu"]
    if library == "torch" and (cuda := import_module("torch").cuda).is_available():
        return [cuda.get_device_name(index) for index in range(cuda.device_count())]
    return []


def _guarded(show: Callable[[Any], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """Return a display function whose failure reaches the recorder as data.

    IPython would print the traceback and show the object in another way, and the
    page would silently lose a figure.
    """

    def guarded(obj: Any, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        try:
            return show(obj)
        except Exception as error:
            content = {"kind": type(error).__name__, "text": str(error)}
            return {ERROR_MIME: {**content, "fix": getattr(error, "fix", "")}}

    return guarded


def _show_figure(figure: Any) -> dict[str, Any]:
    from hamgasht.kernel.figures import draw, raster

    if _state["raster"]:
        content, width, height = raster(figure)
        encoded = base64.b64encode(content).decode()
        return {RASTER_MIME: {"webp": encoded, "width": width, "height": height}}
    return {FIGURE_MIME: draw(figure, _state["catalogue"])}


def _show_table(frame: Any) -> dict[str, Any]:
    from hamgasht.kernel.figures import MissingLabelError
    from hamgasht.kernel.tables import table_schema

    content = table_schema(frame)
    # A page translates a table when it is made, so no entry counts as used up here.
    catalogue = Catalogue(_state["catalogue"].labels)
    index = content["schema"]["primaryKey"]
    for name in (field["name"] for field in content["schema"]["fields"]):
        counts = name == "index" and name in index
        if not counts:
            catalogue.translate(name)
    if catalogue.missing:
        raise MissingLabelError(catalogue.missing)
    return {TABLE_MIME: content}


def _show_array(array: Any) -> dict[str, Any]:
    rows, columns = MAX_MATRIX
    shown = (array.ndim == 2 and array.shape[0] <= rows) or array.ndim == 1
    if not (shown and 0 < array.shape[-1] <= columns and array.dtype.kind in "iuf"):
        return {}
    values = [
        [_shortest(item) for item in row] if array.ndim == 2 else _shortest(row)
        for row in array.tolist()
    ]
    content = {"shape": list(array.shape), "dtype": str(array.dtype), "values": values}
    return {MATRIX_MIME: content}


def _shortest(number: float) -> str:
    """Return a number as a matrix shows it: up to six significant digits."""
    text = f"{number:.6g}" if isinstance(number, float) else str(number)
    return "0" if text == "-0" else text


def _show_values(content: dict[Any, Any]) -> dict[str, Any]:
    """Return a dict of numbers; each as text, since JSON knows no NaN."""
    plain = all(
        isinstance(key, str) and hasattr(value, "__float__")
        for key, value in content.items()
    )
    if not content or not plain:
        return {}
    return {VALUES_MIME: {key: _exact(value) for key, value in content.items()}}


def _exact(value: Any) -> str:
    value = value.item() if hasattr(value, "item") else value
    return repr(int(value) if isinstance(value, bool) else value)


def _versions(modules: list[str]) -> dict[str, str]:
    """Return the versions of the installed libraries that a snippet imports."""
    # What one of several backends alone calls counts there alone; TensorFlow also
    # feeds the others (tf.data).
    absent = {name for name in BACKENDS if name not in sys.modules}
    if "keras" in modules and _backend():
        absent |= {"jax", "torch"} - {_backend()}
    modules = [name for name in modules if name not in absent | sys.stdlib_module_names]
    owners = packages() if modules else {}
    names = {owner for module in modules for owner in owners.get(module, ())}
    if "keras" in modules and (backend := _backend()):
        names.update(owners.get(backend, ()))
    return {name.lower(): importlib.metadata.version(name) for name in sorted(names)}


@cache
def packages() -> Mapping[str, list[str]]:
    """Return the installed packages by the modules that they bring.

    Slow (it reads the lists of all packages), so a fork server asks before it forks.
    """
    return importlib.metadata.packages_distributions()


def _backend() -> str:
    """Return the library that does the snippet's tensor work; empty if none does."""
    if "keras" in _state["modules"] and "keras" in sys.modules:
        return sys.modules["keras"].backend.backend()
    return next((name for name in BACKENDS if name in _state["modules"]), "")


def _peak_memory_mb() -> int:
    import psutil

    info = psutil.Process().memory_info()
    if hasattr(info, "peak_wset"):  # Windows
        return round(info.peak_wset / 2**20)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (2**20 if sys.platform == "darwin" else 2**10))
