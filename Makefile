# `make help` lists what there is. Everything runs inside .venv, made on the first use.
SHELL := /bin/bash
PYTHON_BIN := .venv/bin/python
.DEFAULT_GOAL := help

.PHONY: help setup lock

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk 'BEGIN {FS = ":.*## "} {printf "  %-16s %s\n", $$1, $$2}'

setup: ## make .venv with everything a developer needs (demo, tests, quality)
	@scripts/setup.sh quality

lock: setup ## compile requirements/*.txt again from pyproject.toml (ARGS=--upgrade for newer versions)
	@scripts/lock.sh $(ARGS)
