"""Fixtures of the browser tests: the real processes, a browser, and people to play with.

They share one running portal: ``tests/scheduling.py`` keeps them on one worker.
"""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker

from caf_portal.embedded.places import PROJECT
from tests.e2e.closing import leave
from tests.e2e.database import new_database
from tests.e2e.people import Person, new_person
from tests.e2e.stack import Stack, running_stack

PHONE = {"width": 390, "height": 844}


def pytest_itemcollected(item: pytest.Item) -> None:
    """Every test of this folder drives a browser (``-m "not browser"`` leaves them out)."""
    item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's browser. Its absence is a failure where nobody watches."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not found:
        message = "No Chromium: sudo apt-get install chromium, or CHROMIUM=/path/to/chromium."
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def stack(
    chromium: str, django_test_environment: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """The portal, its workers, the sandbox and a mail box, on free ports, until the last test."""
    name = f"test_caf_{os.environ.get('PYTEST_DB_SUFFIX', '')}e2e_{os.getpid()}"
    folder, logs = tmp_path_factory.mktemp("e2e"), PROJECT / "var" / "test" / "logs"
    with (
        new_database(name) as addresses,
        running_stack(
            folder=folder, logs=logs, database=name, base={**os.environ, **addresses}
        ) as running,
    ):
        yield running


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser for a file of tests: its event loop must not outlive them in this process."""
    with pytest.MonkeyPatch.context() as patch:
        # Playwright keeps an event loop in this thread, and Django refuses to query beside one.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            yield opened
            opened.close()


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A phone, in French, that knows nobody yet. A script refused by the CSP fails the test."""
    context = browser.new_context(base_url=stack.portal, locale="fr-FR", viewport=PHONE)
    context.set_default_timeout(20_000)
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    yield opened
    leave(context)
    assert [text for text in said if "Content Security Policy" in text] == []


@pytest.fixture
def plain_page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The same phone without JavaScript."""
    context = browser.new_context(
        base_url=stack.portal, locale="fr-FR", viewport=PHONE, java_script_enabled=False
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    leave(context)


@pytest.fixture
def _database_allowed(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test read the running portal's database; nothing is rolled back there."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def person(stack: Stack, django_db_blocker: DjangoDbBlocker) -> Callable[..., Person]:
    """Make somebody with one debt for each balance given in cents."""

    def make(*balances_cents: int, caisse: str = "011") -> Person:
        with django_db_blocker.unblock():
            return new_person(stack.database, *balances_cents, caisse=caisse)

    return make
