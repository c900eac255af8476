"""Chromium, opened on a site's first page; the site's own scripts stay out."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Route, async_playwright

from hamgasht.core.errors import HamgashtError

HOME = "index.html"
# The width of the text on paper, in CSS pixels: A4 less the margins in book.css.
_WIDTH = 643


def use_site(
    browser: str,
    flags: list[str],
    site: Path,
    work: Callable[[Page], Awaitable[Any]],
    *,
    limit: float,
) -> Any:
    """Return what a piece of work gives on the first page of a site.

    Args:
        browser: The path of Chromium.
        flags: What to start it with.
        site: The folder of one language's site.
        work: Gets the open page.
        limit: Seconds for all of it; a browser that hangs says nothing.

    Raises:
        HamgashtError: It took too long.
        playwright.async_api.Error: Chromium failed.
    """

    async def use() -> Any:
        async with async_playwright() as playwright:
            started = await playwright.chromium.launch(
                executable_path=browser, args=flags
            )
            try:
                page = await started.new_page(
                    color_scheme="light",
                    reduced_motion="reduce",
                    viewport={"width": _WIDTH, "height": 900},
                )
                # Pages are complete without the site's scripts; ours meet no other.
                await page.route("**/*", _without_scripts)
                await page.goto((site / HOME).resolve().as_uri())
                return await asyncio.wait_for(work(page), limit)
            except TimeoutError:
                raise HamgashtError(
                    site.name,
                    "book",
                    f"the browser had not printed it after {limit} s",
                    "try again; if it fails again, install another version",
                ) from None
            finally:
                await started.close()

    return asyncio.run(use())


async def call(page: Page, scripts: list[Path], name: str, argument: Any = None) -> Any:
    """Return what a function gives in the page.

    Args:
        page: The open page.
        scripts: Files that hold an object of functions each; a later one may call
            those of an earlier one.
        name: The function.
        argument: What it gets.
    """
    objects = ", ".join(f"...{path.read_text(encoding='utf-8')}" for path in scripts)
    return await page.evaluate(
        f"(argument) => ({{{objects}}}).{name}(argument)", argument
    )


async def _without_scripts(route: Route) -> None:
    if route.request.resource_type == "script":
        await route.abort()
    else:
        await route.continue_()
