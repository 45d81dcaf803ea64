"""Fixtures of the sandbox's tests."""

import dataclasses
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as django_settings

from payzen_sandbox.tests.shop_server import ShopServer, listening_shop

Configure = Callable[..., None]


@pytest.fixture
def configure(settings) -> Configure:
    """Change values of the environment for one test: `configure(cancel_notifications=True)`."""

    def change(**values: object) -> None:
        settings.ENVIRONMENT = dataclasses.replace(django_settings.ENVIRONMENT, **values)

    return change


@pytest.fixture
def listener(configure: Configure) -> Iterator[ShopServer]:
    """A shop listening at the URL of the notification rule."""
    with listening_shop() as shop:
        configure(notification_url=shop.url)
        yield shop
