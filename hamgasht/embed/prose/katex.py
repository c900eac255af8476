"""TeX typeset by KaTeX: HTML for the eye with MathML for the screen reader.

KaTeX runs inside Python (mini-racer), one context for the whole process.
"""

import ctypes
from functools import lru_cache
from typing import Any

from hamgasht.core.fonts import ASSETS

KATEX = ASSETS / "katex" / "katex.min.js"

# Persian words in \text{...} are allowed: the page's own font shows them, so KaTeX
# has no metrics for them (Persian digits are not: mathematics has Latin ones).
# A command that KaTeX distrusts comes out in the error colour. Everything else that
# LaTeX would refuse is an error.
_RENDER = r"""
function hamgashtRender(tex, display) {
  const strict = (code, message) =>
    (code === "symbolNotInFont" || code === "unknownSymbol") &&
    /[\u0600-\u065f\u066e-\u06ef\u200c\u200d]/.test(message) ? "ignore" : "error";
  try {
    const html = katex.renderToString(tex, {
      displayMode: display, output: "htmlAndMathml", throwOnError: true,
      strict: strict, trust: false, errorColor: "#badbad" });
    return html.includes("#badbad") ? ["a command that is not allowed", ""]
                                    : ["", html];
  } catch (error) {
    return [String(error.message || error), ""];
  }
}
"""


class FormulaError(ValueError):
    """KaTeX refuses a formula; the message is KaTeX's own."""


@lru_cache(maxsize=4096)
def render(tex: str, *, display: bool = False) -> str:
    """Return a formula as HTML.

    Args:
        tex: The formula, without dollar signs.
        display: Whether it stands on a line of its own.

    Raises:
        FormulaError: The formula is wrong, or KaTeX would have to guess.
    """
    problem, html = list(_context().call("hamgashtRender", tex, display))
    if problem:
        raise FormulaError(problem.removeprefix("KaTeX parse error: "))
    return html


@lru_cache(maxsize=1)
def _context() -> Any:
    from py_mini_racer import MiniRacer

    context = MiniRacer()
    # Never freed: with mini-racer 0.14 that crashed the end of a process of Zensical's.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(context))
    context.eval(KATEX.read_text(encoding="utf-8") + ";0")
    context.eval(_RENDER + ";0")
    return context
