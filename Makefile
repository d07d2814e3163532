# The two commands: `make run` to try Backline, `make test` to test it.
.DEFAULT_GOAL := help
.PHONY: help run test lint soak

help: ## What can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Install, start and fill a demo Backline on this machine; Ctrl-C stops it
	@bin/bootstrap main
	@exec .venv/bin/backline up --try

test: ## Install what the tests need and run every test
	@bin/bootstrap dev
	@bin/chromium
	@.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(TESTS)

lint: ## Style, types, import contracts, migrations and norms
	@bin/bootstrap dev
	@bin/lint

soak: ## A flood of 10,000 notices and a night of chaos over 10,000 cases; SOAK_NOTICES=500 SOAK_CASES=500 for less, SOAK_SEED=7 for the same again
	@bin/bootstrap dev
	@.venv/bin/python -m pytest -q -s tests/soak/full.py
