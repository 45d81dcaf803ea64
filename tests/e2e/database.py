"""A database of its own for the real processes, and a way to look into it from a test."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.db import connections
from psycopg.rows import TupleRow


def with_name(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def new_database(name: str) -> Iterator[dict[str, str]]:
    """An empty database owned by the migrations' role, dropped at the end; gives both addresses."""
    owner_url = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(f'CREATE DATABASE "{name}"')
        try:
            yield {
                "DATABASE_URL": with_name(os.environ["DATABASE_URL"], name),
                "DATABASE_OWNER_URL": with_name(owner_url, name),
            }
        finally:
            _drop(owner, name)


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


def _drop(owner: psycopg.Connection[TupleRow], name: str) -> None:
    """The last process has stopped, but its connection may take a moment to be gone.

    The owner may not end the application's connections: that would take a superuser.
    """
    for _attempt in range(40):
        try:
            owner.execute(f'DROP DATABASE "{name}"')
        except psycopg.errors.ObjectInUse:
            time.sleep(0.25)
        else:
            return
    raise TimeoutError(f"{name} is still in use")
