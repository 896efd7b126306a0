# Two commands from a fresh clone: `make demo` shows it, `make test` proves it.
# Everything else is `cargo xtask` (ci, tidy, gen, bench).

# Outside the checkout, so that another clone on this machine need not build everything again.
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/ostler
export CARGO_TARGET_DIR ?= $(CACHE)/target

.PHONY: help demo build test quick bench

help:
	@echo 'make demo    build Ostler and run the example shop on http://localhost:8080 (Ctrl-C stops it)'
	@echo 'make build   build the release binary'
	@echo 'make test    install what the tests need, then run every check that CI runs'
	@echo 'make quick   the checks that take seconds'
	@echo 'make bench   measure Ostler beside PM2, node cluster, nginx and HAProxy'

demo:
	@xtask/setup.sh demo
	@xtask/demo.sh

build:
	@xtask/setup.sh demo
	@cargo build --locked --release --package ostler
	@echo "built $(CARGO_TARGET_DIR)/release/ostler"

test:
	@xtask/setup.sh test
	@OSTLER_PYTHON=installed cargo xtask ci

quick:
	@xtask/setup.sh test
	@cargo xtask ci --quick

bench:
	@cargo xtask bench all
