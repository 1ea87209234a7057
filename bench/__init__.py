"""Measures the generator beside others on the same work: `make bench`."""
