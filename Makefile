# run, test, bench: the three commands anyone needs. On a fresh machine: python3 with venv, and make.
# The locks name every package, so pip resolves nothing (--no-deps): older ones stumble over `pydantic[email]` of a dependency.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test bench faults lint clean

run: $(VENV)/.runtime
	@$(BIN)/insurance serve --demo

test: $(VENV)/.development
	@BIN=$(BIN) ./scripts/test.sh

bench: $(VENV)/.development
	@$(BIN)/python -m insurance.bench

faults: $(VENV)/.development
	@BIN=$(BIN) ./scripts/faults.sh

$(VENV)/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.development: requirements-dev.lock pyproject.toml
	@$(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.runtime

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
