# Run `make` for the list of targets.
.DEFAULT_GOAL := help
SHELL := /bin/bash

# Packages that link neither provider SDK: cheap to build a second time with the race detector.
RACE := ./config/... ./internal/ics/... ./internal/server/... ./internal/simulator ./internal/simulator/zoom/... \
        ./reconciler/... ./sources ./store/... ./zoom/...
LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## the daemon against simulated providers, nothing to set up
	go run ./cmd/slotward demo

# Microsoft's models are half of a cold build: without debug information, and with a
# compiler that collects its garbage at 4 GB only, it takes a third less time.
build: ## the binary, in ./bin
	CGO_ENABLED=0 GOGC=off GOMEMLIMIT=4000MiB go build -trimpath -gcflags=all=-dwarf=false -ldflags=-s -o bin/slotward ./cmd/slotward

# Some tests build the programs that they run, which go's test cache does not see: hence -count=1.
test: ## every test; PostgreSQL too when SLOTWARD_TEST_POSTGRES names a server
	go vet ./...
	@if command -v gcc >/dev/null; then set -e; \
		echo go test -race …; go test -race $(RACE); \
		echo go test, all other packages; go test -count=1 -timeout 30m -parallel 6 $$(go list ./... | grep -vxFf <(go list $(RACE))); \
	else echo "no C compiler: the race detector is left out"; go test -count=1 -timeout 30m -parallel 6 ./...; fi

walk: ## only a browser's walks through every page; they want Chromium, and axe.min.js in SLOTWARD_AXE
	go test -count=1 -timeout 20m ./internal/dashboard/walk

scenarios: ## the scenarios alone, on both calendar services, also with twenty seeds of random faults
	for on in google microsoft; do go run ./internal/scenario/run -calendar $$on internal/scenario/testdata || exit 1; done
	for seed in $$(seq 1 20); do for on in google microsoft; do \
		go run ./internal/scenario/run -calendar $$on -faults $$seed internal/scenario/testdata || exit 1; done; done

histories: ## 2,000 random histories against the model of what events should show, others each time
	go run ./internal/scenario/history -seed 0

bench: ## requests per change, planning, merging, memory, as a table
	go run ./internal/bench

fuzz: ## a minute on each fuzz target
	go test -run '^$$' -fuzz FuzzFindLinks -fuzztime 1m ./sources

docs: ## docs/api.md anew, from the daemon's own description of its API
	go test ./internal/apidoc -run TestDocsAreUpToDate -update

lint: ## golangci-lint with the boundaries between packages
	go run $(LINT) run

.PHONY: help demo build test walk scenarios histories bench fuzz docs lint
