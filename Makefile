# Every target makes what it needs first; `make demo` and `make test` work on a fresh clone.
#
# TORCH_INDEX names another package index for torch. On an ordinary Linux the plain index gives the
# build with CUDA, several GB; for the CPU build:
#   make demo TORCH_INDEX=https://download.pytorch.org/whl/cpu

PYTHON ?= python3
TORCH_INDEX ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: venv demo test lint bench catalogue golden nightly clean

venv: $(READY)

$(READY): versions.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=24"
	$(BIN)/python -m pip install --quiet $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX)) $$(grep '^torch==' versions.txt)
	$(BIN)/python -m pip install --quiet --constraint versions.txt --editable ".[dev]"
	@touch $(READY)

demo: venv
	$(BIN)/convmark demo

# Two at a time; afterwards, one at a time, what sets limits on time, for these do not like company.
test: venv
	$(BIN)/python -m pytest -q -n 2 -m "not alone"
	$(BIN)/python -m pytest -q -m alone

lint: venv
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: venv
	$(BIN)/python -m pytest -q tests/benchmarks --benchmark-only --benchmark-columns=median,iqr,rounds

catalogue: venv
	$(BIN)/python -m question_bank.catalogue

golden: venv
	$(BIN)/python -m pytest -q tests/golden tests/exam -k "golden or as_it_was" --update-golden

nightly: venv
	$(BIN)/python -m pytest -q --nightly
	$(BIN)/convmark bank check --all --variants 1000

clean:
	rm -rf $(VENV) convmark-demo build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .benchmarks
