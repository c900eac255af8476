"""Hamgasht's engine: runs snippets, records their outputs, embeds them in pages.

The public surface is the command line (``python -m hamgasht``) and the
Python-Markdown extension ``hamgasht.embed``.
"""
