"""A static-site generator for explainers in which every sentence can be traced."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  # told before the first import that an older Python cannot follow
    found = "{}.{}".format(*sys.version_info[:2])  # no syntax here that an older Python cannot read
    sys.stderr.write("explainer: Python 3.11 or newer is needed; this is Python " + found + "\n")
    raise SystemExit(3)
