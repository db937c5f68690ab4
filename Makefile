# Sporskifte. `make run` to try it, `make test` to check it; both install what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --extra semantic

.DEFAULT_GOAL := help
.PHONY: help setup run test quick lint lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/run.stamp ## install what running needs into .venv

run: setup ## try it with demo data at http://localhost:3978
	@export SPORSKIFTE_DEVELOPMENT=1; \
	$(BIN)/python -m bot migrate && $(BIN)/python -m bot seed --demo && exec $(BIN)/python -m bot serve

test: $(VENV)/test.stamp ## check everything: style, types, imports, rules, conversations, pages
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pytest -n 2 --dist worksteal --databases both

quick: $(VENV)/test.stamp ## only rules and conversations
	@$(BIN)/python -m pytest -n 2 --dist worksteal tests/rules tests/conversations

lint: $(VENV)/test.stamp ## put the code into shape
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

lock: $(VENV)/test.stamp ## pin the newest versions that pyproject.toml allows, with hashes
	@$(BIN)/python -m pip install -qq --disable-pip-version-check uv
	@$(BIN)/uv pip compile $(LOCK) -o requirements.lock pyproject.toml
	@$(BIN)/uv pip compile $(LOCK) -c requirements.lock --group dev -o requirements-dev.lock pyproject.toml

clean: ## remove what was installed and built; var/ with its data stays
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed. Install it, or say which: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$($(PYTHON) --version). Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment. On Debian: apt install python3-venv"; exit 1; }

$(VENV)/run.stamp: requirements.lock | $(VENV)/bin/python
	@echo "Installing what Sporskifte needs (once) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/test.stamp: requirements-dev.lock $(VENV)/run.stamp tests/browser.sh
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@sh tests/browser.sh $(BIN)/playwright
	@touch $@
