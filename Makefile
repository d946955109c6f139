# make demo      a spoken conversation as two processes; LIVE=1 with the real microphone and speaker
# make test      the definitions explored, then all tests, and how much of the definitions they exercised
# make faults    the fault lab: two hosts, a network that fails, and the proof of what was lost; needs root, writes docs/reports/faults.md;
#                ONE_PHASE=1 tries each fault once, in five minutes, and writes nothing
# make mutate    plants every fault into machines/ and says who notices; some minutes on two cores, writes docs/reports/mutation.md
# make soak      a month on the fake clock, then SOAK seconds (180) in real time: nothing grows
# make check     what must hold besides before a commit: generated files, style, types
# make codegen   write everything that follows from machines/
VENV := .venv
PYTHON := $(VENV)/bin/python
# PortAudio for microphone and speaker. Tests also play and record on a virtual sound card, and use recorded human speech.
DEMO_PACKAGES := libportaudio2 python3-venv
TEST_PACKAGES := $(DEMO_PACKAGES) graphviz pulseaudio pulseaudio-utils libasound2-plugins sox pocketsphinx-testdata spin gcc libc6-dev
FAULTS_PACKAGES := $(DEMO_PACKAGES) iproute2
SUDO := $(if $(filter-out 0,$(shell id -u)),sudo)

.PHONY: demo test faults mutate soak check codegen clean

demo: packages-demo $(VENV)/.ready
	$(PYTHON) -m tars.demo $(if $(LIVE),--live)
	$(PYTHON) -m codegen replay demo-output

test: packages-test $(VENV)/.ready $(VENV)/node_modules/.ready
	$(PYTHON) -m codegen explore
	$(PYTHON) -m pytest --transition-coverage=reports/transition-coverage --transition-coverage-fail-under=100

faults: packages-faults $(VENV)/.ready
	$(PYTHON) -m tests.faults $(if $(ONE_PHASE),--one-phase-a-fault,--report docs/reports/faults.md)

mutate: $(VENV)/.ready
	$(PYTHON) -m codegen mutate

SOAK := 180
soak: $(VENV)/.ready
	$(PYTHON) -m tests.soak $(SOAK)

check: $(VENV)/.ready
	$(PYTHON) -m codegen --check
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

codegen: packages-test $(VENV)/.ready
	$(PYTHON) -m codegen

# One environment for everything: all extras, both programs, and the wake-word models.
$(VENV)/.ready: pyproject.toml
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	$(PYTHON) -m tars.shells.wake.models
	touch $@

# What reads the exports in JavaScript. Node itself is a package of Python, so that it is the same everywhere.
$(VENV)/node_modules/.ready: tests/codegen/export/package.json | $(VENV)/.ready
	cp $< $(VENV)/package.json
	$(VENV)/bin/npm install --prefix $(VENV) --silent --no-audit --no-fund --ignore-scripts
	touch $@

# Debian packages that are missing are installed; where all are there, neither root nor a network is needed.
.PHONY: packages-demo packages-test packages-faults
packages-demo: PACKAGES := $(DEMO_PACKAGES)
packages-test: PACKAGES := $(TEST_PACKAGES)
packages-faults: PACKAGES := $(FAULTS_PACKAGES)
packages-demo packages-test packages-faults:
	@missing=$$(for name in $(PACKAGES); do dpkg -s $$name >/dev/null 2>&1 || echo $$name; done); \
	if [ -n "$$missing" ]; then \
		echo "installing" $$missing; \
		$(SUDO) apt-get update -qq && DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi

clean:
	rm -rf $(VENV) reports demo-output
