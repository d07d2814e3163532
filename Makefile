# The two commands: `make run` to try Backline, `make test` to test it.
.DEFAULT_GOAL := help
.PHONY: help run test lint

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
