.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
STAGE ?= dev

.PHONY: help setup demo test test-slow test-browser mutants check generate package deploy format bench

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1	/' | expand -t 14

$(READY): requirements.txt requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Curfew needs Python 3.11 or newer; say which: make PYTHON=python3.11"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet -r requirements-dev.txt
	$(BIN)/pip install --quiet --no-deps -e .
	@touch $@

setup: $(READY) ## install everything into .venv

demo: $(READY) ## run the main job on the embedded cloud: a fortnight in a minute or so
	@$(BIN)/curfew demo

test: $(READY) ## run all tests but the slow ones and those in a browser
	@$(BIN)/pytest -n auto --ignore=tests/slow --ignore=tests/browser

test-slow: $(READY) ## whole days and months on the embedded cloud, and every minute of a year in eight zones (3 min)
	@$(BIN)/pytest -n auto tests/slow

test-browser: $(READY) chromium ## look at the report's page in Chromium (root: installs Debian's if it is missing)
	@$(BIN)/pytest tests/browser

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || test "$$(id -u)" -ne 0 || { apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; }
	@command -v chromium >/dev/null || { echo "Chromium is missing; install it: apt-get install chromium"; exit 2; }

mutants: $(READY) ## plant faults in a copy, one at a time, and see that the tests catch each
	@$(BIN)/python -m tests.mutants.run $(FAULTS)

check: $(READY) ## lint, formatting, types, layers, generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m chalicelib.local.packaging.generate --check

generate: $(READY) ## write the generated files: policies, settings, member templates, JSON Schemas
	$(BIN)/python -m chalicelib.local.packaging.generate

package: $(READY) ## make build/STAGE: the CloudFormation template and the zip (STAGE=dev)
	@$(BIN)/python -m chalicelib.local.packaging.bundle $(STAGE)

deploy: package ## deploy build/STAGE with the AWS CLI (ARTIFACTS=a bucket of yours; docs/operations.md)
	@test -n "$(ARTIFACTS)" || { echo "say where the zip may be kept: make deploy STAGE=$(STAGE) ARTIFACTS=my-bucket"; exit 2; }
	aws cloudformation package --template-file build/$(STAGE)/template.json --s3-bucket $(ARTIFACTS) \
		--s3-prefix curfew/$(STAGE) --output-template-file build/$(STAGE)/deploy.yaml
	aws cloudformation deploy --stack-name curfew-$(STAGE) --template-file build/$(STAGE)/deploy.yaml \
		--s3-bucket $(ARTIFACTS) --s3-prefix curfew/$(STAGE) --no-fail-on-empty-changeset \
		--capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND \
		$(if $(PARAMETERS),--parameter-overrides $(PARAMETERS))
	aws cloudformation describe-stacks --stack-name curfew-$(STAGE) --query "Stacks[0].Outputs" --output table

format: $(READY) ## format and fix what can be fixed
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

bench: $(READY) ## print the measured comparisons: calls and cost of a night, idle ticks, pokes, return times, decisions, faults, reports, the ledger (13 min)
	@for each in night idle_tick pokes return_time timetable faults report ledger_cost; do $(BIN)/python -m bench.$$each || exit 1; done
