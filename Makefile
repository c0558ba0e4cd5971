# Every command sets up what it needs. `make help` lists them.
SHELL := /bin/sh
PYTHON ?= python3
STACK ?= dev
VENV := .venv
BIN := $(VENV)/bin
LOCK := --quiet --generate-hashes --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# The dev stack keeps its state in a folder here and needs no login. Other stacks take what the environment says.
export PULUMI_SKIP_UPDATE_CHECK = true
ifeq ($(STACK),dev)
export PULUMI_BACKEND_URL ?= file://$(CURDIR)/.pulumi/state
export PULUMI_CONFIG_PASSPHRASE ?= dev
SELECT := mkdir -p .pulumi/state && pulumi stack select --create dev
else
# A mistyped name must not make a new stack.
SELECT := pulumi stack select $(STACK)
endif

.DEFAULT_GOAL := help
.PHONY: help preview validate secret up test nightly e2e mutation check format bench stats docs lock clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.runtime: requirements.txt
	@echo "setting up $(VENV)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@printf '#!%s\nimport sys\nsys.path.insert(0, "%s")\nfrom argoproject.cli.main import main\nmain(prog_name="argoproject")\n' \
	  "$(CURDIR)/$(BIN)/python" "$(CURDIR)" > $(BIN)/argoproject && chmod +x $(BIN)/argoproject
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "setting up the tools for tests" >&2
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

preview: $(VENV)/.runtime ## Show what would be built: by Pulumi where it is installed, else without it
	@if command -v pulumi >/dev/null 2>&1; then \
	  echo "pulumi preview of stack $(STACK) (the Pulumi CLI is installed)"; \
	  $(SELECT) && pulumi preview --stack $(STACK) --diff=false; \
	else $(BIN)/python -m argoproject preview --stack $(STACK); fi

validate: $(VENV)/.runtime ## Report every mistake in the configuration
	@$(BIN)/python -m argoproject validate $(if $(CONFIG),--config $(CONFIG))

secret: ## Give a secret its value: make secret TEAM=blue NAME=gitlab-token (needs the Pulumi CLI, asks for the value)
	@test -n "$(TEAM)" -a -n "$(NAME)" || { echo "usage: make secret TEAM=blue NAME=gitlab-token [STACK=dev]" >&2; exit 2; }
	@$(SELECT) && pulumi config set --stack $(STACK) --secret --path 'secrets.$(TEAM).$(NAME)'

up: $(VENV)/.runtime ## Build it (needs the Pulumi CLI and the clusters)
	@command -v pulumi >/dev/null 2>&1 || { echo "make up needs the Pulumi CLI: https://www.pulumi.com/docs/install" >&2; exit 1; }
	@$(SELECT) && pulumi up --stack $(STACK)

# Tests that need more than Python, or more than two seconds.
PROGRAMS := argocd or kubernetes or sops or actionlint or browser or slow
SERVERS := cluster or engine or live

test: $(VENV)/.dev ## Run every test that needs only Python: two to three minutes on two cores
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "not ($(PROGRAMS) or $(SERVERS))"
	@echo "make e2e adds: real API servers, a whole Argo CD, Argo CD's and Kubernetes' own code, sops, Chromium, fleets of 1,000 environments," \
	  "and the Pulumi engine where pulumi is on PATH (first run: 25 minutes of builds with Go)"

nightly: export ARGOPROJECT_FLEETS ?= 10000
nightly: export ARGOPROJECT_SEED ?= $(shell date +%s)
nightly: $(VENV)/.dev ## Attack 10,000 fleets, others each time: minutes. ARGOPROJECT_SEED=… tries the same ones again
	@$(BIN)/python -m pytest -s tests/properties

e2e: export ARGOPROJECT_FLEETS ?= 750
e2e: $(VENV)/.dev ## Run the tests that need more: API servers, Argo CD's code, sops, Chromium, the engine
	@$(BIN)/python -m tests.gotools
	@$(BIN)/python -m pytest -n auto -m "($(PROGRAMS)) and not ($(SERVERS))"
	@$(BIN)/python -m pytest -n auto tests/properties/test_fleets.py
	@$(BIN)/python -m pytest -m "$(SERVERS)" # on one worker: each would start servers of its own

mutation: $(VENV)/.dev ## Take guards away from the code and see whether the tests notice: takes hours
	@$(BIN)/python -m tests.mutation
	@$(BIN)/mutmut run && $(BIN)/python -m tests.mutation.score

check: $(VENV)/.dev ## Lint, format, types and the direction of imports
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: $(VENV)/.dev ## Put the code into shape
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

docs: $(VENV)/.runtime ## Generate the schemas and the reference from the models
	@$(BIN)/python -m argoproject schema --reference docs/reference.md

stats: $(VENV)/.dev ## Figures of the code: files, lines, share of prose, functions used once
	@$(BIN)/python -m tests.stats

bench: $(VENV)/.dev ## Measure against the limits, as ratios in one run
	@$(BIN)/python -m benchmarks

lock: ## Pin the dependencies of pyproject.toml again, with hashes
	@$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/python -m pip install --quiet pip-tools
	@$(VENV)/lock/bin/pip-compile $(LOCK) --output-file requirements.txt pyproject.toml
	@$(VENV)/lock/bin/pip-compile $(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt pyproject.toml

clean: ## Remove what the other commands made
	@rm -rf $(VENV) .argoproject .pytest_cache .mypy_cache .ruff_cache .hypothesis
