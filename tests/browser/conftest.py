"""The built site on a loopback server, and Chromium to look at it.

Where Chromium, Java, Node or a checker is missing, the tests that need it are skipped
with the reason; with ``REQUIRE_BROWSER=1``, as CI sets it, they fail instead.
"""

import base64
import functools
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Request, sync_playwright
from playwright.sync_api import Page as BrowserPage

from browser import engines
from browser.built import Page, Site
from browser.engines import Engine

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    # Whatever is not ours fails at once and is seen, instead of reaching a network.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
CHECKERS = Path(__file__).resolve().parent / "node_modules"
GET_CHECKERS = "run 'npm ci --prefix tests/browser --ignore-scripts'"
SETTLED = """() => new Promise((settled) => {
    const look = () => {
        const reader = typeof hamgashtReader === 'object' && hamgashtReader.settled;
        const works = document.documentElement.classList.contains("js");
        if (!reader && works) return setTimeout(look, 20);
        Promise.resolve(reader).then(() => {
            document.documentElement.classList.add("hg-whole-page");
            dispatchEvent(new HashChangeEvent("hashchange"));
            settled();
        });
    };
    look();
})"""
"""Waits for the scripts, and has all laid out, as for a reader who asks for a place."""

# Playwright waits for a promise without end; WebDriver's own limit is 30 seconds.
TOO_LONG = """() => new Promise((_, fail) => {
    setTimeout(() => fail(new Error("no answer of a script in 30 s")), 30_000);
})"""

DESKTOP = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs Chromium, so that ``-m "not browser"`` leaves it out."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def absent(reason: str) -> None:
    """Skip a test for what is missing, or fail where nothing may be."""
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"REQUIRE_BROWSER=1, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium or Chrome."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        absent(f"no browser is on the PATH: install one of {', '.join(BROWSERS)}")
    return str(found)


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    script = CHECKERS / "axe-core" / "axe.min.js"
    if not script.is_file():
        absent(f"axe-core is missing: {GET_CHECKERS}")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def vnu() -> list[str]:
    """The command that checks HTML."""
    jar = CHECKERS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    java = shutil.which("java")
    if java is None:
        absent("Java is missing: install a JRE, 17 or later")
    if not jar.is_file():
        absent(f"vnu-jar is missing: {GET_CHECKERS}")
    return [str(java), "-Xss2m", "-jar", str(jar)]


@pytest.fixture(scope="session")
def virastar() -> list[str]:
    """Node, and the script of Virastar, which edits Persian."""
    script = CHECKERS / "virastar" / "lib" / "virastar.js"
    node = shutil.which("node")
    if node is None:
        absent("Node is missing: install Node.js")
    if not script.is_file():
        absent(f"Virastar is missing: {GET_CHECKERS}")
    return [str(node), str(script)]


# Playwright keeps an event loop running in this thread for as long as it is started:
# it ends with this folder's tests, before others start loops of their own.
@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Chromium, started once for this folder's tests in each test process."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


class _Handler(SimpleHTTPRequestHandler):
    """Serves a built site as a web host does, its own pages for wrong addresses."""

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        self.site = site
        super().__init__(*args, directory=str(site.folder), **kwargs)

    def translate_path(self, path: str) -> str:
        plain = unquote(urlsplit(path).path)
        if plain.startswith(self.site.base):
            return super().translate_path("/" + plain.removeprefix(self.site.base))
        return str(self.site.folder / "no such place")

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        if code != HTTPStatus.NOT_FOUND:
            super().send_error(code, message, explain)
            return
        english = self.path.startswith(f"{self.site.base}en/")
        page = self.site.folder / ("en/404.html" if english else "404.html")
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        # Pages always anew; what they share once for each test's tabs.
        page = self.path.partition("?")[0].endswith((".html", "/"))
        self.send_header("Cache-Control", "no-store" if page else "max-age=3600")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@dataclass
class Served:
    """A site with an address on this machine.

    Attributes:
        site: The site.
        origin: Scheme, host and port.
    """

    site: Site
    origin: str

    def url(self, page: Page | str) -> str:
        """Return the address of a page, or of a path below the site's own."""
        path = page.path if isinstance(page, Page) else self.site.base + page
        return self.origin + path


def serve(site: Site) -> Iterator[Served]:
    """Serve a site on loopback while the generator is held."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, site=site))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Served(site, f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def served(built: Site) -> Iterator[Served]:
    """Both sites, served."""
    yield from serve(built)


@dataclass
class Tab:
    """A browser tab that keeps account of what goes wrong in it.

    Attributes:
        page: Playwright's page.
        served: The site that it looks at.
        outside: Addresses of other hosts that a page asked for.
        errors: What reached the console as an error, and uncaught exceptions.
        loaded: Paths of our own host that were asked for.
    """

    page: BrowserPage
    served: Served
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._on_request)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self._note(f"uncaught: {error}"))

    def open(self, page: Page | str, *, details: bool = True) -> None:
        """Go to a page and wait until its fonts are there and its end is laid out.

        Args:
            page: The page, or a path below the site's own.
            details: Whether to open what is folded, answers for example.
        """
        self.page.goto(self.served.url(page), wait_until="load")
        self.page.evaluate("document.fonts.ready.then(() => true)")
        self.page.evaluate(SETTLED)
        if details:
            self.page.evaluate(
                "document.querySelectorAll('article details')"
                ".forEach((item) => { item.open = true; })"
            )

    def forget(self) -> None:
        """Start a new account."""
        self.outside, self.errors, self.loaded = [], [], []

    def run(self, script: str, argument: Any = None) -> Any:
        """Return what a JavaScript function gives in the page."""
        return self.page.evaluate(script, argument)

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        ours = urlsplit(self.served.origin).netloc
        if address.netloc == ours:
            self.loaded.append(address.path)
        elif address.scheme not in ("data", "blob"):
            self.outside.append(f"{self.page.url}: {request.url}")

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"{message.text} ({message.location.get('url', '')})")

    def _note(self, error: str) -> None:
        self.errors.append(f"{self.page.url}: {error}")


@pytest.fixture(scope="package")
def looks(
    browser: Browser,
    served: Served,
    once: Callable[[str, Callable[[Path], None]], Path],
) -> Callable[[str], list[Any]]:
    """Give the looks at a language's pages, each visited once, see looks.py.

    Of the notebooks, which are made alike, a sample; a release is tested on all.
    """
    from browser.looks import Look, load_looks, look_at, save_looks

    @functools.cache
    def of(language: str) -> list[Look]:
        def visit(folder: Path) -> None:
            options = {"viewport": DESKTOP, "reduced_motion": "reduce"}
            with browser.new_context(**options) as context:
                tab = Tab(context.new_page(), served)
                pages = served.site.sample(language)
                pages = [page for page in pages if not page.is_missing_page]
                save_looks(look_at(tab, pages), folder)

        return load_looks(once(f"looks-{language}", visit), served.site)

    return of


@pytest.fixture
def new_tab(browser: Browser, served: Served) -> Iterator[Callable[..., Tab]]:
    """Open tabs, each in a context of its own; all are closed after the test.

    The function takes what Playwright's ``new_context`` takes, and ``served`` to
    look at another site than the built one.
    """
    contexts = []

    def open_tab(*, served: Served = served, **options: Any) -> Tab:
        options = {"viewport": DESKTOP, "reduced_motion": "reduce", **options}
        context = browser.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Tab(context.new_page(), served)

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def tab(new_tab: Callable[..., Tab]) -> Tab:
    """One tab, wide, in the light scheme."""
    return new_tab()


@contextmanager
def _chromium(browser: Browser) -> Iterator[Engine]:
    with browser.new_context(viewport=DESKTOP) as context:
        page = context.new_page()

        def send(command: str, parameters: dict[str, Any]) -> Any:
            if command == "Navigate":
                return page.goto(parameters["url"]) and None
            if command == "TakeScreenshot":
                return base64.b64encode(page.screenshot())
            body = f"(given) => (function () {{{parameters['script']}}})(...given)"
            limited = f"(given) => Promise.race([({body})(given), ({TOO_LONG})()])"
            return page.evaluate(limited, parameters["args"])

        yield Engine(send)


@pytest.fixture(scope="module", params=["chromium", "firefox", "webkit"])
def engine(
    request: pytest.FixtureRequest, browser: Browser, served: Served
) -> Iterator[Engine]:
    """A browser at a Persian page of the site."""

    def program(*names: str) -> str:
        found = next(filter(None, map(shutil.which, names)), None)
        if not found:
            absent(f"{names[0]} is not on the PATH")
        return str(found)

    if request.param == "chromium":
        started = _chromium(browser)
    elif request.param == "firefox":
        started = engines.firefox(program("firefox-esr", "firefox"))
    else:
        started = engines.webkit(program("WebKitWebDriver"), program("Xvfb"))
    with started as engine:
        engine.open(served.url("index.html"))
        yield engine
