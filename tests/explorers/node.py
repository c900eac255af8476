"""Runs the arithmetic of the explorers in Node, as a page's browser runs it."""

import json
import shutil
import subprocess
from collections.abc import Iterable
from typing import Any

from browser.conftest import absent
from conftest import ROOT

SCRIPTS = ROOT / "docs/theme/assets/js/explorers"
_RUN = """
const model = require(process.argv[1]);
const done = JSON.parse(require("fs").readFileSync(0)).map(([name, given]) => {
  try {
    return model[name](...given) ?? null;
  } catch (error) {
    return { error: error.message };
  }
});
process.stdout.write(JSON.stringify(done));
"""


def calls(explorer: str, wanted: Iterable[tuple[str, tuple[Any, ...]]]) -> list[Any]:
    """Return what functions of an explorer's script give, all from one process.

    Args:
        explorer: The name of the explorer.
        wanted: Each function by name, with its arguments.

    Returns:
        The results in order; of a call that throws, ``{"error": message}``.
    """
    node = shutil.which("node")
    if node is None:
        absent("Node is missing: install Node.js")
    done = subprocess.run(
        [str(node), "-e", _RUN, str(SCRIPTS / f"{explorer}.js")],
        input=json.dumps(list(wanted)),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return json.loads(done.stdout)


def call(explorer: str, function: str, *given: Any) -> Any:
    """Return what one function of an explorer's script gives."""
    return calls(explorer, [(function, given)])[0]
