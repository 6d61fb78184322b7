# The commands of this repository. Only Python (3.11 to 3.13), make and git are needed.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help rehearse test test-fast model-health check fixtures format scan charts bench lock clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "make %-10s %s\n", $$1, $$2 }'

rehearse: .venv/ready ## Provision every stack of stacks/ against an in-memory AWS account
	@$(BIN)/paved rehearse

test: .venv/ready ## Run the whole test suite
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder

test-fast: .venv/ready ## Run the tests that need no plan of a whole stack, in under a minute
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadfile --no-loadscope-reorder -m "not slow"

model-health: .venv/ready ## Test the model-health job with the libraries of its image (an environment of its own)
	@test -e .venv/model-health/ready || { $(PYTHON) -m venv .venv/model-health \
		&& .venv/model-health/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
			--require-hashes --requirement model_health/requirements.lock \
		&& $(BIN)/python -c 'import site; print(site.getsitepackages()[0])' \
			> .venv/model-health/lib/python3.11/site-packages/paved.pth && touch .venv/model-health/ready; }
	@PYTHONPATH=. .venv/model-health/bin/python -m pytest -p no:xdist tests/model_health

check: .venv/ready ## Check format, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

fixtures: .venv/ready ## Derive what the real engine registers from plans, where it is not at hand
	@$(BIN)/python -m tests.engine.derive

format: .venv/ready ## Format the code and mend what ruff can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

scan: .venv/ready ## Look for known vulnerabilities in requirements.lock (needs the network)
	@$(BIN)/python -m paved.dependencies

charts: .venv/ready ## Render every chart and hold it to the plan (needs helm, and the network or SOURCES=a folder of charts)
	@command -v helm >/dev/null || { echo "error: helm is not installed" >&2; exit 2; }
	@CHART_SOURCES=$(or $(SOURCES),online) $(BIN)/python -m pytest -rs tests/charts

bench: .venv/ready ## Measure validate, plan and rehearse
	@$(BIN)/python -m benchmarks

lock: .venv/ready ## Resolve requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev \
		--no-header --no-annotate --quiet --output-file requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --quiet --output-file model_health/requirements.lock model_health/pyproject.toml

clean: ## Remove the virtual environment and every cache
	rm -rf .venv *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
		|| { echo "error: Python 3.11 to 3.13 is needed, found $$($(PYTHON) --version)" >&2; exit 2; }
	@echo "making .venv from requirements.lock (two or three minutes, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
