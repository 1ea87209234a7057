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
