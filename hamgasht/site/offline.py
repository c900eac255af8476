"""What a reader may keep of a site, to read it without a network.

Takes in the folder of a built site; gives out one list of the files that its pages
need, each with its size and the digest of its bytes. A service worker answers from
what is kept (``docs/theme/sw.js``), and a script keeps it: only what has another
digest than before is fetched again (``docs/theme/assets/js/reader/offline.js``).
"""

import hashlib
import json
from pathlib import Path

from hamgasht.site import downloads

NAME = "offline.json"
KEPT = {".bib", ".css", ".html", ".js", ".json", ".md", ".py", ".svg", ".webp"}
KEPT |= {".woff2", ".xml"}
"""What pages are made of, and the code that they show; no data and no notebooks."""

_LEFT_OUT = (".manifest.json", ".provenance.json")
_DIGITS = 32  # of a digest, in hexadecimal


def write_list(site: Path, *, others: tuple[str, ...] = ()) -> None:
    """Write the list of a site's files into its folder.

    Args:
        site: The folder of a site, complete but for this list.
        others: Folders in it that belong to other sites.
    """
    files = {}
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.is_file() and _is_kept(path, name, others):
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:_DIGITS]
            files[name] = [digest, len(content)]
    text = _json(files)
    whole = {
        "version": hashlib.sha256(text.encode()).hexdigest()[:_DIGITS],
        "bytes": sum(dict(files.values()).values()),
        "files": files,
    }
    (site / NAME).write_text(_json(whole), encoding="utf-8")


def _is_kept(path: Path, name: str, others: tuple[str, ...]) -> bool:
    return (
        path.suffix in KEPT
        and name not in (NAME, "sw.js")
        and not name.endswith(_LEFT_OUT)
        and "/artefacts/" not in name
        and name.partition("/")[0] not in (downloads.FOLDER, *others)
    )


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
