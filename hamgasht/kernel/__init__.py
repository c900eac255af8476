"""What runs inside a snippet's process: how figures, tables and values are shown."""
