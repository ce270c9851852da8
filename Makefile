# Run `make` for the list of targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash

# Packages that link neither provider SDK: cheap to build a second time with the race detector.
RACE := ./config/... ./internal/ics/... ./internal/server/... ./internal/simulator ./internal/simulator/zoom/... \
        ./reconciler/... ./sources ./store/... ./zoom/...
LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | column -t -s $$'\t'

demo: ## the daemon against simulated providers, nothing to set up
	go run ./cmd/slotward demo

build: ## the binary, in ./bin
	go build -trimpath -o bin/slotward ./cmd/slotward

test: ## every test; PostgreSQL too when SLOTWARD_TEST_POSTGRES names a server
	go vet ./...
	go test -race $(RACE)
	go test ./...

scenarios: ## the scenarios alone, also with twenty seeds of random faults
	go run ./internal/scenario/run internal/scenario/testdata
	for seed in $$(seq 1 20); do go run ./internal/scenario/run -faults $$seed internal/scenario/testdata || exit 1; done

bench: ## requests per change, planning, merging, memory, as a table
	go run ./internal/bench

fuzz: ## a minute on each fuzz target
	go test -run '^$$' -fuzz FuzzFindLinks -fuzztime 1m ./sources

lint: ## golangci-lint with the boundaries between packages
	go run $(LINT) run

.PHONY: help demo build test scenarios bench fuzz lint
