#!/usr/bin/env bash
# Every check that needs no browser; all run, even after a failure, and the failed ones are named at the end.
set -uo pipefail

cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=()

check() {
    local name="$1"
    shift
    printf '\033[1m==> %s\033[0m\n' "$name"
    "$@" || failed+=("$name")
}

# Production settings refuse to start without these; the values are nobody's.
production_environment() {
    env -i PATH="$PATH" HOME="${HOME:-/}" \
        DJANGO_SETTINGS_MODULE=caf_portal.settings.production \
        SECRET_KEY="$(printf 'abcdefghijklmnopqrstuvwxyz0123456789%.0s' 1 2)" \
        ALLOWED_HOSTS=portail.example \
        PORTAL_URL=https://portail.example \
        DATABASE_URL=postgresql://caf_app@database.example/caf_portal \
        REDIS_URL=redis://redis.example/0 \
        EMAIL_HOST=mail.example \
        DEFAULT_FROM_EMAIL=ne-pas-repondre@portail.example \
        PAYZEN_FORM_URL=https://payzen.example/vads-payment \
        PAYZEN_REST_URL=https://payzen.example/api-payment \
        FIELD_ENCRYPTION_KEYS=MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDA= \
        "$@"
}

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
check "bandit" bandit --quiet --configfile pyproject.toml --recursive .
check "mypy" python -m caf_portal.embedded run --profile test -- mypy .
check "no missing migration" no_missing_migration
check "check --deploy on production settings" \
    production_environment python manage.py check --deploy --fail-level WARNING

if [ "${#failed[@]}" -gt 0 ]; then
    printf '\n\033[31mFailed: %s\033[0m\n' "$(IFS=,; echo "${failed[*]}" | sed 's/,/, /g')"
    exit 1
fi
printf '\n\033[32mQuality: everything passed.\033[0m\n'
