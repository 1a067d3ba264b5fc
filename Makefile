# TensorBlocks: set-up, run, edit, test. Everything happens in .venv; nothing is installed elsewhere.
#   make run      run a sample without a window and print its tensors
#   make edit     open the editor (FILE=path opens a file)
#   make test     set-up, style, types, import rules, tests
#   make bench    measured comparisons (takes some minutes)
#   make pictures draw the README's pictures anew from the real window
#   make catalog  regenerate the shipped catalog from the installed TensorFlow
#   make clean    remove .venv and everything generated

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
SAMPLE ?= assets/samples/crop_and_resize_grad.tblocks

.DEFAULT_GOAL := help
.PHONY: help run edit test bench pictures catalog clean

help:
	@sed -n 's/^#   //p' Makefile

run: $(VENV)/.installed
	@$(BIN)/tensorblocks run $(SAMPLE)

edit: $(VENV)/.installed
	@$(BIN)/tensorblocks edit $(FILE)

test: $(VENV)/.installed-test
	@$(BIN)/python -m app.editor.application.qt_libraries
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python -m pytest

catalog: $(VENV)/.installed
	$(BIN)/python -m app.engine.tf.op_registry

bench: $(VENV)/.installed-test
	@$(BIN)/python tests/benchmarks

pictures: $(VENV)/.installed
	@$(BIN)/python tests/pictures.py

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find app blocks tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp files keep set-up from being repeated; a change of pyproject.toml repeats it.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "TensorBlocks needs Python 3.10 or later as '$(PYTHON)'. Name another one: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "'$(PYTHON) -m venv $(VENV)' failed: this Python cannot make virtual environments." >&2; \
	  echo "On Debian and Ubuntu, install the package python3-venv; or name another Python: make PYTHON=python3.11" >&2; \
	  exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	@echo "Installing TensorBlocks into $(VENV); TensorFlow is large, the first time takes some minutes." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . >&2
	@$(BIN)/python -m compileall -q app blocks
	@touch $@

$(VENV)/.installed-test: $(VENV)/.made pyproject.toml
	@echo "Installing TensorBlocks and its test tools into $(VENV); the first time takes some minutes." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]' >&2
	@$(BIN)/python -m compileall -q app blocks
	@touch $@ $(VENV)/.installed
