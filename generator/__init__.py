"""A static-site generator for explainers in which every sentence can be traced."""
