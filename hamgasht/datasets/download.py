"""Downloads that go on where they were broken off, or end in one line that says why."""

import errno
from collections.abc import Callable
from pathlib import Path

from hamgasht.core.errors import DataError, one_line

OTHERWISE = (
    "download it in a browser and give it with --from, "
    "or take the generated stand-in with --synthetic"
)
"""What to do when a download will not come."""

TIMEOUT = (20.0, 60.0)
"""Seconds to wait for the connection, and between two pieces."""

RETRIES = 3
_FULL = (errno.ENOSPC, errno.EDQUOT)


def fetch(
    url: str,
    target: Path,
    *,
    name: str,
    tell: Callable[[int, int | None], None] = lambda done, total: None,
) -> Path:
    """Download a file; bytes that are here already are not fetched again.

    Args:
        url: The address, of Google Drive or any other.
        target: The file to make. While it is not whole, its bytes lie beside it in
            a file that ends with ``.part``.
        name: What errors call it.
        tell: Called with how many bytes are here, and how many there are to be.

    Raises:
        DataError: The host refuses, the network breaks, or the disk is full.
    """
    import requests
    from gdown.exceptions import DownloadError, FileURLRetrievalError

    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _download(url, target, tell)
    except FileURLRetrievalError as error:
        problem = f"Google Drive does not hand it out now: {_reason(error)}"
        fix = f"try again in a day, or {OTHERWISE}"
        raise DataError(name, url, problem, fix) from None
    except requests.RequestException as error:
        problem = f"it cannot be reached: {_network(error)}"
        fix = f"fix the network and run again, or {OTHERWISE}"
        raise DataError(name, url, problem, fix) from None
    except DownloadError as error:
        problem = f"the connection broke: {_reason(error)}"
        fix = f"run again, which goes on from there, or {OTHERWISE}"
        raise DataError(name, url, problem, fix) from None
    except OSError as error:
        raise disk_error(error, name) from None
    if _is_page(target):
        target.unlink()
        problem = "a web page came in its place, as when too many have downloaded it"
        fix = f"try again in a day, or {OTHERWISE}"
        raise DataError(name, url, problem, fix)
    return target


def disk_error(error: OSError, name: str) -> DataError:
    """Return the error for a disk that refuses.

    Args:
        error: What the system said.
        name: What was being written.
    """
    if error.errno in _FULL:
        return DataError(
            name,
            "",
            "the disk is full",
            "make room (1 GB is enough for both sets) and run again; "
            "what was downloaded is kept",
        )
    return DataError(
        name,
        "",
        f"it cannot be read or written: {error.strerror or error}",
        "make the file and the folders data/ and .hamgasht/ accessible",
    )


def _download(url: str, target: Path, tell: Callable[[int, int | None], None]) -> None:
    """Download by gdown; where a host cannot go on, begin anew, once."""
    import gdown
    from gdown.exceptions import DownloadError

    def once() -> None:
        gdown.download(
            url=url,
            output=str(target),
            quiet=True,
            use_cookies=False,
            resume=True,
            progress=tell,
            timeout=TIMEOUT,
            retries=RETRIES,
        )

    try:
        once()
    except DownloadError as error:
        if "byte range" not in str(error):
            raise
        for part in target.parent.glob(f"{target.name}*.part"):
            part.unlink()
        once()


def _is_page(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(64).lstrip().lower().startswith((b"<!doctype", b"<html"))


def _reason(error: Exception) -> str:
    """Return what an error of gdown says, without advice and paths of its own."""
    if str(error).startswith("Download failed after") and error.__cause__:
        return _network(error.__cause__)
    text = one_line(str(error)).removeprefix("Failed to retrieve file url: ")
    for advice in ("You may still be able", "The received bytes"):
        text = text.partition(advice)[0]
    return text.strip(" .") or "it gave no reason"


def _network(error: Exception) -> str:
    """Return what is wrong with the network, in a few words."""
    response = getattr(error, "response", None)
    if response is not None:
        return f"it answers {response.status_code} {response.reason}"
    return type(error).__name__
