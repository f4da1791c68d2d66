# Selaras. `make run` and `make test` need nothing before them but Python 3.11, make and a package registry.
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
PYTHON ?= python3
WORKERS ?= auto
export PYTHON

.PHONY: help
help: ## This list
	@grep -hE '^[a-z -]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 52

.PHONY: run
run: .venv/.run ## Install, start everything at http://127.0.0.1:8000 (ARGS="--port 8080"), load the demo at first
	@$(BIN)/selaras up --demo $(ARGS)

.PHONY: test
test: .venv/.dev ## Install what tests need, run every test (ARGS="tests/domains -k clock")
	@sh tools/real-parts
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

.PHONY: check
check: .venv/.dev ## Every rule of the house: style, types, layers, templates, migrations, translations, drawings
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/djlint --quiet --lint src
	@$(BIN)/pytest tests/house

.PHONY: format
format: .venv/.dev ## Put the sources into the form that `make check` asks for
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

.PHONY: bench-intake bench-queue bench-impact bench-clock bench-alerts bench-correlation bench-storm
bench-intake bench-queue bench-impact bench-clock bench-alerts bench-correlation bench-storm: bench-%: .venv/.dev ## Measure, with a ratio against a reference
	@$(BIN)/python -m tests.bench.$* $(ARGS)

.PHONY: lock
lock: .venv/.dev ## Write the requirements files anew from pyproject.toml
	@sh tools/lock

.venv/.run: requirements.lock pyproject.toml tools/install
	@sh tools/install requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock pyproject.toml tools/install
	@sh tools/install requirements-dev.lock
	@touch $@ .venv/.run
