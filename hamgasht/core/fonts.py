"""The style of figures, and the fonts that they share with the pages."""

from pathlib import Path

ASSETS = Path(__file__).parents[1] / "assets"
STYLE_FILE = ASSETS / "style.mplstyle"
FONTS = {"en": "Inter", "fa": "Vazirmatn"}


def install_fonts() -> None:
    """Make the pages' own fonts known to Matplotlib, so that boxes fit."""
    import logging

    from matplotlib import font_manager

    # "Building the font cache" is news about this machine, not about the snippet.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    for path in sorted((ASSETS / "fonts").glob("*.ttf")):
        font_manager.fontManager.addfont(path)
