"""Both sites shown live: each saved file has them built again."""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from hamgasht.core.errors import HamgashtError
from hamgasht.core.paths import OUTPUTS, SNIPPETS
from hamgasht.site.build import SITES, SiteError, build_sites


def serve_sites(
    root: Path, host: str, port: int, *, echo: Callable[[str], object] = print
) -> None:
    """Show both sites on one address, and build them again after every edit.

    Returns when interrupted from the keyboard.

    Args:
        root: The project's root.
        host: The address to listen on.
        port: The port to listen on.
        echo: Called with each line that the person should see.

    Raises:
        HamgashtError: The first build fails, or the port is taken. A later build
            that fails is told in one line, and the last good pages stay.
    """
    from properdocs.exceptions import Abort
    from properdocs.livereload import LiveReloadServer

    with tempfile.TemporaryDirectory(prefix="hamgasht-") as folder:
        shown = Path(folder, "site")
        build_sites(root, shown, strict=False, say=echo)

        def rebuild() -> None:
            started = time.monotonic()
            echo("A file changed.")
            try:
                built = build_sites(root, shown, strict=False, say=echo)
            except HamgashtError as error:
                notes = getattr(error, "__notes__", ())
                raise Abort("\n".join([str(error), *notes])) from error
            seconds = time.monotonic() - started
            echo(f"Built again in {seconds:.1f} s." if built else "No page did.")

        server = LiveReloadServer(rebuild, host, port, str(shown))
        server.error_handler = lambda code: _error_page(shown, code)
        for watched in _watched(root):
            server.watch(str(watched))
        echo(f"Persian: {server.url}   English: {server.url}en/   Stop: Ctrl-C")
        try:
            server.serve()
        except KeyboardInterrupt:
            echo("Stopped.")
        except OSError as error:
            raise SiteError(
                f"{host}:{port}",
                "",
                f"the address cannot be listened on: {error}",
                "name a free port with --port",
            ) from error
        finally:
            server.shutdown()


def _watched(root: Path) -> Iterator[Path]:
    """Yield the files and folders that a page is made of."""
    shared = ("fa", "en", "theme", "glossary.yml", "references.bib")
    yield from (root / "docs" / part for part in shared)
    yield from (root / part for part in (OUTPUTS, SNIPPETS))
    yield from (root / name for name, _ in SITES)


def _error_page(shown: Path, code: int) -> bytes | None:
    page = shown / f"{code}.html"
    return page.read_bytes() if page.is_file() else None
