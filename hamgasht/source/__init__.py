"""A snippet's file: percent format and YAML header, read into a checked notebook."""
