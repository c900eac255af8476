"""What a reader can take along: an archive of all code.

Takes in files by name, or recorded runs; gives out archives whose bytes are the same
for equal contents.
"""

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from hamgasht.outputs import Recorded

FOLDER = "downloads"
"""Where these files lie in a site."""

CODE = "hamgasht-code.zip"
OFFERED = (CODE,)
"""The order in which they are offered."""

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that an archive can hold
_LICENCES = ("LICENSE", "LICENSE-TEXT")
_NEEDED = "# the snippets"
_VIEWER = "jupyterlab"
_READ_ME = {
    "en": """\
Hamgasht: all code of the course, as executed notebooks and as plain Python.

  GROUP/NAME.ipynb   a notebook with what it printed
  GROUP/NAME.py      the same code; runs alone with: python NAME.py
  GROUP/artefacts/   what trainings left, for the notebooks that draw from it

Each runs in its own folder, from top to bottom. With Python 3.11 or later:

  python3 -m venv .venv
  .venv/bin/pip install -r requirements.txt
  .venv/bin/jupyter lab

On Windows: py -m venv .venv, then .venv\\Scripts\\pip and .venv\\Scripts\\jupyter.
What needs a data set fetches it into data/ beside it, at its first run.

Code: MIT (LICENSE). Text and figures: CC BY 4.0 (LICENSE-TEXT).
""",
    "fa": """\
همگشت: همهٔ کدهای درس، هم دفترچهٔ اجراشده و هم پایتون ساده.

  GROUP/NAME.ipynb   دفترچه با آنچه چاپ کرده است
  GROUP/NAME.py      همان کد؛ به‌تنهایی با python NAME.py اجرا می‌شود
  GROUP/artefacts/   آنچه از آموزش‌ها مانده، برای دفترچه‌هایی که نمودارش را می‌کشند

هر کدام در پوشهٔ خودش از آغاز تا پایان اجرا می‌شود. با پایتون ۳٫۱۱ یا تازه‌تر:

  python3 -m venv .venv
  .venv/bin/pip install -r requirements.txt
  .venv/bin/jupyter lab

در ویندوز: py -m venv .venv و سپس .venv\\Scripts\\pip و .venv\\Scripts\\jupyter
آنچه مجموعه‌داده می‌خواهد، نخستین بار خودش آن را در data/ کنار خود می‌گیرد.

پروانهٔ کد MIT (LICENSE) و پروانهٔ متن و نمودارها CC BY 4.0 (LICENSE-TEXT) است.
""",
}


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files: the same bytes for the same files.

    Args:
        files: Contents by path in the archive.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.create_system = 3  # whatever machine packs it
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=9)
    return packed.getvalue()


def folder_files(folder: Path, prefix: str) -> dict[str, bytes]:
    """Return a folder's files, to be packed under another name.

    Args:
        folder: The folder.
        prefix: The name of the folder in the archive.
    """
    return {
        f"{prefix}/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def code_archive(
    root: Path, runs: Mapping[str, tuple[Recorded, str]], language: str
) -> bytes:
    """Return all notebooks, sources and small artefacts of the course.

    Args:
        root: The project's root.
        runs: Recorded runs with their notebook's text in this language, by id.
        language: ``fa`` or ``en``, for what the archive says of itself.
    """
    files = {
        "README.txt": _READ_ME[language].encode(),
        "requirements.txt": _requirements(root).encode(),
    }
    for name in _LICENCES:
        if (root / name).is_file():
            files[name] = (root / name).read_bytes()
    for snippet_id, (recorded, notebook) in runs.items():
        base = PurePosixPath(snippet_id)
        files[f"{base}.ipynb"] = notebook.encode()
        files[f"{base}.py"] = recorded.source_path.read_bytes()
        for path in recorded.source_path.parent.glob("_*.py"):  # what it may import
            files[f"{base.parent}/{path.name}"] = path.read_bytes()
        artefacts = recorded.path / "artefacts"
        files |= folder_files(artefacts, f"{base.parent}/artefacts/{base.name}")
    stem = PurePosixPath(CODE).stem
    return pack({f"{stem}/{name}": content for name, content in files.items()})


def _requirements(root: Path) -> str:
    """Return what ``requirements.txt`` asks for the snippets, and a viewer."""
    path = root / "requirements.txt"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    section = text.partition(f"{_NEEDED}\n")[2].partition("\n\n")[0]
    lines = [re.sub(r"\s+#.*", "", line) for line in section.splitlines()]
    return "\n".join([*lines, _VIEWER]) + "\n"
