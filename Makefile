# Every command this project has. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.ONESHELL:
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
HOME_DIR := $(abspath .winnow)

.PHONY: help
help: ## List the commands.
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements.lock requirements-installers.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "winnow needs Python 3.11, 3.12 or 3.13 as 'python3'; or say which: make PYTHON=/path/to/python3.12 …"; exit 2; }
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { echo "winnow needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is $$($(PYTHON) --version 2>&1); say which: make PYTHON=/path/to/python3.12 …"; exit 2; }
	$(PYTHON) -m venv $(VENV) || { echo "could not make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 2; }
	echo "installing the locked dependencies into $(VENV) …"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-installers.lock
	# The system's certificates, as pip uses them: companies have their own. Where uv cannot reach the index, pip may; the locked
	# pip, since older ones want a line with a hash for each extra too.
	$(BIN)/uv pip install --quiet --system-certs --python $(BIN)/python --require-hashes -r requirements.lock \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.PHONY: install
install: $(STAMP) .env ## Make the virtual environment from the lock, and .env.

# Absolute paths, so that `dg`, `dagster` and `winnow` see one home and one history from any folder.
.env: | $(STAMP)
	@umask 077 # people keep their salt there
	printf '%s\n' \
	  "# Written by make if it is not there; git ignores it. Edit WINNOW_CATALOG to run your own catalog." \
	  "WINNOW_CATALOG=$(abspath docs/examples/demo.yaml)" \
	  "WINNOW_HOME=$(HOME_DIR)" \
	  "LANDING=$(HOME_DIR)/landing" \
	  "DAGSTER_HOME=$(HOME_DIR)/dagster" \
	  "DAGSTER_DISABLE_TELEMETRY=1" > $@
	mkdir -p $(HOME_DIR)/dagster
	[ -e $(HOME_DIR)/dagster/dagster.yaml ] || cp dagster.yaml $(HOME_DIR)/dagster/dagster.yaml

.PHONY: demo
demo: install ## Make a fictional company's landing zone and run the whole line over its week.
	@$(BIN)/winnow demo

.PHONY: ui
ui: install ## Open the Dagster UI on the demo, with the daemon that launches runs.
	@$(BIN)/winnow ui --write

.PHONY: figures
figures: install ## Print what the version in force came from, what became of it, and what each stage cost.
	@$(BIN)/python -m pipelines.figures

.PHONY: test
test: install ## Run every check: style, types, layers and tests.
	@$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n 2 --dist loadfile

CONSUMERS := build/consumers

$(CONSUMERS)/.installed: $(STAMP)
	$(PYTHON) -m venv $(CONSUMERS)
	echo "installing the locked dependencies and the consumers into $(CONSUMERS) …"
	$(BIN)/uv pip install --quiet --system-certs --python $(CONSUMERS)/bin/python --require-hashes -r requirements.lock
	# With pip, which finds a torch that lies on a disk.
	$(CONSUMERS)/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[train,consumers]'
	touch $@

# Those that ask for other versions: readers in an environment of their own, loaders without what they ask for.
$(CONSUMERS)-others/.installed: $(CONSUMERS)/.installed tests/consumers/readers.txt tests/consumers/loaders.txt
	$(PYTHON) -m venv $(CONSUMERS)-others/readers
	$(CONSUMERS)-others/readers/bin/python -m pip install --quiet --disable-pip-version-check -r tests/consumers/readers.txt
	rm -rf $(CONSUMERS)-others/loaders
	$(CONSUMERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --target $(CONSUMERS)-others/loaders -r tests/consumers/loaders.txt
	touch $@

.PHONY: test-consumers
test-consumers: $(CONSUMERS)-others/.installed ## Train and read with the real consumers: transformers, peft, TRL and the others (minutes, gigabytes).
	@WINNOW_READERS_PYTHON=$(abspath $(CONSUMERS)-others/readers/bin/python) WINNOW_LOADERS=$(abspath $(CONSUMERS)-others/loaders) \
	  $(CONSUMERS)/bin/pytest tests/consumers

CANARIES ?= 10000

.PHONY: canaries
canaries: install ## Plant known values in every place of every format, run the line, and search all it leaves (minutes).
	@$(BIN)/python -m tests.canaries.proof --count $(CANARIES) --table docs/canaries.md

.PHONY: hostile
hostile: install ## Read hostile files of every format, lines of a gigabyte among them, and print what came of them and at what cost (minutes).
	@$(BIN)/python -m tests.hostile.report

.PHONY: lint
lint: install ## Style (ruff), types (mypy) and layers (import-linter).
	@$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-cache > /dev/null || { $(BIN)/lint-imports --no-cache; exit 1; }

.PHONY: train-ner
train-ner: install ## Train the name model anew: make train-ner CORPORA=folder [TRAIN="--seed 2"] (an hour on two cores).
	@test -d "$(CORPORA)" || { echo "say where the annotated corpora are: make train-ner CORPORA=folder (resources/name_model/README.md lists them)"; exit 2; }
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[train-ner]'
	.venv-train/bin/python -m training.train --corpora $(CORPORA) --into .training $(TRAIN)
	.venv-train/bin/python -m training.ship --run .training --corpora $(CORPORA) --into resources/name_model

.PHONY: pii-figures
pii-figures: install ## Measure what the scrubber finds, and renew the tables in docs/pii.md: make pii-figures DATA=folder.
	@test -d "$(DATA)" || { echo "say where tab_dev.jsonl, emerging.dev.conll and ewt_dev.iob2 are: make pii-figures DATA=folder"; exit 2; }
	$(BIN)/python -m evaluation.figures "$(DATA)" --write

.PHONY: extraction-figures
extraction-figures: install ## Measure what the readers read, and renew the tables in docs/extraction.md: make extraction-figures DATA=folder.
	@test -d "$(DATA)" || { echo "say where public, reports and transcripts are: make extraction-figures DATA=folder"; exit 2; }
	$(BIN)/python -m evaluation.extraction "$(DATA)" --write

.PHONY: duplicate-figures
duplicate-figures: install ## Look for duplicates in a home's set by an exact search, and renew the tables: make duplicate-figures [HOME_DIR=folder] [TRUTH=copies.csv].
	@$(BIN)/python -m evaluation.duplicates --home "$(HOME_DIR)" $(if $(TRUTH),--truth "$(TRUTH)") --write

.PHONY: bench-scrub
bench-scrub: install ## Measure what the scrubber costs beside its model alone and beside Presidio, and renew the table (minutes).
	@$(BIN)/python -m benchmarks.scrub --write

.PHONY: bench-extract
bench-extract: install ## Measure what isolation adds to the readers' own cost, and the memory of a gigabyte, and renew the tables (minutes).
	@$(BIN)/python -m benchmarks.extract --write

BENCH_VENV ?= build/bench-venv

$(BENCH_VENV)/.installed: pyproject.toml benchmarks/peers-alone.txt
	@$(PYTHON) -m venv $(BENCH_VENV)
	echo "installing the peers into $(BENCH_VENV) …"
	# The extra alone, without winnow and what winnow needs.
	$(PYTHON) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["dedup-peers"], sep="\n")' > $(BENCH_VENV)/peers.txt
	$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r $(BENCH_VENV)/peers.txt
	$(BENCH_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r benchmarks/peers-alone.txt
	touch $@

.PHONY: bench-dedup
bench-dedup: install $(BENCH_VENV)/.installed ## Measure what deduplication costs and finds beside its peers, say whether its targets hold, and renew the tables (many minutes).
	@$(BIN)/python -m benchmarks.dedup --peers $(BENCH_VENV)/bin/python --write

.PHONY: bench-set
bench-set: install ## Measure what the set part costs over a million examples, stage by stage, and renew the table (an hour on one core).
	@$(BIN)/python -m benchmarks.set_part --write

.PHONY: bench-export
bench-export: install $(BENCH_VENV)/.installed ## Measure what lines cost beside polars, and a night without news beside DuckDB, and renew the tables (minutes).
	@$(BIN)/python -m benchmarks.export --peers $(BENCH_VENV)/bin/python --write

.PHONY: pii-page
pii-page: pii-figures bench-scrub canaries ## Renew all figures on personal data: recall, cost and canaries (make pii-page DATA=folder).

.PHONY: lock
lock: install ## Resolve the dependencies anew and write the lock.
	@$(BIN)/uv pip compile pyproject.toml --extra postgres --extra s3 --extra sftp --extra sql --extra dev --extra bench --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade --output-file requirements.lock
	printf 'pip\nuv\n' | $(BIN)/uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet --upgrade --output-file requirements-installers.lock

.PHONY: schema
schema: install ## Write the catalog's JSON schema for editors.
	@$(BIN)/python -m resources.catalog_schema > docs/catalog.schema.json

.PHONY: clean
clean: ## Remove the virtual environments, what training left, and the caches; the home (.winnow) and .env stay.
	rm -rf $(VENV) .venv-train .training $(CONSUMERS) $(CONSUMERS)-others .pytest_cache .mypy_cache .ruff_cache .hypothesis
