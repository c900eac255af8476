"""What a finished run hands to the recorder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat


@dataclass
class RunResult:
    """What a run gave.

    Attributes:
        notebook: The executed notebook, outputs as the kernel sent them.
        parameters: The parameters that were overridden.
        report: The kernel's own report (see :func:`hamgasht.kernel.setup.report`).
        machine: Where it ran (see :func:`hamgasht.running.session.describe_machine`).
        seconds: Wall time of the whole run, kernel start included.
        cell_seconds: Wall time of each code cell by name.
    """

    notebook: nbformat.NotebookNode
    parameters: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    cell_seconds: dict[str, float] = field(default_factory=dict)
