# One command each: the site, the preview, the tests, the checks.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: site serve test check lock clean pictures bench
site: $(READY)
	$(BIN)/explainer build

serve: $(READY)
	$(BIN)/explainer serve --open

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadfile

check: $(READY)
	$(BIN)/ruff check generator tests bench docs
	$(BIN)/ruff format --check generator tests bench docs
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/test_templates.py

lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --quiet --output-file requirements.lock

bench: $(READY)
	$(BIN)/python -m bench.run --events $(or $(EVENTS),10000)

pictures: $(READY)
	$(BIN)/python docs/pictures.py

clean:
	rm -rf site .cache .venv

$(READY): pyproject.toml requirements.lock
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)
