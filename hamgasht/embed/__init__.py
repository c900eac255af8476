"""The Python-Markdown extension that puts snippets' outputs on pages.

Takes in Markdown with ``/// cell`` blocks, inline values ``[[group/stem.value]]``
and ``$formulas$``; gives out HTML in the page's language. List it last under
``markdown_extensions``; it works in any tool that speaks Python-Markdown.
"""

from typing import Any

from hamgasht.embed.extension import EmbedExtension

__all__ = ["EmbedExtension", "makeExtension"]


def makeExtension(**options: Any) -> EmbedExtension:  # noqa: N802
    """Return the extension, under the name that Python-Markdown looks for.

    Args:
        **options: ``language``, ``root``, ``page``, ``on_stale``; see
            :class:`EmbedExtension`.
    """
    return EmbedExtension(**options)
