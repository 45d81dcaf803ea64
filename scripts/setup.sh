#!/usr/bin/env bash
# Makes the project's own virtual environment (.venv) and installs locked, hashed requirements in it.
#
#   scripts/setup.sh demo|test|quality
#
# Nothing is installed outside .venv, except python3-venv, by apt-get, when it is missing and we are root.
# Done again only when the requirements file differs from the one installed last (a stamp in .venv).
set -euo pipefail

cd "$(dirname "$0")/.."
group="${1:?usage: scripts/setup.sh demo|test|quality}"
requirements="requirements/${group}.txt"
stamp=".venv/.installed-${group}"

say() { printf '\033[1m==> %s\033[0m\n' "$*" >&2; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    fail "Python 3.11 or newer is needed (set PYTHON=/path/to/python3.11)."
}

# Debian ships Python without ensurepip unless python3-venv is there.
need_ensurepip() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    local package
    package="$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "installing $package (needed to make a virtual environment)"
        apt-get update -qq && apt-get install -y -qq --no-install-recommends "$package"
    else
        fail "Python's venv module is missing. Install it first: sudo apt-get install $package"
    fi
}

# uv does not read pip's configuration: hand over what this machine says there, and never write it down.
inherit_pip_settings() {
    local value
    value="$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)"
    value="${PIP_INDEX_URL:-$value}"
    if [ -n "$value" ] && [ -z "${UV_DEFAULT_INDEX:-}" ]; then export UV_DEFAULT_INDEX="$value"; fi
    value="$(.venv/bin/python -m pip config get global.cert 2>/dev/null || true)"
    value="${PIP_CERT:-$value}"
    if [ -n "$value" ] && [ -z "${SSL_CERT_FILE:-}" ]; then export SSL_CERT_FILE="$value"; fi
}

make_environment() {
    local python
    python="$(find_python)"
    need_ensurepip "$python"
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
        --require-hashes -r requirements/bootstrap.txt
}

# Two `make` at once (a demo and its tests) must not write in .venv together.
mkdir -p var
exec 9>var/setup.lock
if command -v flock >/dev/null; then flock 9; fi

if ! .venv/bin/uv --version >/dev/null 2>&1; then make_environment; fi
if cmp -s "$requirements" "$stamp"; then exit 0; fi

inherit_pip_settings
# A HOME that is missing or read-only (a container, a CI user) must not stop the installation.
if ! mkdir -p "${HOME:-/nonexistent}/.cache" 2>/dev/null; then export UV_CACHE_DIR="$PWD/var/uv-cache"; fi
export UV_NO_CONFIG=1 UV_PYTHON_DOWNLOADS=never UV_LINK_MODE="${UV_LINK_MODE:-copy}"
export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-180}"
say "installing $requirements"
.venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes --only-binary :all: -r "$requirements"
cp "$requirements" "$stamp"
