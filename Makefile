# Every verb of the project; `make` alone lists them.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo serve lint check test coverage bench docs sample lab lock clean

# Another environment must not leak into this one, and byte-code is wanted: it halves every import.
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV
export AURELIUS_HOME ?= $(CURDIR)/var
export NUMBA_CACHE_DIR ?= $(CURDIR)/var/numba

NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(shell for name in python3 python3.13 python3.12 python3.11 /usr/bin/python3; do \
	$$name -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$name && break; done),python3)
BIN := .venv/bin

help: ## List the verbs.
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## Make .venv from requirements.lock; quick when nothing changed.
	@$(PYTHON) scripts/setup.py

demo: setup ## Run the main job on real bundled bars, to a result, a notebook and a PDF under var/demo/.
	@$(BIN)/aurelius demo

serve: setup ## Start the platform in the foreground.
	@$(BIN)/aurelius serve

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

check: lint ## Style, types, directions, front doors, notebooks, links and reference pages.
	$(BIN)/python -m pytest -q tests/architecture

test: lint ## All checks and all tests.
	$(BIN)/python -m pytest -n 2 --dist loadfile

coverage: setup ## All tests, with the lines and branches that none of them reaches.
	@mkdir -p var/coverage
	$(BIN)/python -m pytest --cov --cov-report=term --cov-report=html

bench: setup ## Measure speed against its targets; ONLY="import sweep" runs some of it.
	@$(BIN)/python -m benchmarks $(ONLY)

docs: setup ## Write the reference pages from the code and build the site under site/; PLAIN=1 leaves the tutorials unexecuted.
	@$(BIN)/python -m docs.generate
	@$(BIN)/python -m docs.build $(if $(PLAIN),--plain)

sample: demo ## Make the sample report, and its picture in the README, from the demo's result.
	@$(BIN)/python scripts/sample_report.py

lab: setup ## Build JupyterLab's extension from its sources; needs Node, which nothing else does.
	@$(BIN)/python -m scripts.lab

lock: setup ## Compile requirements.lock from pyproject.toml; UPGRADE=1 takes the newest versions.
	@$(BIN)/uv pip compile --quiet --all-extras --group dev --universal --python-version 3.11 --no-annotate \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
		--output-file requirements.lock pyproject.toml

clean: ## Throw away caches and built files; .venv and var/ stay.
	rm -rf build dist site .coverage* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache var/coverage var/numba
	find aurelius_kernel server_ext tests benchmarks docs scripts -name __pycache__ -type d -prune -exec rm -rf {} +
