"""Data sets under ``data/``: fetched, verified, unpacked safely, and told apart.

Takes in a data set's name; gives out its bytes under ``data/``, their digest, and
where they came from. What is imported here is light: ``status`` reads digests.
"""

from hamgasht.data.digests import digest

__all__ = ["digest"]
