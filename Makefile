# Noaber: `make run` tries it, `make test` proves it. `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
# Where `make run` answers; for another one: make run PORT=8001
PORT = 8000
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run embeddings test check format lint types contracts units bench soak a11y screenshots icons lock messages system licences clean

help: ## this list
	@sed -n 's/^\([a-z0-9]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: .venv/.ready web/static/build/manifest.json ## everything the site needs, in .venv

.venv/.ready: requirements/run.txt requirements/build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Noaber needs Python 3.11 or newer."; exit 1; }
	@test -x $(BIN)/pip || sh requirements/venv.sh $(PYTHON)
	$(PIP) --require-hashes -r requirements/run.txt -r requirements/build.txt
	$(PIP) --no-deps --no-build-isolation --no-index -e .
	@touch $@

node_modules/.ready: package-lock.json package.json | .venv/.ready
	@command -v npm >/dev/null || test -x $(BIN)/npm || \
	  $(PIP) --require-hashes -r requirements/node.txt
	@# NODE_USE_SYSTEM_CA: npm trusts whom the machine trusts, as pip does.
	NODE_USE_SYSTEM_CA=1 PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --no-audit --no-fund --loglevel=error
	@touch $@

web/static/build/manifest.json: node_modules/.ready web/assets.py models/themes/noaber.css $(shell find web/static -path web/static/build -prune -o -type f -print 2>/dev/null)
	$(BIN)/python -W ignore -m web.assets
	@touch $@

run: setup ## the site with its invented community on http://127.0.0.1:8000
	@NOABER_DEMO=1 exec $(BIN)/noaber up --port $(PORT)

.venv/.tests: requirements/test.txt .venv/.ready
	$(PIP) --require-hashes -r requirements/test.txt
	@touch $@

embeddings: .venv/.ready ## what NOABER_EMBEDDINGS needs (docs/settings.md)
	$(PIP) --require-hashes -r requirements/embeddings.txt

system: ## Chromium and PostgreSQL from Debian's packages, where they are missing
	@sh requirements/system.sh

check: setup .venv/.tests format lint types contracts ## the quick checks

format lint types contracts: | .venv/.tests

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy
	$(BIN)/mypy noaber.py command_line.py

contracts:
	$(BIN)/lint-imports

test: system check units ## everything, as CI runs it

units: setup .venv/.tests
	sh tests/run.sh $(TESTS)

bench: setup .venv/.tests ## figures for docs/benchmarks
	$(BIN)/python -m tests.benchmarks

soak: setup .venv/.tests system ## the fault tests, thousands of rounds
	NOABER_FAULT_ROUNDS=1000 sh tests/run.sh tests/faults

a11y: setup .venv/.tests system ## every page, role, state and language before axe; writes docs/accessibility.md
	$(BIN)/python -m tests.journeys.a11y

screenshots: setup .venv/.tests system ## the pictures in docs/screenshots
	$(BIN)/python -m tests.journeys.screenshots

icons: setup .venv/.tests system ## the icons of the installed site
	$(BIN)/python -m tests.journeys.icons

messages: setup ## bring the English catalogue and the references up to date
	$(BIN)/python -m models.extraction

lock: .venv/.ready ## compile requirements/*.in
	$(PIP) pip-tools
	for name in run build node embeddings test; do $(BIN)/pip-compile --quiet --no-emit-index-url --no-emit-trusted-host \
	  --no-emit-find-links --generate-hashes --allow-unsafe --strip-extras \
	  --output-file requirements/$$name.txt requirements/$$name.in; done

licences: setup .venv/.tests ## docs/licences.md
	$(BIN)/python -m tests.licences

clean: ## remove what was made here, but never instance/
	rm -rf .venv node_modules web/static/build .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
