"""One cell of a snippet on a page: the block, its outputs and where they came from."""
