.PHONY: help setup check test test-slow reliability

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv with the development tools and the commit hook
	./run setup dev

check: ## format, lint, import contracts, types
	.ci/run check

test: ## the quick tests
	./run test

test-slow: ## the tests that take minutes
	./run test -m slow

reliability: setup ## try to lose results; writes the table of docs/reliability.md (hours)
	.venv/bin/python scripts/reliability.py
