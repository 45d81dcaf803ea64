"""The one reader of the environment; nothing else in the portal touches ``os.environ``.

A missing or malformed variable stops the start with a message that names it: a portal that
guesses where its money goes is worse than one that does not start.
"""

import os
from collections.abc import Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

_env = Env()


def fill_in(**values: str) -> None:
    """Give variables a value where the environment has none: for tests, never in production."""
    for name, value in values.items():
        os.environ.setdefault(name, value)


def required(name: str) -> str:
    """The text of a variable that has no default.

    Raises ``ImproperlyConfigured``, naming the variable, when it is absent or blank.
    """
    value = cast(str, _read(_env.str, name)).strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is empty: give it a value in the environment.")
    return value


def text(name: str, default: str) -> str:
    """The text of an optional variable."""
    return cast(str, _read(_env.str, name, default))


def flag(name: str, *, default: bool) -> bool:
    """A yes/no variable (``1``, ``true``, ``yes``, ``on`` and their contraries)."""
    return cast(bool, _read(_env.bool, name, default))


def whole(name: str, default: int, *, minimum: int = 0) -> int:
    """A whole number not below ``minimum``."""
    value = cast(int, _read(_env.int, name, default))
    if value < minimum:
        raise ImproperlyConfigured(f"{name} is {value}: it must be {minimum} or more.")
    return value


def words(name: str, default: list[str] | None = None) -> list[str]:
    """A comma-separated list without blanks; required when no default is given."""
    raw = required(name) if default is None else text(name, ",".join(default))
    return [word.strip() for word in raw.split(",") if word.strip()]


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Networks written 10.1.0.0/16, separated by commas; none when it is absent."""
    try:
        return [ip_network(word) for word in words(name, [])]
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} is {text(name, '')!r}: give networks such as 10.1.0.0/16."
        ) from error


def one_of(name: str, choices: Sequence[str], *, default: str) -> str:
    """One word among ``choices``."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is {value!r}: give one of {', '.join(choices)}.")
    return value


def folder(name: str) -> Path | None:
    """A folder that exists and may be written in; ``None`` when the variable is empty."""
    value = text(name, "").strip()
    if not value:
        return None
    path = Path(value).absolute()
    if not path.is_dir() or not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise ImproperlyConfigured(
            f"{name} is {value!r}: give a folder that exists and that the portal may write in."
        )
    return path


def fernet_keys(name: str) -> list[str]:
    """Keys of 32 bytes in URL-safe Base64; the message never repeats them."""
    keys = words(name)
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            message = f"{name}: each key is 32 bytes in URL-safe Base64."
            raise ImproperlyConfigured(message) from error
    if not keys:
        raise ImproperlyConfigured(f"{name} is empty: give one key at least.")
    return keys


def http_url(name: str, default: str | None = None) -> str:
    """An absolute http(s) URL without a trailing slash."""
    value = (required(name) if default is None else text(name, default)).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} is {value!r}: give an absolute http or https address.")
    return value


def database(name: str) -> dict[str, Any]:
    """Django's connection settings read from a ``postgresql://`` URL."""
    try:
        parsed = cast(dict[str, Any], _env.dj_db_url(name))
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured(f"{name} is not a database URL: {error}") from error
    if not str(parsed.get("ENGINE", "")).endswith("postgresql"):
        raise ImproperlyConfigured(f"{name} must point to PostgreSQL (postgresql://…).")
    return parsed


def _read(reader: Callable[..., Any], name: str, *default: Any) -> Any:
    try:
        return reader(name, *default)
    except EnvError as error:
        raise ImproperlyConfigured(f"{name}: {error}. See .env.example.") from error
