# What to do with a checkout. Needs Python 3.11, make and the package registries; everything else is installed.
# `make` alone lists the targets.

SHELL := /bin/sh
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/.done
export UV_LINK_MODE ?= copy

FRONTEND := $(shell find frontend -path frontend/node_modules -prune -o -type f -print 2>/dev/null)
CATALOGUES := $(shell find src -name '*.po' 2>/dev/null)
DEMO := LOUYU_HOME=var/demo LOUYU_DATABASE_URL=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test lint bench shots reference lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(BIN)/louyu ## install everything this checkout needs (again: a second)

demo: setup ## a district to look around in, on http://127.0.0.1:8000
	@test -e var/demo/welcome || { echo "demo: inventing two years of a district"; rm -rf var/demo; mkdir -p var/demo; \
	  $(DEMO) $(BIN)/louyu demo > var/demo/welcome.part && mv var/demo/welcome.part var/demo/welcome; }
	@cat var/demo/welcome && printf '\nhttp://127.0.0.1:8000 — Ctrl-C ends it; rm -r var/demo begins anew\n'
	@$(DEMO) exec $(BIN)/louyu serve --host 127.0.0.1 --port 8000

test: setup ## all tests, on SQLite and on PostgreSQL, with a real browser
	@$(BIN)/python tools/run_tests.py

lint: setup ## style, types, order of the rooms, translations
	@tools/lint.sh

bench: setup ## measure speed; ratios within one run
	@$(BIN)/python -m bench

shots: setup ## take the pictures of the guide from a served demo
	@$(BIN)/python -m tools.shots

reference: setup ## write docs/reference/ from the declarations
	@$(BIN)/python -m tools.reference

lock: $(DONE)/packages ## resolve the dependencies anew
	@tools/lock.sh

clean: ## forget what setup made; the data in var/ stays
	rm -rf $(VENV) frontend/node_modules src/louyu/site/static/louyu
	find src -name '*.mo' -delete

# How setup gets there. Each step leaves a file that is newer than what it was made from.

$(DONE)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make setup PYTHON=…")'
	@echo "setup: Python environment"
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check 'uv>=0.9'
	@mkdir -p $(DONE) && touch $@

$(DONE)/packages: requirements.lock pyproject.toml | $(DONE)/venv
	@echo "setup: Python packages"
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DONE)/system: tools/system_packages.sh | $(DONE)/venv
	@tools/system_packages.sh
	@touch $@

$(DONE)/node_modules: frontend/package.json frontend/package-lock.json tools/npm requirements-node.lock | $(DONE)/packages
	@echo "setup: front-end packages"
	@tools/npm ci --silent
	@touch $@

$(DONE)/bundle: $(FRONTEND) $(DONE)/node_modules
	@echo "setup: front end"
	@tools/npm run --silent build -- --logLevel warn
	@touch $@

$(DONE)/translations: $(CATALOGUES) tools/compile_translations.py $(DONE)/packages
	@$(BIN)/python tools/compile_translations.py
	@touch $@

$(BIN)/louyu: Makefile $(DONE)/packages $(DONE)/system $(DONE)/bundle $(DONE)/translations
	@touch $@
