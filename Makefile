# make demo: sets up and generates 24 sets.  make test: sets up and runs all tests.  Nothing else is needed.
PYTHON ?= $(shell for p in python3 python3.11 python3.12 python3.13; do \
    $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready

.PHONY: demo test quick lint types bench setup browser clean

demo: setup
	$(BIN)/cosyn-multi generate --out outputs/demo -n 24 --seed 1 --shard-size 24
	@echo
	@echo "Look at a set:   $(BIN)/cosyn-multi show outputs/demo 1-000000 --to outputs/demo-images"
	@echo "Count it:        $(BIN)/cosyn-multi stats outputs/demo"
	@echo "Prove it:        $(BIN)/cosyn-multi verify outputs/demo"

test: setup
	$(BIN)/python -m pytest -n auto --dist loadfile

quick: setup
	$(BIN)/python -m pytest -n auto --dist loadfile -m "not slow"

lint: setup
	$(BIN)/ruff check cosyn_multi renderers templates tests
	$(BIN)/ruff format --check cosyn_multi renderers templates tests

types: setup
	$(BIN)/mypy

bench: setup
	$(BIN)/cosyn-multi bench

setup: $(READY) browser

$(READY): pyproject.toml requirements.lock
	@if command -v uv >/dev/null 2>&1; then \
	    uv venv --quiet --allow-existing --python '>=3.11' .venv && \
	    uv pip install --quiet --python $(BIN)/python -r requirements.lock && \
	    uv pip install --quiet --python $(BIN)/python --no-deps -e . ; \
	else \
	    [ -n "$(PYTHON)" ] || \
	        { echo "make: Python 3.11 or newer is needed; install it, or uv, which brings it" >&2; exit 2; } ; \
	    "$(PYTHON)" -m venv .venv && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e . ; \
	fi
	@touch $(READY)

# A browser from the machine if there is one; else Playwright's; else the system's package, where we may install it.
browser: $(READY)
	@$(BIN)/cosyn-multi doctor >/dev/null 2>&1 || \
	    $(BIN)/playwright install chromium >/dev/null 2>&1 || \
	    { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && \
	      apt-get update -qq >/dev/null 2>&1 ; apt-get install -y -qq chromium >/dev/null 2>&1 ; } || true
	@$(BIN)/cosyn-multi doctor >/dev/null

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
