#!/usr/bin/env bash
# Brings locale/en up to date with the texts marked in code and templates, and compiles it.
# Needs gettext's tools; running the portal and its tests does not, as the result is kept in git.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v xgettext >/dev/null || ! command -v msgfmt >/dev/null; then
  echo "gettext is missing: sudo apt-get install gettext" >&2
  exit 1
fi

DJANGO_SETTINGS_MODULE=caf_portal.settings.demo .venv/bin/python manage.py makemessages \
  --locale en --no-location --no-obsolete \
  --ignore .venv --ignore var --ignore tests --ignore payzen_sandbox --ignore docs
msgfmt --check-format --statistics \
  --output-file locale/en/LC_MESSAGES/django.mo locale/en/LC_MESSAGES/django.po
