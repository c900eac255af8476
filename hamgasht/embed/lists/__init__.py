"""Lists gathered for a page: exercises, mistakes, terms, works, downloads."""
