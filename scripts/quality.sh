#!/usr/bin/env bash
# Every check that needs no browser; all run, even after a failure, and the failed ones are named at the end.
set -uo pipefail

cd "$(dirname "$0")/.." || exit
PATH="$PWD/.venv/bin:$PATH"
failed=()

check() {
    local name="$1"
    shift
    printf '\033[1m==> %s\033[0m\n' "$name"
    "$@" || failed+=("$name")
}

on_production_settings() (
    while read -r line; do
        if [[ "$line" == [A-Z]*=* ]]; then export "${line?}"; fi
    done < docker/placeholders.env
    unset DATABASE_OWNER_URL
    "$@"
)

no_missing_migration() {
    python -m caf_portal.embedded run --profile test -- \
        env DJANGO_SETTINGS_MODULE=caf_portal.settings.test python manage.py makemigrations --check --dry-run
}

templates_are_tidy() {
    git ls-files -z -- '*/templates/*.html' 'templates/*.html' | xargs -0 -r djade --target-version 5.2 --check
}

check "ruff" ruff check .
check "ruff format" ruff format --check .
check "djade (templates)" templates_are_tidy
check "import-linter" lint-imports --no-logo
check "bandit" bandit --quiet --severity-level medium --configfile pyproject.toml --recursive .
check "mypy (portal)" python -m caf_portal.embedded run --profile test -- mypy .
check "mypy (sandbox)" mypy --config-file payzen_sandbox/mypy.ini payzen_sandbox
check "no missing migration" no_missing_migration
check "check --deploy on production settings" \
    on_production_settings python manage.py check --deploy --fail-level WARNING

if [ "${#failed[@]}" -gt 0 ]; then
    printf '\n\033[31mFailed: %s\033[0m\n' "$(IFS=';'; echo "${failed[*]}")"
    exit 1
fi
printf '\n\033[32mQuality: everything passed.\033[0m\n'
