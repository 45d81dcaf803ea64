#!/usr/bin/env bash
# Finds the browser of the tests, or installs Debian's Chromium when we are root.
#
# Prints its path. Without one: a clear message and success on a developer's machine, where scripts/test.sh then
# leaves the browser tests out and says so; a failure when CI is set.
set -euo pipefail

find_browser() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        if [ -n "$name" ] && command -v "$name"; then return 0; fi
    done
    return 1
}

find_browser && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "==> installing chromium for the browser tests" >&2
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >&2
    find_browser && exit 0
fi

echo "No Chromium here: the browser tests cannot run. Install it: sudo apt-get install chromium" >&2
echo "(or give its path: CHROMIUM=/path/to/chromium)." >&2
if [ -n "${CI:-}" ]; then exit 1; fi
