# One command for each thing; every target sets up what it needs by itself.
# `make demo` and `make test` need Python 3.11 or newer, make, git and a network.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
JOBS ?= auto
# Extra arguments for pytest: make test ARGS="-k tar -x"
ARGS ?=

.PHONY: help demo setup test test-core test-full lint format engines bench gallery docs clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

setup: ## make .venv from the pinned, hashed requirements (quick when nothing changed)
	@tools/setup

demo: setup ## build examples/fastapi, start it where that is possible, show its health answer
	@$(BIN)/python tools/demo.py

lint: setup ## formatting, ruff, mypy --strict
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: setup ## reformat and apply safe fixes
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# In CI the engines are installed first, and no test of the core set may skip.
test: lint ## lint and all tests but the long matrices
	@if [ "$${CI:-}" = true ]; then tools/engines install; fi
	@$(BIN)/python -m pytest -m "not full" -n $(JOBS) $(ARGS)

test-core: setup ## the core set alone
	@$(BIN)/python -m pytest -m core -n $(JOBS) $(ARGS)

test-full: lint ## everything, the long matrices too; the log is docs/test-full.md
	@$(BIN)/python tools/test_full.py -n $(JOBS) $(ARGS)

engines: ## install Docker, Podman and the independent checkers (Debian, as root)
	@tools/engines install

bench: setup ## measure against BuildKit; writes docs/benchmark.md and .svg
	@$(BIN)/python bench/run.py $(ARGS)

gallery: setup ## measure every form of the examples and write docs/gallery (ARGS="--texts": the texts alone)
	@$(BIN)/python tools/gallery.py $(ARGS)

docs: setup ## make the references anew, check that the documentation is true
	@$(BIN)/python tools/cli_reference.py docs/cli.md
	@$(BIN)/python tools/settings_reference.py docs/settings.md
	@for which in settings plan compare; do $(BIN)/bareboat schema $$which > docs/schema/$$which.json; done
	@$(BIN)/python -m pytest tests/test_docs_examples.py $(ARGS)

clean: ## remove everything that make made, the virtual environment included
	@rm -rf $(VENV) .engines .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* build-out dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
