"""A database of its own for the real processes, and a way to look into it from a test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connections


def with_name(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def new_database(name: str) -> Iterator[dict[str, str]]:
    """An empty database owned by the migrations' role, dropped at the end; gives both addresses."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        owner.execute(f'CREATE DATABASE "{name}"')
        try:
            yield {
                "DATABASE_URL": with_name(os.environ["DATABASE_URL"], name),
                "DATABASE_OWNER_URL": with_name(owner_url, name),
            }
        finally:
            owner.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def looking_into(name: str) -> Iterator[None]:
    """Point this process's connection at another database, then back."""
    default = connections["default"]
    before = default.settings_dict["NAME"]
    default.close()
    default.settings_dict["NAME"] = name
    try:
        yield
    finally:
        default.close()
        default.settings_dict["NAME"] = before
