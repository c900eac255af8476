"""Data sets under ``data/``: fetched, verified, unpacked safely, and told apart."""
