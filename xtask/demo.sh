#!/usr/bin/env bash
# Build Ostler and run the example shop in the foreground. Called by `make demo`.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "building the release binary (some minutes the first time) ..."
cargo build --locked --release --package ostler
ostler="${CARGO_TARGET_DIR:-$PWD/target}/release/ostler"

cd examples/shop
if [ ! -d node_modules ] || [ package-lock.json -nt node_modules ]; then
  echo "installing the example's npm packages ..."
  npm ci --prefer-offline --no-audit --no-fund --loglevel=error
  touch node_modules
fi

echo "the shop will be at http://localhost:8080/products; Ostler prints its addresses below; Ctrl-C stops everything"
exec "$ostler" run
