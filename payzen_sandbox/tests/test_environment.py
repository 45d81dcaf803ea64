"""A wrong setting refuses to start, and is named."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from payzen_sandbox.environment import read_environment


@pytest.fixture
def right(tmp_path):
    return {
        "SANDBOX_DATABASE": str(tmp_path / "sandbox.sqlite3"),
        "SANDBOX_SECRET_KEY": "x",
        "SANDBOX_PUBLIC_URL": "http://127.0.0.1:8001/",
        "SANDBOX_NOTIFICATION_URL": "http://127.0.0.1:8000/paiement/ipn/",
        "SANDBOX_SHOP_RETURN_URL": "http://127.0.0.1:8000/",
    }


def test_a_right_environment_is_read(right):
    environment = read_environment({**right, "SANDBOX_ALLOWED_HOSTS": "sandbox, other"})

    assert environment.public_url == environment.public_origin == "http://127.0.0.1:8001"
    assert environment.cancel_notifications is False
    assert environment.load_mode is False
    assert read_environment({**right, "SANDBOX_LOAD_MODE": "1"}).load_mode is True
    assert environment.allowed_hosts == ("127.0.0.1", "localhost", "[::1]", "sandbox", "other")


@pytest.mark.parametrize(
    "name",
    [
        "SANDBOX_DATABASE",
        "SANDBOX_SECRET_KEY",
        "SANDBOX_PUBLIC_URL",
        "SANDBOX_NOTIFICATION_URL",
        "SANDBOX_SHOP_RETURN_URL",
    ],
)
def test_a_missing_variable_is_named(right, name):
    del right[name]

    with pytest.raises(ImproperlyConfigured, match=name):
        read_environment(right)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANDBOX_DATABASE", "/no/such/folder/file"),
        ("SANDBOX_DATABASE", "/"),
        ("SANDBOX_PUBLIC_URL", "127.0.0.1:8001"),
        ("SANDBOX_NOTIFICATION_URL", "ftp://shop"),
        ("SANDBOX_SHOP_RETURN_URL", "http://"),
        ("SANDBOX_CANCEL_NOTIFICATIONS", "yes"),
        ("SANDBOX_LOAD_MODE", "on"),
        ("SANDBOX_ALLOWED_HOSTS", "*"),
        ("SANDBOX_DATE_PAST_MINUTES", "-5"),
        ("SANDBOX_DATE_FUTURE_MINUTES", "soon"),
        ("SANDBOX_LATE_ANSWER_SECONDS", ""),
    ],
)
def test_a_wrong_variable_is_named(right, name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        read_environment({**right, name: value})


def test_the_module_runs_alone_with_its_own_settings_whatever_the_environment_names(right):
    environment = {**os.environ, **right, "DJANGO_SETTINGS_MODULE": "caf_portal.settings.demo"}
    for command in (["migrate", "--verbosity", "0"], ["sweep"], ["makemigrations", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "payzen_sandbox", *command],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
