"""Lighthouse's scores, mobile preset, of a built site; prints one table.

    npm install --prefix /tmp/lighthouse lighthouse@12
    python tests/benchmarks/lighthouse.py site --program /tmp/lighthouse

Home, the chapters with the most HTML and a notebook page are visited in both
languages, or the pages named with ``--page``. They come from a server on this machine
that compresses and sets caching as GitHub Pages does. Performance is the median of
several visits; Lighthouse slows network and processor down in its model, so a machine
that is busy with other work has lower scores.
"""

import argparse
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
TIMES = {
    "first-contentful-paint": "FCP",
    "largest-contentful-paint": "LCP",
    "speed-index": "SI",
    "total-blocking-time": "TBT",
    "cumulative-layout-shift": "CLS",
    "total-byte-weight": "bytes",
}
NOTEBOOK = "notebooks/q1_optimizers/update_rules.html"
COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".txt", ".xml")
FLAGS = "--headless=new --no-sandbox --disable-dev-shm-usage"


@lru_cache(maxsize=256)
def packed(path: str) -> bytes:
    """Return a file's bytes as a host sends them."""
    return gzip.compress(Path(path).read_bytes(), 6)


class Host(SimpleHTTPRequestHandler):
    """Serves files as GitHub Pages does: compressed, kept for ten minutes."""

    protocol_version = "HTTP/1.1"

    def send_head(self) -> Any:
        """Send the head; return what is to be sent after it."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if path.suffix not in COMPRESSED or not path.is_file():
            return super().send_head()
        body = packed(str(path))
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return BytesIO(body)

    def guess_type(self, path: Any) -> str:
        """Return the media type, with the letters' encoding."""
        kind = super().guess_type(path)
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind

    def end_headers(self) -> None:
        """Add how long the answer may be kept."""
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def heaviest(site: Path) -> str:
    """Return the chapter that is the most HTML."""
    return max(site.glob("q*.html"), key=lambda path: path.stat().st_size).name


def visit(program: str, url: str, limit: int) -> dict[str, Any]:
    """Return Lighthouse's report on one visit."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "report.json")
        subprocess.run(
            [
                program,
                url,
                "--quiet",
                "--output=json",
                f"--output-path={out}",
                f"--only-categories={','.join(CATEGORIES)}",
                f"--chrome-flags={FLAGS}",
            ],
            check=True,
            timeout=limit,
            stdin=subprocess.DEVNULL,
            env={"CHROME_PATH": "/usr/bin/chromium", **os.environ},
        )
        return json.loads(out.read_text(encoding="utf-8"))


def line_of(name: str, reports: list[dict[str, Any]]) -> str:
    """Return a page's line of the table; print what its last visit found wanting."""
    scores = [
        round(100 * min(_scores(reports, category)))
        if category != "performance"
        else round(100 * statistics.median(_scores(reports, category)))
        for category in CATEGORIES
    ]
    audits = reports[-1]["audits"]
    times = [audits[audit]["displayValue"].split("was ")[-1] for audit in TIMES]
    for audit in audits.values():
        if audit["score"] is not None and audit["score"] < 0.9:
            print(f"  {audit['id']}: {audit['title']}", file=sys.stderr)
    return f"| {name} | {' | '.join(map(str, [*scores, *times]))} |"


def _scores(reports: list[dict[str, Any]], category: str) -> list[float]:
    return [report["categories"][category]["score"] for report in reports]


def main() -> None:
    """Visit the pages and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", type=Path, help="the folder of the built site")
    parser.add_argument("--program", type=Path, default=Path("/tmp/lighthouse"))
    parser.add_argument("--page", action="append", help="a path in the site")
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--limit", type=int, default=120, help="seconds for one visit")
    parser.add_argument("--keep", type=Path, help="a folder for the last reports")
    given = parser.parse_args()
    site = given.site.resolve()
    pages = given.page or [
        f"{language}{page}"
        for page in ("index.html", heaviest(site), NOTEBOOK)
        for language in ("", "en/")
    ]
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    program = str(given.program / "node_modules/.bin/lighthouse")
    heads = ["page", *CATEGORIES, *TIMES.values()]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}", flush=True)
    for page in pages:
        url = f"http://127.0.0.1:{server.server_port}/{page}"
        reports = [visit(program, url, given.limit) for _ in range(given.visits)]
        print(line_of(page, reports), flush=True)
        if given.keep:
            name = page.replace("/", "-").removesuffix(".html")
            text = json.dumps(reports[-1])
            (given.keep / f"{name}.json").write_text(text, encoding="utf-8")
    server.shutdown()


if __name__ == "__main__":
    main()
