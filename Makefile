# Bare `make` lists what there is.
BIN := .venv/bin
STAMP := .venv/installed
PINNED := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" --quiet

.DEFAULT_GOAL := help
.PHONY: help demo up tools test check bench bench-all accept docs openapi lock release clean

help: ## list the targets
	@sed -n 's/^\([a-z.-]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

.venv: $(STAMP) ## the Python environment, exactly as requirements.lock says

$(STAMP): requirements.lock pyproject.toml
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Xiaohao needs Python 3.11 or later as python3; this is' "$$(python3 --version 2>&1)" >&2; exit 1; }
	@python3 -c 'import ensurepip, venv' 2>/dev/null || \
		{ python3 -c 'import sys; print("Python lacks its venv module. On Debian and Ubuntu: sudo apt-get install python3.%d-venv" % sys.version_info[1])' >&2; exit 1; }
	python3 -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP) ## one whole campaign on told time, from first notice to last report, into out/
	@$(BIN)/xiaohao demo

up: $(STAMP) ## everything, until Ctrl-C; DIR=folder keeps its data there
	@$(BIN)/xiaohao up $(if $(DIR),--dir "$(DIR)")

tools: $(STAMP) ## fetch Prometheus, Alertmanager, promtool and amtool from Debian, once, and Kustomize, for the tests of what operators see
	$(BIN)/python -m deploy.embedded.tools
	$(BIN)/python -m deploy.embedded.kustomize

test: $(STAMP) ## every test, on a real Kafka and mongod
	$(BIN)/pytest

check: $(STAMP) ## style, types, who may import whom, and whether the generated docs are fresh
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/docs

bench: $(STAMP) ## the speed of all beside its peers, into docs/performance.md; at most a quarter of an hour
	$(BIN)/python -m benchmarks

bench-all: $(STAMP) ## the same with all peers, a million issues and the demo
	$(BIN)/python -m benchmarks --all

accept: $(STAMP) ## count what the work costs in operations, and accept it: tests/operations/accepted.yaml
	$(BIN)/python -m tests.operations.accept

docs: $(STAMP) ## write the generated documents anew
	$(BIN)/python -m deploy.docs

openapi: ## lint docs/openapi by the official linter, which needs npm; `make check` holds it to the same rules without
	npx --yes @redocly/cli@2.77.0 lint --extends recommended-strict docs/openapi/*.json

lock: $(STAMP) ## pin all dependencies anew: Python's and Kafka's
	$(BIN)/uv pip compile $(PINNED) --upgrade --all-extras pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile $(PINNED) --constraint requirements.lock --extra services pyproject.toml --output-file deploy/docker/requirements.lock
	$(BIN)/python -m deploy.embedded.jars

release: $(STAMP) ## wheel, source, bill of materials and image of shared/version.py into dist/; refused on what is stale, dirty, failing or not audited
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m deploy.release $(if $(UNAUDITED),--unaudited)

clean: ## all that can be made again
	rm -rf .venv out build .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
