#!/usr/bin/env bash
# A comment that runs in the shell.
#
# Versions: jupytext 1.19.6, nbformat 5.11.1
# Guess: a comment in a Python file is a comment in the notebook.
# Behaviour: in a percent script a comment that begins with cat, cd, cp, mv,
#   rm, mkdir, copy, echo, ls ... loses its "#": the notebook's cell is a
#   command. "# remove" stays, "# rm old ones" does not.
# Why: jupytext/magics.py: _PYTHON_MAGIC_CMD matches a comment that begins
#   with one of these words; notebooks' magics are written as comments in the
#   .py file, and this is the way back.
# For a reader: set comment_magics to false in the header, or begin such
#   comments with another word.
# Seen:
#   'cat the two lists\nboth = [1] + [2]'
#   'copy of the data\ncopy = both[:]'
#   '# join the two lists'
#   comment_magics false: '# cat the two lists\nboth = [1] + [2]'
#
# FINDINGS_PYTHON: a Python that already has these versions; without it they are
# installed into a temporary folder.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
packages=(jupytext==1.19.6 nbformat==5.11.1)
python=${FINDINGS_PYTHON:-$work/venv/bin/python}
if [ -z "${FINDINGS_PYTHON:-}" ]; then
  python3 -m venv "$work/venv"
  "$python" -m pip install --quiet --no-compile "${packages[@]}"
fi
"$python" - "${packages[@]}" <<'PYTHON'
import sys
from importlib.metadata import version

for name, wanted in (pin.split("==") for pin in sys.argv[1:]):
    found = version(name).split("+")[0]
    assert found == wanted, f"{name} is {found}, not {wanted}"
PYTHON

cat >"$work/show.py" <<'PYTHON'
import jupytext

source = """# %%
# cat the two lists
both = [1] + [2]

# %%
# copy of the data
copy = both[:]

# %%
# join the two lists
"""
cells = [cell.source for cell in jupytext.reads(source, "py:percent").cells]
for cell in cells:
    print(repr(cell))
assert cells[0].startswith("cat the two lists")
assert cells[1].startswith("copy of the data")
assert cells[2].startswith("# join")
off = jupytext.reads("# ---\n# jupyter:\n#   jupytext:\n#     comment_magics: false\n# ---\n\n" + source, "py:percent")
print("comment_magics false:", repr(off.cells[0].source))
assert off.cells[0].source.startswith("# cat")
PYTHON

cd "$work"
"$python" show.py 2>"$work/log" || { cat "$work/log"; exit 1; }
