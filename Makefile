# make demo: a spoken conversation as two processes (LIVE=1: with the real microphone and speaker)
# make test: all tests, and how much of the definitions they exercised
# make check: everything that must hold before a commit; make codegen: write what follows from machines/
VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready

.PHONY: demo test check codegen clean

demo: $(READY)
	$(PYTHON) -m tars.demo $(if $(LIVE),--live)

test: $(READY)
	$(PYTHON) -m pytest --transition-coverage=reports/transition-coverage --transition-coverage-fail-under=100

check: $(READY)
	$(PYTHON) -m codegen --check
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

codegen: $(READY)
	$(PYTHON) -m codegen

# One environment for everything, with all extras, both programs and the wake-word models in it.
$(READY): pyproject.toml scripts/system-packages
	sh scripts/system-packages
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(PYTHON) -m tars.shells.wake.models
	touch $(READY)

clean:
	rm -rf $(VENV) reports demo-output
