# Two targets do all the set-up: `make demo` and `make test`. Both make `.venv` themselves and reuse it.
PYTHON ?= python3
BIN := .venv/bin
UV_INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes
LOCKS := $(wildcard requirements/*.txt)
# Without kept bytecode every start of Python compiles all it imports: 10 s of `make check`, 3 s of each start of Airflow.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check quality bench up down clean lock format

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/.bootstrap: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 15) else \
	    "Copydesk needs Python 3.11 to 3.14, and %s is %d.%d. Name another one: make PYTHON=python3.12 ..." % (sys.executable, *v))'
	@echo "making .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@touch $@

# What the stack needs to run: no test tools, no torch.
$(BIN)/.run: $(BIN)/.bootstrap $(LOCKS) pyproject.toml
	@echo "installing what the stack needs (about 0.9 GB)"
	@$(UV_INSTALL) -r requirements/airflow.txt -r requirements/worker.txt -r requirements/stack.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# Everything, test tools and torch included.
$(BIN)/.all: $(BIN)/.run
	@echo "installing test tools and torch (about 5.7 GB)"
	@$(UV_INSTALL) -r requirements/all.txt
	@touch $@

demo: $(BIN)/.run ## start the stack, pull the demo newsroom through it, show what landed
	@$(BIN)/copydesk demo

up: $(BIN)/.run ## start the stack
	@$(BIN)/copydesk up

down: ## stop the stack
	@test ! -x $(BIN)/copydesk || $(BIN)/copydesk down

check: $(BIN)/.all ## lint, types, import rules and unit tests, in under a minute
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-cache > .venv/import-rules.txt || { cat .venv/import-rules.txt; exit 1; }
	@$(BIN)/mypy & types=$$!; $(BIN)/pytest -q tests/unit; tests=$$?; wait $$types && exit $$tests

test: check ## the whole suite, on real servers
	@$(BIN)/pytest -q tests/contract tests/integration tests/faults tests/quality

quality: $(BIN)/.all ## measure how well articles are cleaned, against pinned floors, and try 10,000 mutated pages
	@$(BIN)/python -m copydesk.quality
	@$(BIN)/python tests/quality/fuzz

bench: $(BIN)/.run ## measure, side by side in one run
	@$(BIN)/copydesk bench

clean: down ## remove the environment and the stack's state (the per-user cache of built servers stays)
	rm -rf .venv .copydesk .mypy_cache .ruff_cache .pytest_cache .hypothesis

lock: $(BIN)/.bootstrap ## compile the pinned requirement sets anew
	@UV=$(BIN)/uv requirements/compile.sh

format: $(BIN)/.all ## format the code
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .
