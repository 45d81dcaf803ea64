#!/usr/bin/env bash
# Runs the tests in parallel on the embedded servers. Arguments go to pytest, and then only the portal's tests
# run, or only the sandbox's if an argument names payzen_sandbox: each has its own Django settings.
set -euo pipefail

cd "$(dirname "$0")/.."
CHROMIUM="$(scripts/browser.sh)"
export CHROMIUM
workers="${PYTEST_WORKERS:-2}"
without_browser=()
if [ -z "$CHROMIUM" ]; then without_browser=(-m "not browser"); fi

portal() {
    .venv/bin/python -m caf_portal.embedded run --profile test -- \
        .venv/bin/python -m pytest -n "$workers" --dist loadgroup ${without_browser[@]+"${without_browser[@]}"} "$@"
}

sandbox() {
    .venv/bin/python -m pytest -c payzen_sandbox/pytest.ini -n "$workers" "$@"
}

failed=0
if [ "$#" -eq 0 ]; then
    sandbox payzen_sandbox/tests || failed=1
    portal || failed=1
elif [[ "$*" == *payzen_sandbox* ]]; then
    sandbox "$@" || failed=1
else
    portal "$@" || failed=1
fi

if [ -z "$CHROMIUM" ]; then
    echo "The browser tests were left out: there is no Chromium (sudo apt-get install chromium)." >&2
fi
exit "$failed"
