"""The Python-Markdown extension that puts snippets' outputs on pages.

It works in any tool that speaks Python-Markdown; list it last under
``markdown_extensions``.
"""

from typing import Any

from hamgasht.embed.extension import EmbedExtension

__all__ = ["EmbedExtension", "makeExtension"]


def makeExtension(**options: Any) -> EmbedExtension:  # noqa: N802
    """Return the extension, under the name that Python-Markdown looks for.

    Args:
        **options: As :class:`EmbedExtension` takes them.
    """
    return EmbedExtension(**options)
