"""Firefox and WebKitGTK, driven by the protocol that each speaks by itself.

Firefox listens to Marionette, WebKit's driver to WebDriver over HTTP; the commands are
the same, so that one class with two ways to send them is enough. Debian has no package
of geckodriver, which Selenium would need.
"""

import base64
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

START_SECONDS = 60
_FIREFOX_PREFS = {
    "marionette.port": 0,  # a free one, which it writes into its profile
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",  # nothing listens there: only the site is found
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
}


class EngineError(Exception):
    """A browser did not start, or refused a command."""


class Engine:
    """A page in a browser.

    Args:
        send: Sends a WebDriver command by name with its parameters, returns its value.
    """

    def __init__(self, send: Callable[[str, dict[str, Any]], Any]) -> None:
        self._send = send

    def open(self, url: str) -> None:
        """Load an address and wait until it has loaded."""
        self._send("Navigate", {"url": url})

    def run(self, body: str, *args: Any) -> Any:
        """Return what the body of a function returns in the page; promises settle."""
        return self._send("ExecuteScript", {"script": body, "args": list(args)})

    def picture(self) -> bytes:
        """Return a PNG of what the window shows."""
        return base64.b64decode(self._send("TakeScreenshot", {}))


@contextmanager
def firefox(binary: str) -> Iterator[Engine]:
    """Start Firefox without a window of its own."""
    with tempfile.TemporaryDirectory(prefix="hamgasht-firefox-") as folder:
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in _FIREFOX_PREFS.items()
        )
        (Path(folder) / "user.js").write_text("".join(lines), encoding="utf-8")
        command = [binary, "--headless", "--marionette", "--no-remote"]
        with _process([*command, "--profile", folder]):
            port = _wait(
                lambda: int((Path(folder) / "MarionetteActivePort").read_text())
            )
            with _wait(lambda: socket.create_connection(("127.0.0.1", port))) as line:
                send = _marionette(line)
                send("NewSession", {})
                yield Engine(send)


def _marionette(line: socket.socket) -> Callable[[str, dict[str, Any]], Any]:
    """Return what sends commands as ``LENGTH:[0, id, command, parameters]``."""
    stream = line.makefile("rb")

    def receive() -> Any:
        length = b""
        while (digit := stream.read(1)) != b":":
            if not digit:
                raise EngineError("Firefox has ended")
            length += digit
        return json.loads(stream.read(int(length)))

    def send(command: str, parameters: dict[str, Any]) -> Any:
        if command == "TakeScreenshot":
            parameters = {"full": False}
        message = json.dumps([0, 1, f"WebDriver:{command}", parameters]).encode()
        line.sendall(b"%d:%s" % (len(message), message))
        _, _, error, result = receive()
        if error:
            raise EngineError(f"{error['error']}: {error['message']}")
        return result.get("value") if result else None

    receive()  # its greeting
    return send


@contextmanager
def webkit(driver: str, xvfb: str) -> Iterator[Engine]:
    """Start WebKitGTK's MiniBrowser on a display that nobody sees."""
    with _process(
        [xvfb, "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
    ) as display:
        number = display.stdout.readline().decode().strip()
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        environment = os.environ | {"DISPLAY": f":{number}", "GDK_BACKEND": "x11"}
        with _process([driver, f"--port={port}"], env=environment):
            url = f"http://127.0.0.1:{port}"
            _wait(lambda: _http(f"{url}/status"))
            session = _http(f"{url}/session", {"capabilities": {}})
            url += f"/session/{session['sessionId']}"

            def send(command: str, parameters: dict[str, Any]) -> Any:
                way = {
                    "Navigate": "url",
                    "ExecuteScript": "execute/sync",
                    "TakeScreenshot": "screenshot",
                }[command]
                return _http(f"{url}/{way}", parameters or None)

            try:
                yield Engine(send)
            finally:
                urllib.request.urlopen(urllib.request.Request(url, method="DELETE"))


def _http(url: str, parameters: dict[str, Any] | None = None) -> Any:
    body = None if parameters is None else json.dumps(parameters).encode()
    try:
        with urllib.request.urlopen(url, body, timeout=START_SECONDS) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise EngineError(error.read().decode()) from None


@contextmanager
def _process(command: list[str], **options: Any) -> Iterator[subprocess.Popen]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | options
    with subprocess.Popen(command, **quiet) as started:
        try:
            yield started
        finally:
            started.terminate()
            try:
                started.wait(START_SECONDS)
            except subprocess.TimeoutExpired:
                started.kill()


def _wait(attempt: Callable[[], Any]) -> Any:
    """Return what an attempt returns once it no longer fails."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return attempt()
        except (OSError, ValueError):
            if time.monotonic() > deadline:
                raise EngineError("the browser did not start") from None
            time.sleep(0.1)
