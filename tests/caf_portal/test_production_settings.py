"""Production settings refuse to start rather than to run unsafe, and name what is wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management.utils import get_random_secret_key

ROOT = Path(__file__).resolve().parents[2]
#: Complete and harmless: what `make quality` checks the settings with.
PLACEHOLDERS = dict(
    line.split("=", 1)
    for line in (ROOT / "docker" / "placeholders.env").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
)


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **PLACEHOLDERS, **changes}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_complete_settings_start():
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("ALLOWED_HOSTS", "*"),
        ("PORTAL_URL", "http://portail.example"),
        ("PAYZEN_FORM_URL", "http://payzen.example/vads-payment"),
        ("PAYZEN_REST_URL", "http://payzen.example/api-payment"),
        ("TRUSTED_PROXY_COUNT", "0"),
        ("PAYZEN_MODE", "LIVE"),
        ("FIELD_ENCRYPTION_KEYS", "none"),
        ("DATABASE_URL", "sqlite:///portal"),
    ],
)
def test_an_unsafe_setting_stops_the_start_and_is_named(name, value):
    stopped = start(**{name: value})

    assert stopped.returncode != 0
    assert f"ImproperlyConfigured: {name}" in stopped.stderr


#: A database that may exist, and secrets drawn by chance.
OWN = {
    "DATABASE_URL": "postgresql://caf_app@postgres/caf_portal",
    "SECRET_KEY": get_random_secret_key(),
    "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
}


def test_secrets_drawn_by_chance_start():
    assert start(**OWN).returncode == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", PLACEHOLDERS["SECRET_KEY"]),
        ("SECRET_KEY", "only-for-tests-" + "0" * 50),
        ("SECRET_KEY", "django-insecure-abcdefghijklmnopqrstuvwxyz0123456789abcdef"),
        ("SECRET_KEY", "azerty" * 10),
        ("FIELD_ENCRYPTION_KEYS", PLACEHOLDERS["FIELD_ENCRYPTION_KEYS"]),
        (
            "FIELD_ENCRYPTION_KEYS",
            f"{Fernet.generate_key().decode()},{PLACEHOLDERS['FIELD_ENCRYPTION_KEYS']}",
        ),
    ],
    # Two workers draw two keys: what is drawn by chance may not name a test.
    ids=["placeholder", "of_the_tests", "of_django", "no_chance_in_it", "known_key", "second_key"],
)
def test_a_secret_that_everybody_has_read_stops_the_start_and_is_named(name, value):
    stopped = start(**{**OWN, name: value})

    assert stopped.returncode != 0
    assert f"ImproperlyConfigured: {name}" in stopped.stderr
