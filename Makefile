# `make` alone lists the targets. Nothing but Python 3.11 or newer and make is needed; everything lands in .venv.

PYTHON ?= python3
VENV   ?= .venv
OFFERS ?= 200
SEED   ?= 1
# More words for pytest: make test ARGS="-k pull -x"
ARGS   ?=
# Tests that run at once; by itself as many as there are processors, 0 for one after the other. Those of a file stay
# together: they share what it has made.
JOBS   ?= auto

# Windows keeps a virtual environment's programs elsewhere.
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
STAMP := $(VENV)/.installed

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# The steps of `demo` follow each other; pip and pytest do their own work side by side.
.NOTPARALLEL:
.PHONY: help venv demo serve test test-clock test-long lint format docs lock bench-search clean

help: ## list the targets
	@echo "make TARGET, where TARGET is one of"
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' Makefile | while IFS='	' read -r target text; do printf '  %-13s %s\n' "$$target" "$$text"; done

venv: $(STAMP) ## set up .venv with the locked versions (the targets below do it themselves)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	  { echo "make: Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 || true). Name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "make: '$(PYTHON)' cannot make virtual environments: apt-get install python3-venv" >&2; exit 1; }
	@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## make the demo register in demo/, pull it, build its site, say where to open it (OFFERS=200 SEED=1)
	@if [ -e demo ] && [ ! -e demo/demo.ndjson.zst ]; then \
	  echo "make: demo/ is not a demo register; move it away first" >&2; exit 1; fi
	@rm -rf demo
	$(BIN)/tilbudsspejl demo demo --offers $(OFFERS) --seed $(SEED)
	$(BIN)/tilbudsspejl pull --config demo/tilbudsspejl.toml --from demo/demo-earlier.ndjson.zst --complete
	$(BIN)/tilbudsspejl pull --config demo/tilbudsspejl.toml --from demo/demo.ndjson.zst --complete
	$(BIN)/tilbudsspejl build --config demo/tilbudsspejl.toml

serve: $(STAMP) ## serve the demo site on 127.0.0.1
	@[ -e demo/site/index.html ] || { echo "make: no demo site yet: make demo" >&2; exit 1; }
	$(BIN)/tilbudsspejl serve --config demo/tilbudsspejl.toml

test: $(STAMP) ## run the tests; what needs a program that is not here is skipped, with its name (ARGS="-k word")
	$(BIN)/python -m pytest --numprocesses $(JOBS) $(ARGS)

test-clock: $(STAMP) ## run the tests that go by the clock at other times of day (needs faketime; part of `test`)
	$(BIN)/python -m pytest tests/test_times_of_day.py $(ARGS)

# What `test-long` runs one after the other.
LONG   ?= hostile differences flips faults kills build_kills

test-long: $(STAMP) ## run the longer attacks: hostile texts, withheld fields, flipped bits, faults, kills (some hours)
	@for attack in $(LONG); do echo "── $$attack"; $(BIN)/python -m benchmarks.$$attack || exit 1; done

lint: $(STAMP) ## check style and types: Python, templates, and with Node.js and npm the site's scripts and style
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/python -m tools.lint_static

format: $(STAMP) ## let ruff repair what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

docs: $(STAMP) ## write docs/commands.md anew, from the command line itself
	$(BIN)/typer generator.cli utils docs --name tilbudsspejl --output docs/commands.md

lock: $(STAMP) ## renew requirements.lock with the newest versions that pyproject.toml allows, and what lint takes from npm
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --custom-compile-command "make lock" --extra dev -o requirements.lock pyproject.toml
	$(BIN)/python -m tools.lint_static --lock

bench-search: $(STAMP) ## measure the search beside Pagefind, lunr and MiniSearch (ARGS="--offers 2000 --keep DIR")
	$(BIN)/python -m benchmarks.search $(ARGS)

clean: ## remove what make and the tools made: .venv, the demo, caches
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@if [ -e demo/demo.ndjson.zst ]; then rm -rf demo; fi
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
