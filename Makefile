# Every target works in a fresh clone: the environment is made from the hashed lock first.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export SCOREHOUSE_HOME ?= $(CURDIR)/var

.DEFAULT_GOAL := help
.PHONY: help setup run build test lint format bench docs screenshots contracts dagster lock clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## the environment in .venv, from the hashed lock

$(READY): requirements.lock requirements-setup.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Scorehouse needs Python 3.11: install it, or say make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "$(PYTHON) is not Python 3.11: say make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || .ci/venv
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-setup.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'from scoring_udfs.score import warm_up; warm_up()'
	@touch $(READY)

run: setup ## demo exports if landing is empty, build, dashboards on 127.0.0.1:8501
	@$(BIN)/scorehouse demo --if-empty
	@$(BIN)/scorehouse build
	@exec $(BIN)/scorehouse serve

build: setup ## ingest, score, build and test the marts, publish
	@$(BIN)/scorehouse build

test: setup ## the whole suite, browser tests included
	@.ci/browser
	@# Hundreds of processes start in the tests: each would compile our modules anew.
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n auto --dist loadfile

bench: setup ## our times as ratios to baselines, measured in one run
	@$(BIN)/python -m benchmarks.run

lint: setup ## format and static checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests dbt_project/analyses

format: setup ## rewrite Python and SQL in our style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/sqlfluff fix --processes 2 dbt_project/models dbt_project/tests dbt_project/analyses

docs: setup ## the handbook of marts, metrics and queries in docs/site
	@$(BIN)/scorehouse docs

screenshots: setup ## pictures of the pages on generated demo data in docs/screenshots
	@.ci/browser
	@$(BIN)/python -m tests.dashboards.screenshots

contracts: setup ## renew what the repository keeps of marts and metrics, unless a promise was broken
	@$(BIN)/python -m orchestration.mart_contracts

dagster: setup ## Dagster's page on 127.0.0.1:3000
	@mkdir -p $(SCOREHOUSE_HOME)/dagster
	DAGSTER_HOME=$(SCOREHOUSE_HOME)/dagster $(BIN)/dagster dev -w workspace.yaml

lock: setup ## renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --python-version 3.11 --extra dev --generate-hashes --no-strip-extras --no-header pyproject.toml -o requirements.lock

clean: ## remove the environment and caches, never data
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
