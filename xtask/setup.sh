#!/usr/bin/env bash
# Make sure that what `make demo`, `make test` or the benchmarks need is there.
# As root on Debian and its children missing packages are installed; elsewhere it says what to install.
# With everything present it touches no network.
#
#   xtask/setup.sh demo | test | bench
set -euo pipefail
cd "$(dirname "$0")/.."

fail() {
  echo "setup: $*" >&2
  exit 1
}

# True when version $1 is at least $2.
at_least() {
  [ "$(printf '%s\n%s\n' "$2" "$1" | sort --version-sort | head -n 1)" = "$2" ]
}

need_cargo() {
  local wanted found
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  command -v cargo >/dev/null ||
    fail "cargo is missing. Install Rust $wanted or newer with rustup (Debian's own package is too old)."
  found=$(cargo --version | cut -d ' ' -f 2)
  at_least "$found" "$wanted" ||
    fail "cargo $found is too old: Rust $wanted or newer is needed. With rustup: rustup update stable"
}

need_node() {
  local wanted=20 found
  command -v node >/dev/null ||
    fail "node is missing. Install Node.js $wanted, 22 or 24 and make sure that node is on the PATH."
  found=$(node --version | tr -d v)
  at_least "$found" "$wanted" ||
    fail "node $found is too old: Node.js $wanted or newer is needed (node on the PATH is $(command -v node))."
  command -v npm >/dev/null ||
    fail "npm is missing although node $found is there. Install npm (it comes with Node.js; on Debian: apt-get install npm)."
}

# need_programs PROGRAM=PACKAGE ...: install the Debian packages of the programs that are not there.
need_programs() {
  local pair missing=()
  for pair in "$@"; do
    # Debian keeps nginx and haproxy in /usr/sbin, which is not on every user's PATH.
    PATH="$PATH:/usr/sbin:/sbin" command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  install_packages ${missing[@]+"${missing[@]}"}
}

# want_programs PROGRAM=PACKAGE ...: the same where that is easy; without them some tests are skipped and say so.
want_programs() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then need_programs "$@"; fi
}

# need_python_modules MODULE=PACKAGE ...: the same for modules, of the Python on the PATH or of Debian's own.
need_python_modules() {
  local pair missing=()
  for pair in "$@"; do
    python3 -c "import ${pair%%=*}" 2>/dev/null || /usr/bin/python3 -c "import ${pair%%=*}" 2>/dev/null ||
      missing+=("${pair#*=}")
  done
  install_packages ${missing[@]+"${missing[@]}"}
}

install_packages() {
  [ $# -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    fail "missing: $* (names of Debian packages). Install them and run this again; as root on Debian this script does it."
  fi
  echo "setup: installing $* ..."
  # RUNLEVEL=1 keeps the packages from starting their services: the tests start their own on free ports.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  apt-get update -qq </dev/null
  apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# need_disk GB: that much is free where cargo builds. A linker on a full disk dies of SIGBUS and names no cause.
# Old builds in the cache of this project are given up for it: cargo keeps every version of them, and makes them again.
need_disk() {
  local wanted=$1 folder own="${XDG_CACHE_HOME:-$HOME/.cache}/ostler/target"
  folder=${CARGO_TARGET_DIR:-$PWD/target}
  if [ "$(free_gb "$folder")" -lt "$wanted" ] && [ "$folder" = "$own" ] && [ -d "$own" ]; then
    echo "setup: only $(free_gb "$folder") GB are free, $wanted are needed: removing old builds in $own ..."
    rm -rf "$own"
  fi
  [ "$(free_gb "$folder")" -ge "$wanted" ] ||
    fail "only $(free_gb "$folder") GB are free where cargo builds ($folder), $wanted are needed. Make room, or set CARGO_TARGET_DIR to a folder on another disk."
}

free_gb() {
  local folder=$1
  while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
  df -Pk "$folder" | awk 'NR == 2 { print int($4 / 1048576) }'
}

case "${1:-}" in
  demo)
    need_disk 2
    need_programs cc=gcc
    need_cargo
    need_node
    ;;
  test)
    need_disk 8
    need_programs cc=gcc c++=g++ git=git redis-server=redis-server redis-cli=redis-tools
    want_programs chromium=chromium prometheus=prometheus
    need_python_modules websockets=python3-websockets h2=python3-h2
    need_cargo
    need_node
    ;;
  bench)
    need_disk 2
    need_programs cc=gcc nginx=nginx haproxy=haproxy redis-server=redis-server strace=strace varnishd=varnish
    need_cargo
    need_node
    ;;
  *) fail "usage: xtask/setup.sh demo | test | bench" ;;
esac
