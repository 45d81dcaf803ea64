#!/usr/bin/env bash
# Compiles requirements/*.txt from the groups of pyproject.toml, with hashes and without any registry's address.
#
#   scripts/lock.sh [--upgrade]
#
# Each file is complete by itself (test.txt holds base and demo too) and agrees with the smaller ones.
set -euo pipefail

cd "$(dirname "$0")/.."
compile() {
    local output="$1"
    shift
    echo "compiling ${output}" >&2
    .venv/bin/uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links --output-file "$output" "$@" >/dev/null
}

# The largest set is solved first, so that the smaller ones cannot choose a version that it refuses.
compile requirements/quality.txt pyproject.toml --group demo --group test --group quality "$@"
compile requirements/test.txt pyproject.toml --group demo --group test -c requirements/quality.txt "$@"
compile requirements/demo.txt pyproject.toml --group demo -c requirements/quality.txt "$@"
compile requirements/base.txt pyproject.toml -c requirements/quality.txt "$@"
compile requirements/bootstrap.txt --group bootstrap "$@"

if grep -nE '://|^ *(--(extra-)?index-url|--find-links|-f) ' requirements/*.txt; then
    echo "lock: an address got into the files above" >&2
    exit 1
fi
