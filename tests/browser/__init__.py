"""Tests of the built site: its files, and what a real browser makes of them."""
