#!/usr/bin/env bash
# Runs the tests in parallel on the embedded servers; arguments go to pytest.
set -euo pipefail

cd "$(dirname "$0")/.."
CHROMIUM="$(scripts/browser.sh)"
export CHROMIUM
without_browser=()
if [ -z "$CHROMIUM" ]; then without_browser=(-m "not browser"); fi

.venv/bin/python -m caf_portal.embedded run --profile test -- \
    .venv/bin/python -m pytest -n "${PYTEST_WORKERS:-2}" ${without_browser[@]+"${without_browser[@]}"} "$@"

if [ -z "$CHROMIUM" ]; then
    echo "The browser tests were left out: there is no Chromium (sudo apt-get install chromium)." >&2
fi
