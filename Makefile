# `make demo` and `make test` need nothing but make and Python 3.11 or newer: they create .venv themselves.
# All paths are relative, so that the checkout may live below a folder with spaces in its name.

PYTHON ?=
WORKERS ?= 2
PYTEST_ARGS ?=
DEMO_OUT ?= demo-report

# The second, smaller pass: ASCII locale, a time zone 12:45 hours ahead. What reads, writes and formats runs in it.
FAR_TESTS ?= $(wildcard tests/ingest tests/formatting tests/results tests/cli/test_check.py tests/cli/test_bad_input.py \
	tests/cli/test_ledger_commands.py tests/report/test_reports.py tests/report/test_verification*.py)
FAR_ENVIRONMENT = LC_ALL=C LANG=C PYTHONUTF8=0 TZ=Pacific/Chatham

VENV_PYTHON = .venv/bin/python
# What is costly to set up is set up by one worker: such files are a group (xdist_group).
PYTEST = $(VENV_PYTHON) -m pytest -q -n $(WORKERS) --dist loadgroup
LINT_IMPORTS = $(VENV_PYTHON) -c "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())" --no-logo

# One thread per process: workers share the processors, and sums keep their order.
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1
export MKL_NUM_THREADS = 1

.NOTPARALLEL:
.PHONY: help setup demo test lint types layers tests tests-far parity docs notebooks fuzz bench format lock clean distclean

help:
	@echo "make demo     write a report on simulated answers to $(DEMO_OUT)"
	@echo "make test     lint, types, import layers and all tests"
	@echo "make setup    only create .venv"
	@echo "make lint | types | layers | tests | tests-far | parity | docs | notebooks | fuzz | bench | format | lock | clean | distclean"

setup: .venv/.editable

demo: .venv/.editable
	@$(VENV_PYTHON) -m osa_survey demo osa --out "$(DEMO_OUT)"

test: lint types layers tests tests-far
	@echo "All checks passed."

lint: .venv/.editable
	$(VENV_PYTHON) -m ruff check .
	$(VENV_PYTHON) -m ruff format --check .

types: .venv/.editable
	$(VENV_PYTHON) -m mypy

layers: .venv/.editable
	$(LINT_IMPORTS)

tests: .venv/.editable
	$(PYTEST) $(PYTEST_ARGS)

tests-far: .venv/.editable
	$(FAR_ENVIRONMENT) $(PYTEST) $(FAR_TESTS) $(PYTEST_ARGS)

parity: .venv/.editable
	$(PYTEST) -p tests.parity_page tests/parity --parity-page docs/parity.md $(PYTEST_ARGS)

# Without network; a warning is an error.
docs: .venv/.editable
	$(VENV_PYTHON) -m sphinx -q -W --keep-going -b html docs docs/_build/html
	@echo "open: docs/_build/html/index.html"

# Notebooks and the texts beside them: the newer file of a pair wins, outputs are dropped.
notebooks: .venv/.editable
	$(VENV_PYTHON) -m tests.notebook_pairs

fuzz: .venv/.editable
	OSA_SURVEY_HYPOTHESIS=fuzz $(PYTEST) -m hypothesis --timeout 0 $(PYTEST_ARGS)
	OSA_SURVEY_TABLES=840 $(PYTEST) tests/disclosure/test_reidentification.py tests/sharing/test_couples.py \
		tests/quality/test_gaps_beside_patterns.py tests/quality/test_gaps_beside_answers.py \
		tests/report/test_codebook_beside_report.py --timeout 0 $(PYTEST_ARGS)
	OSA_SURVEY_FUZZ=5000 $(PYTEST) tests/ingest/test_fuzz.py tests/ingest/test_fuzz_companions.py --timeout 0 $(PYTEST_ARGS)
	OSA_SURVEY_KILLS=200 $(PYTEST) tests/plan/test_crash_safety.py --timeout 0 $(PYTEST_ARGS)

bench: .venv/.editable
	@set -e; for benchmark in benchmarks/bench_*.py benchmarks/analysis.py benchmarks/psychometrics.py; do $(VENV_PYTHON) "$$benchmark"; done

format: .venv/.editable
	$(VENV_PYTHON) -m ruff check --fix .
	$(VENV_PYTHON) -m ruff format .

# One lock file for Python 3.11 to 3.13 on every platform.
lock: .venv/.editable
	$(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check uv
	$(VENV_PYTHON) -m uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade \
		--custom-compile-command "make lock" --output-file requirements.lock

clean:
	rm -rf build dist docs/_build docs/generated .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find osa_survey tests -type d -name __pycache__ -prune -exec rm -rf {} +

distclean: clean
	rm -rf .venv

# The first interpreter that runs, is new enough and can create virtual environments.
.venv/.created:
	@old=""; found=""; no_venv=""; \
	if [ -n "$(PYTHON)" ]; then set -- "$(PYTHON)"; \
	else set -- python3.13 python3.12 python3.11 python3 python; fi; \
	for candidate in "$$@"; do \
		if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
			if "$$candidate" -c 'import ensurepip, venv' >/dev/null 2>&1; then found="$$candidate"; break; fi; \
			no_venv="$$candidate"; \
		elif "$$candidate" -c '' >/dev/null 2>&1; then old="$$old $$candidate"; fi; \
	done; \
	if [ -z "$$found" ] && [ -n "$$no_venv" ]; then \
		echo "$$no_venv cannot create virtual environments: the modules venv and ensurepip are missing." >&2; \
		echo "On Debian and Ubuntu: sudo apt install python3-venv. Then run make again." >&2; \
		exit 1; \
	fi; \
	if [ -z "$$found" ]; then \
		echo "Python 3.11 or newer was not found on PATH (too old:$${old:- none})." >&2; \
		echo "Install it, or name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; \
		exit 1; \
	fi; \
	echo "Creating .venv with $$("$$found" --version)"; \
	if ! "$$found" -m venv .venv; then \
		echo "The virtual environment could not be created. On Debian and Ubuntu: sudo apt install python3-venv." >&2; \
		exit 1; \
	fi
	@touch $@

.venv/.locked: requirements.lock .venv/.created
	@echo "Installing the locked dependencies into .venv (a minute or two)"
	@$(VENV_PYTHON) -m pip install --quiet --no-input --disable-pip-version-check -r requirements.lock
	@touch $@

.venv/.editable: pyproject.toml osa_survey/_version.py .venv/.locked
	@$(VENV_PYTHON) -m pip install --quiet --no-input --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
