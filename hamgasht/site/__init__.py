"""The two sites: files written before and after the generator runs, and the build."""
