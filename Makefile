# `make run` shows the site on this machine, `make test` proves it. Nothing is written outside VAR_DIR.

HOST ?= 127.0.0.1
PORT ?= 8000
VAR_DIR ?= var
# Tables of Congress to load; without them the site still works, and names no members.
CONGRESS_DATA_DIR ?= $(abspath $(wildcard ../shared/data))
# The first Python on this machine that is new enough.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

override VAR_DIR := $(abspath $(VAR_DIR))
VENV := $(VAR_DIR)/venv
SPANISH := locale/es/LC_MESSAGES/django.po
PIP_INSTALL = $(VENV)/bin/python -m pip install --quiet --require-hashes --only-binary :all:

export HOST PORT VAR_DIR CONGRESS_DATA_DIR
export PYTHONPYCACHEPREFIX := $(VAR_DIR)/pycache
export PIP_CACHE_DIR ?= $(VAR_DIR)/cache/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export REQUIRE_ALL

.PHONY: run test test-all soak faults exit-times lighthouse screenshots lock messages runtime tools
.DEFAULT_GOAL := run

run: runtime
	@$(VENV)/bin/python -P polaris_site/secrets_file.py
	@exec $(VENV)/bin/python manage.py run_site

test: tools
	@exec $(VENV)/bin/python -m tests.run

# The same, with every page in every state looked at in both languages, both colour schemes and three sizes: about twelve
# minutes more. `make test` looks at them in English, light, on a phone.
test-all: tools
	@exec env TEST_MATRIX=all $(VENV)/bin/python -m tests.run

# 200 actions in ten minutes against a running site; says whether every count agrees.
soak: tools
	@exec $(VENV)/bin/python -m tests.soak

# Faults in real processes, at full size: killed workers, a lost broker, a restarted database. The programs of PostgreSQL
# and Redis have to be installed; nothing has to run. `make test` does the same, small.
faults: tools
	@exec env FAULTS=full STATE_WALKS=100000 VAR_DIR=$(VAR_DIR)/faults \
		$(VENV)/bin/python -m pytest -v tests/faults tests/actions/test_states.py

# How fast Quick Exit is, beside a plain link. Needs Chromium.
exit-times: tools
	@exec $(VENV)/bin/python -m tests.measure_exit

# What Lighthouse says of the site. Needs Node, npm and Chromium. RUNS=1 PAGES=safety measures less.
lighthouse: tools
	@exec $(VENV)/bin/python -m tests.measure_lighthouse

# Pictures of every page and state, in VAR_DIR/screenshots. Needs Chromium. ONLY=take-action,receipt draws fewer.
screenshots: tools
	@exec $(VENV)/bin/python -m tests.screenshots

# Pin what requirements*.in ask for, with hashes. Needs uv (https://docs.astral.sh/uv/).
lock:
	uv pip compile --quiet --no-header --no-emit-index-url --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	uv pip compile --quiet --no-header --no-emit-index-url --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt

# Gather what is to be translated, and compile what has been. Gathering needs GNU gettext.
# The day of gathering is a fixed one, so that a run without new words changes nothing.
messages: tools
	$(VENV)/bin/python -P polaris_site/secrets_file.py
	$(VENV)/bin/python manage.py makemessages --locale es --no-obsolete --add-location file --ignore 'var/*'
	sed -i.old 's/^"POT-Creation-Date: .*/"POT-Creation-Date: 2026-01-01 00:00+0000\\n"/' $(SPANISH) && rm $(SPANISH).old
	$(VENV)/bin/pybabel compile --domain django --directory locale

# A copy of each list of packages lies in the virtual environment once it is installed, so a second run starts at once.
$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer, with venv, is needed."; exit 1; }
	@mkdir -p $(VAR_DIR)
	@$(PYTHON) -m venv $(VENV)

runtime: $(VENV)/bin/python
	@cmp -s requirements.txt $(VENV)/requirements.txt || { \
		echo "Installing what the site runs on ..."; \
		$(PIP_INSTALL) -r requirements.txt && cp requirements.txt $(VENV)/requirements.txt; }

tools: runtime
	@cmp -s requirements-dev.txt $(VENV)/requirements-dev.txt || { \
		echo "Installing the tools of the tests ..."; \
		$(PIP_INSTALL) -r requirements-dev.txt && cp requirements-dev.txt $(VENV)/requirements-dev.txt; }
