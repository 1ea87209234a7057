"""A static-site generator for explainers in which every sentence can be traced.

    bytes --inputs--> Inputs --parse--> records --assemble--> Site --plan--> pages
                                                               |              |
                                                         link, check    render, exports
                                                               v              v
                                                          diagnostics   files: {path: bytes} --> write, or serve

`generator.build.build` is the recipe and the way in from Python; `generator.inputs.read` reads a project for it,
`generator.write.write` puts its files into a folder, and `generator.serve.serve` previews. What goes wrong in content
is a `generator.diagnostics.Diagnostic`.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036  # told before the first import that an older Python cannot follow
    found = "{}.{}".format(*sys.version_info[:2])  # no syntax here that an older Python cannot read
    sys.stderr.write("explainer: Python 3.11 or newer is needed; this is Python " + found + "\n")
    raise SystemExit(3)

# What a record may say depends on this package alone, not on pydantic plugins that happen to be installed.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
