# Every target works on a fresh machine with Python 3.11 or newer and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install demo test quick lint bench bench-delivery bench-uploads soak read-score lock clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: $(STAMP) ## make .venv with the dondoc command in it

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "dondoc needs Python 3.11 or newer; name one with: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: install ## start the whole service with a living example
	$(BIN)/dondoc demo

test: install lint ## run every check and every test
	$(BIN)/pytest -n 2 --dist loadgroup

quick: install ## while you work: SQLite alone, no other processes; TESTS=tests/cli narrows it
	$(BIN)/pytest -q -n auto --dist loadgroup --hypothesis-profile quick -m "not prefect and not browser and not slow" -k "not postgres" $(TESTS)

lint: install ## format, style, types and the import contract
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: install ## measure; prints ratios within one run
	$(BIN)/python -m benchmarks

bench-delivery: install ## letters a second beside Postfix's smtp-source (needs its package)
	$(BIN)/python -m benchmarks.delivery

bench-uploads: install ## a hundred units hand in at once; a large file; a slow line that drops
	$(BIN)/python -m benchmarks.uploads

soak: install ## kill the sender 200 times over 20,000 letters
	DONDOC_SOAK_KILLS=200 DONDOC_SOAK_LETTERS=20000 $(BIN)/pytest tests/notifications/test_crashes.py -k random_moments

read-score: install ## how well plan documents are read; PAPERS="truth.yaml folder" reads others too
	$(BIN)/python -m benchmarks.read_score $(PAPERS)

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --extra dev \
		--python-version 3.11 pyproject.toml -o requirements.lock

clean: ## remove what make and the tests made
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
