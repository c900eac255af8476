"""The engine's packages import only what stands below them."""

from conftest import run_python

LINT = """
import sys
from importlinter.cli import lint_imports
sys.exit(lint_imports(no_cache=True))
"""


def test_the_layers_hold() -> None:
    assert "1 kept, 0 broken" in run_python("-c", LINT)
