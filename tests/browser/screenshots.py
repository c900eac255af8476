"""Take the README's screenshots: one Persian page, one English page.

Takes in a built site; gives out ``.github/page.fa.webp`` and ``page.en.webp``. Run it
after a change of the pages' looks: ``python tests/browser/screenshots.py site``.
"""

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from browser.built import LANGUAGES, Page, Site  # noqa: E402
from browser.conftest import BROWSERS, FLAGS, serve  # noqa: E402

CHAPTER = "q2-convolution-by-hand.html"
SIZE = {"width": 1280, "height": 1000}
LIMIT = 200_000


def main(folder: str) -> None:
    """Photograph the chapter on convolution, where its first figure stands."""
    site = Site(Path(folder).resolve())
    chromium = next(filter(None, map(shutil.which, BROWSERS)))
    serving = serve(site)
    served = next(serving)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for language in LANGUAGES:
            prefix = "en/" if language == "en" else ""
            view = browser.new_page(viewport=SIZE, device_scale_factor=1.25)
            view.goto(served.url(Page(site, prefix + CHAPTER)))
            view.evaluate("document.fonts.ready.then(() => true)")
            view.evaluate(
                "window.scrollTo(0, document.querySelector('article figure')"
                ".getBoundingClientRect().top + scrollY - 160)"
            )
            view.wait_for_timeout(500)
            target = ROOT / ".github" / f"page.{language}.webp"
            target.parent.mkdir(exist_ok=True)
            shot = Image.open(io.BytesIO(view.screenshot()))
            shot.convert("RGB").save(target, "WEBP", quality=80, method=6)
            size = target.stat().st_size
            print(f"{target.relative_to(ROOT)}: {size} bytes")
            if size > LIMIT:
                sys.exit(f"{target.name} is over {LIMIT} bytes: make it smaller")
        browser.close()
    serving.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "site"))
