# Thin names over real tools. `make book` and `make test` need Python and make, nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALL_LOG := $(VENV)/install.log
COLAB := $(VENV)/colab
FRONT := segloss_lab/explorer/front
INDEX := _build/html/index.html

# The environment comes first in PATH: `python`, `jupyter-book`, `node` and `npm` are its own.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# A folder that is named for the sample data is resolved here, once: chapters run in another folder.
ifneq ($(SEGLOSS_DATA),)
full = import os, sys; print(os.path.realpath(os.path.expanduser(sys.argv[1])))
override SEGLOSS_DATA := $(or $(shell $(PYTHON) -c '$(full)' '$(SEGLOSS_DATA)'),$(SEGLOSS_DATA))
export SEGLOSS_DATA
endif

stop = { echo "STOP: $(1)" >&2; exit 1; }

.PHONY: book test peers misuse bench measure mutants experiments serve lint front picture dist colab \
  clean

book: $(INSTALLED)
	@$(BIN)/python tools/refresh_cache.py
	@rm -rf _build/html _build/jupyter_execute
	@$(BIN)/jupyter-book build --all -W --keep-going . || $(call stop,the book was not built. \
	  The warnings above say why; the traceback of a cell is also in _build/html/reports/.)
	@$(BIN)/python tools/name_phantoms.py
	@echo "The book:  file://$(CURDIR)/$(INDEX)"
	@echo "Or serve it:  make serve"

# Files in parallel, in the order of their names (tests/conftest.py says what stays together): in one
# process more than there are cores, since tests wait for browsers.
processes = import os; print(min((os.cpu_count() or 1) + 1, 4))
test: $(INSTALLED)
	@$(BIN)/python -m pytest --numprocesses $$($(BIN)/python -c '$(processes)') --no-loadscope-reorder || \
	  $(call stop,tests failed; the summary above names them. \
	  One alone: $(BIN)/python -m pytest tests/test_x.py -k name)

peers: $(INSTALLED)
	@PYTHONPATH=tests KERAS_BACKEND=tensorflow $(BIN)/python tools/peers_table.py

misuse: $(INSTALLED)
	@PYTHONPATH=tests KERAS_BACKEND=tensorflow $(BIN)/python tools/misuse_table.py

# Alone on the machine: 15 minutes for `bench`, 30 for `mutants`.
bench: $(INSTALLED)
	@PYTHONPATH=tests KERAS_BACKEND=tensorflow TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/python benchmarks/losses.py

mutants: $(INSTALLED)
	@$(BIN)/python tools/mutants.py

# A quarter of an hour; stopped, it goes on where it was.
experiments: $(INSTALLED)
	@$(BIN)/python experiments/nuclei.py

# Alone on the machine as well: two minutes.
measure: $(INSTALLED)
	@PYTHONPATH=tests $(BIN)/python tools/measure_explorers.py

serve:
	@test -f $(INDEX) || $(call stop,there is no book yet. Run: make book)
	@$(PYTHON) -m http.server --bind 127.0.0.1 --directory _build/html

lint: $(INSTALLED)
	@$(BIN)/ruff check && $(BIN)/ruff format --check || \
	  $(call stop,run: $(BIN)/ruff check --fix && $(BIN)/ruff format)

front: $(INSTALLED)
	@cd $(FRONT) && npm ci && npm run build || $(call stop,the bundle was not built. \
	  The lines above say why; npm needs the network.)

# The README's picture, by the browser that the tests use.
picture: $(INSTALLED)
	@PYTHONPATH=tests $(BIN)/python tools/take_picture.py

# In environments of its own: who builds a release needs neither PyTorch nor TensorFlow.
dist:
	@$(PYTHON) tools/make_dist.py || $(call stop,sdist and wheel were not built or do not work. \
	  The lines above say why; pip needs the network.)

clean:
	rm -rf _build dist

colab: $(COLAB)/.installed

# The explorers on the versions that Colab has, for tests/test_colab.py.
$(COLAB)/.installed: requirements-colab.txt pyproject.toml
	@$(PYTHON) -m venv --clear $(COLAB)
	@$(COLAB)/bin/python -m pip install --quiet --only-binary :all: -r requirements-colab.txt && \
	  $(COLAB)/bin/python -m pip install --quiet --no-deps -e . && \
	  $(COLAB)/bin/python -m pip check || \
	  $(call stop,Colab's versions were not installed. The lines above say why; \
	    they have wheels for Python 3.11 and 3.12.)
	@touch $@

# The stamp is the last thing written: without it, the next call takes up where this one stopped.
$(INSTALLED): requirements.txt requirements-peers.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  $(call stop,$(PYTHON) is not Python 3.11 to 3.13. Name one that is: \
	  make PYTHON=python3.12 $(MAKECMDGOALS))
	@$(PYTHON) -m venv $(VENV) || $(call stop,this Python cannot make an environment. \
	  Debian and Ubuntu: apt install python3-venv. Or free some disk space.)
	@rm -f $(INSTALL_LOG)
	@{ $(BIN)/python -m pip install --log $(INSTALL_LOG) -r requirements.txt && \
	  $(BIN)/python -m pip install --log $(INSTALL_LOG) --no-deps -r requirements-peers.txt && \
	  $(BIN)/python -m pip install --log $(INSTALL_LOG) --no-deps -e .; } || \
	  if grep -qi 'no space left' $(INSTALL_LOG); then \
	    $(call stop,the disk is full. Free some space (README says how much is needed) \
	      and run make again.); \
	  else \
	    $(call stop,installing failed. Is there a network? Then run make again. \
	      Log: $(INSTALL_LOG)); \
	  fi
	@touch $(INSTALLED)
