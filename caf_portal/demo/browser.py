"""A browser of a few lines: pages, their forms, and what a person types into them.

It follows what the HTML says (hidden fields, ticked boxes, the address of each form), as a
person's browser without JavaScript does; it knows no address of ours but the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

_SECONDS = 30


class PageRefused(Exception):
    """An answer that is no success, or a page without the form that was expected."""


@dataclass(slots=True)
class Form:
    """A form as the page wrote it: where it goes, and what it holds before anyone types."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    #: The names of the fields a person may fill in, ticked or not.
    names: list[str] = field(default_factory=list)
    #: Name and value of each button that sends something.
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def name_ending(self, end: str) -> str:
        """The first field whose name ends so (forms of a series have a prefix)."""
        for name in self.names:
            if name.endswith(end):
                return name
        message = f"no field …{end} among {self.names}"
        raise PageRefused(message)


@dataclass(frozen=True, slots=True)
class Page:
    """A successful answer."""

    url: str
    text: str
    content: bytes
    forms: list[Form]
    links: list[str]

    def form_with(self, name: str) -> Form:
        """The first form that has this field or button. Raises ``PageRefused``."""
        for form in self.forms:
            if name in form.names or any(name == button for button, _ in form.buttons):
                return form
        message = f"{self.url} has no form with {name!r}"
        raise PageRefused(message)

    def link_to(self, part: str) -> str:
        """The first link whose address contains ``part``. Raises ``PageRefused``."""
        for link in self.links:
            if part in link:
                return link
        message = f"{self.url} has no link to {part}"
        raise PageRefused(message)


class Browser:
    """One person's session: cookies are shared between ports, as in a real browser."""

    def __init__(self) -> None:
        self._session = requests.Session()
        # The machine's proxies have nothing to do with its own loopback address.
        self._session.trust_env = False

    def open(self, url: str) -> Page:
        """Follow a link."""
        return _page(self._session.get(url, timeout=_SECONDS))

    def submit(self, page: Page, form: Form, typed: Mapping[str, str]) -> Page:
        """Send a form: what the page wrote, then what the person typed or pressed."""
        url = urljoin(page.url, form.action)
        data = {**form.values, **typed}
        if form.method == "post":
            return _page(self._session.post(url, data=data, timeout=_SECONDS))
        return _page(self._session.get(url, params=data, timeout=_SECONDS))


def _page(answer: requests.Response) -> Page:
    if not answer.ok:
        message = f"{answer.request.method} {answer.url} answered {answer.status_code}"
        raise PageRefused(message)
    reader = _PageReader()
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        reader.feed(answer.text)
    links = [urljoin(answer.url, link) for link in reader.links]
    return Page(answer.url, answer.text, answer.content, reader.forms, links)


class _PageReader(HTMLParser):
    """Collects the links and forms of a page: inputs and buttons, which are all that ours have."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, a form, an input or a button."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._open = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._open)
        elif self._open is not None and given.get("name"):
            _note(self._open, tag, given, checked="checked" in given)

    def handle_endtag(self, tag: str) -> None:
        """Close the form."""
        if tag == "form":
            self._open = None


def _note(form: Form, tag: str, given: Mapping[str, str], *, checked: bool) -> None:
    name, value, kind = given["name"], given.get("value", ""), given.get("type", "text")
    if tag == "button" or kind == "submit":
        form.buttons.append((name, value))
    elif tag == "input":
        form.names.append(name)
        if kind not in {"radio", "checkbox"} or checked:
            form.values[name] = value
