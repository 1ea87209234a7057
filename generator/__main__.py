"""`python -m generator` is `explainer`."""

from generator.cli import main

main()
