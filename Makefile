# The commands of Caseflow. `make run` and `make test` need Python 3.11 or newer and nothing else
# installed by hand.

VENV   := .venv
BIN    := $(VENV)/bin
PORT   ?= 8000
JOBS   ?= 2

# The first Python that is new enough; PYTHON=/path/to/python chooses another.
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for each in python3 python3.11 python3.12 python3.13 python3.14 python; do \
	$$each -c '$(NEW_ENOUGH)' >/dev/null 2>&1 && { echo $$each; break; }; done)

PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq --progress-bar off --retries 8

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint format unit e2e bench prove words lock clean

help: ## this list
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/run.stamp ## install, prepare a demonstration, serve http://127.0.0.1:8000 (PORT=… for another)
	@exec $(BIN)/flask --app wsgi serve --init-demo --port $(PORT)

test: $(VENV)/dev.stamp ## everything that guards the project, at small sizes
	@$(BIN)/python -m tools.check --jobs $(JOBS)

lint: $(VENV)/dev.stamp ## format, lint, types, templates, security: what needs no test run
	@$(BIN)/python -m tools.check --only static

format: $(VENV)/dev.stamp ## lay out the sources and mend what can be mended without judgement
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

unit: $(VENV)/dev.stamp ## the tests without browser and PostgreSQL, for the minutes between two edits
	@$(BIN)/pytest -q -n $(JOBS) -m "not e2e and not postgresql"

e2e: $(VENV)/dev.stamp ## the browser tests, in a real Chromium
	@$(BIN)/python -m tools.check --jobs $(JOBS) --only e2e

bench: $(VENV)/dev.stamp ## how fast it is here, beside the same queries in plain SQL
	@$(BIN)/python -m tools.provision postgresql
	@$(BIN)/python -m bench

prove: $(VENV)/dev.stamp ## the guards at full size, resumable; results in bench/PROOF.md
	@$(BIN)/python -m tools.provision postgresql chromium
	@$(BIN)/python -m bench.prove

words: $(VENV)/dev.stamp ## bring the English catalogue up to date, and name what lacks its English
	@$(BIN)/python -m tools.i18n

lock: $(VENV)/dev.stamp ## write requirements.lock anew from requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--upgrade --custom-compile-command 'make lock' requirements.txt --output-file requirements.lock

clean: ## remove what tools left; keeps the environment and the data in instance/
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results build htmlcov .coverage
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "Python 3.11 or newer with venv is needed (on Debian: apt install python3 python3-venv)." >&2; \
		exit 1; }
	@echo "Creating the virtual environment with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv $(VENV)

# A stamp is newer than what it was installed from, so that the next call goes straight on.
$(VENV)/run.stamp: requirements.txt | $(BIN)/python
	@echo "Installing what Caseflow needs (a minute, once) …"
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what its tests need (two minutes, once) …"
	@$(PIP) -r requirements-dev.txt
	@touch $(VENV)/run.stamp $@
