# TensorBlocks: set-up, run, edit, test. Everything happens in .venv; nothing is installed elsewhere.
#   make run      run a sample without a window and print its tensors
#   make edit     open the editor (FILE=path opens a file)
#   make test     set-up, style, types, import rules, tests (OLDEST=1: with the oldest dependencies, in .venv-oldest;
#                 JOBS=4: by so many processes)
#   make cluster-demo   train on a parameter server and two workers, all on this machine
#   make bench    measured comparisons (takes some minutes; NAMES=words picks some)
#   make pictures draw the README's pictures anew from the real window
#   make catalog  regenerate the shipped catalog from the installed TensorFlow
#   make clean    remove the virtual environments and everything generated

PYTHON ?= python3
OLDEST ?=
JOBS ?= 2
VENV ?= $(if $(OLDEST),.venv-oldest,.venv)
BIN := $(VENV)/bin
SAMPLE ?= assets/samples/crop_and_resize_grad.tblocks

.DEFAULT_GOAL := help
.PHONY: help run edit test bench pictures catalog cluster-demo clean

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
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile

catalog: $(VENV)/.installed
	$(BIN)/python -m app.engine.tf.op_registry

cluster-demo: $(VENV)/.installed
	@$(BIN)/python -m app.cli.cluster_demo

bench: $(VENV)/.installed-test
	@$(BIN)/python -m tests.benchmarks $(NAMES)

pictures: $(VENV)/.installed
	@$(BIN)/python -m tests.pictures

clean:
	rm -rf .venv .venv-oldest $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
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

# What pip may install: the newest, or exactly the oldest that pyproject.toml admits.
$(VENV)/constraints.txt: $(VENV)/.made pyproject.toml .ci/oldest.py
	@$(if $(OLDEST),$(BIN)/python .ci/oldest.py >$@,: >$@)

$(VENV)/.installed: $(VENV)/constraints.txt
	@echo "Installing TensorBlocks into $(VENV); TensorFlow is large, the first time takes some minutes." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(VENV)/constraints.txt --editable . >&2
	@$(BIN)/python -m compileall -q app blocks
	@touch $@

$(VENV)/.installed-test: $(VENV)/constraints.txt
	@echo "Installing TensorBlocks and its test tools into $(VENV); the first time takes some minutes." >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c $(VENV)/constraints.txt --editable '.[test]' >&2
	@$(BIN)/python -m compileall -q app blocks
	@touch $@ $(VENV)/.installed
