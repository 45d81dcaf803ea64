# `make help` lists what there is. Everything runs inside .venv, made on the first use.
SHELL := /bin/bash
PYTHON_BIN := .venv/bin/python
.DEFAULT_GOAL := help

.PHONY: help demo demo-check test quality format screenshots messages setup lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk 'BEGIN {FS = ":.*## "} {printf "  %-16s %s\n", $$1, $$2}'

demo: ## start the whole portal on this machine with demonstration data (Ctrl-C stops all of it)
	@scripts/setup.sh demo
	@$(PYTHON_BIN) manage.py demo $(ARGS)

demo-check: ## start the same on free ports, pay a debt over HTTP, check the journal, stop
	@scripts/setup.sh demo
	@$(PYTHON_BIN) manage.py demo --check

test: ## every test, in parallel, browser included (ARGS="-k refund" goes to pytest)
	@scripts/setup.sh test
	@scripts/test.sh $(ARGS)

quality: ## ruff, mypy, templates, bandit, imports, migrations, production settings
	@scripts/setup.sh quality
	@scripts/quality.sh

format: ## put Python and templates in the project's form
	@scripts/setup.sh quality
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	@git ls-files -z -- '*/templates/*.html' 'templates/*.html' | xargs -0 -r .venv/bin/djade --target-version 5.2

messages: ## bring locale/en up to date with the texts of the code, and compile it
	@scripts/setup.sh quality
	@scripts/messages.sh

screenshots: ## draw docs/images again, from the running `make demo`
	@scripts/setup.sh test
	@$(PYTHON_BIN) scripts/screenshots.py

setup: ## make .venv with everything a developer needs (demo, tests, quality)
	@scripts/setup.sh quality

lock: setup ## compile requirements/*.txt again from pyproject.toml (ARGS=--upgrade for newer versions)
	@scripts/lock.sh $(ARGS)

clean: ## remove what the demo and the tests wrote (its data too) and the virtual environment
	rm -rf var .venv
