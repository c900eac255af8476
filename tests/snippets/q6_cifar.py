"""What the tests of chapter 6 share: snippets run on generated images.

CIFAR-10 is on no machine that only tests; a stand-in of its shape takes its place.
"""

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from loading import run_in
from q7_cifar import stand_in


@cache
def ran_on_the_stand_in(snippet_id: str) -> dict[str, Any]:
    """Return all names that a snippet leaves after a run on generated images."""
    with tempfile.TemporaryDirectory() as folder:
        stand_in(Path(folder))
        return run_in(Path(folder), snippet_id)
