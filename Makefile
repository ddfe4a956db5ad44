# Every target installs what it needs. `make help` lists them.
SHELL := bash
BIN := .venv/bin
comma := ,
empty :=
joined = $(subst $(empty) $(empty),$(comma),$(strip $(1)))
PROFILE ?= quick
# The shop's domains: without its doubles, its pages and what puts it together.
DOMAINS := accounts admin astronomy calendars carts flags guests holidays mail orders payments printing products \
  templates_catalog worker
TARGET ?= process
# What the gate asks for at the end: on a cluster, the cluster's own scenarios as well.
POLICY ?= $(if $(filter kind,$(TARGET)),cluster,default)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 22

.PHONY: env
env: ## .venv with the locked, hashed dependencies and the launchgate command
	@ci/env.sh

.PHONY: system-packages
system-packages: env ## a browser and the libraries for PDF, where they are missing
	@ci/system-packages.sh

.PHONY: verify
verify: env system-packages ## bring the shop up, run every scenario of PROFILE, say whether it may go live
	@$(BIN)/launchgate run --target $(TARGET) --profile $(PROFILE) --policy $(POLICY) $(RUN_ARGS)

.PHONY: test
test: env system-packages lint ## the project's own tests, with coverage of harness/ and of the shop's services
	@$(BIN)/coverage erase
ifdef PYTEST_ARGS
	@$(BIN)/python -m pytest --cov --cov-report= $(PYTEST_ARGS)
else
	@$(BIN)/python -m pytest --cov --cov-report= -m "not alone and not paired and not nightly" --numprocesses auto --maxprocesses 4 --dist loadfile
	@$(BIN)/python -m pytest --cov --cov-report= --cov-append -m "paired and not nightly" --numprocesses 2 --dist load
	@$(BIN)/python -m pytest --cov --cov-report= --cov-append -m "alone and not nightly"
endif
	@echo "coverage of harness/"
	@$(BIN)/coverage report --include='harness/*' --fail-under=85
	@echo "coverage of the shop's service layer"
	@$(BIN)/coverage report --include='$(call joined,$(DOMAINS:%=system_under_test/%/*))' --fail-under=85

.PHONY: test-cluster
test-cluster: env ## what takes long on a cluster, in both colours: every scenario in full, the planted defects (1 to 2 h)
	@$(BIN)/launchgate run --target kind --profile full --suite infra
	@$(BIN)/python -m pytest -m nightly

.PHONY: lint
lint: env ## ruff, mypy --strict, the walls between the rooms
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: schema
schema: env ## write scenarios/schema.json anew from the models
	@$(BIN)/launchgate validate --write-schema

.PHONY: pictures
pictures: env system-packages ## take the pages' baselines and the guides' pictures anew; look at the diff before you commit
	@$(BIN)/python ci/pictures.py

.PHONY: lock
lock: ## resolve pyproject.toml anew into requirements.lock and the images' own locks (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --quiet --output-file requirements.lock
	python3 deploy/image/lock.py

.PHONY: bench-judge
bench-judge: env ## judge a million observations, beside json.loads of the same lines
	@PYTHONPATH=. $(BIN)/python ci/bench/judge.py

.PHONY: bench-shop
bench-shop: env ## GraphQL beside bare psycopg in the same server, PDFs per second per worker, its memory
	@PYTHONPATH=. $(BIN)/python ci/bench/shop.py

.PHONY: clean
clean: ## remove the environment, caches and run folders
	rm -rf .venv runs .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage*
