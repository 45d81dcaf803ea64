"""Bug 17: an agent of one fund tries every address with everything that another fund has.

The addresses are read from the project: a new page is tried without being written here.
"""

import logging
import re
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from caf_portal.database.scope import national_scope
from tests.caisses.factories import entered
from tests.isolation.conftest import Fund, make_fund
from tests.isolation.test_other_ways_in import everything_of

#: What each name in an address may be filled with, when it is no row's identifier.
OTHERS = {
    "app_label": ["payments"],
    "caisse_code": ["331"],
    "code": ["331"],
    "content_type_id": ["1"],
    "fingerprint": ["0" * 16],
    "event": ["REMITTANCE"],
    "format": [".json"],
    "key": ["1"],
    "part": ["FICHIER"],
    "rank": ["1"],
    "url": ["payments/payment/"],
    "word": ["remise", "suspendre"],
}
BY_ROW = ("object_id", "pk", "id", "allocataire_pk")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def ain(db) -> Fund:
    return make_fund("011")


@pytest.fixture
def gironde(db) -> Fund:
    return make_fund("331")


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the project, with the route that leads to it."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        else:
            yield route, entry


def rows_of(fund: Fund) -> dict[str, list[object]]:
    """The fund's rows by ``application/model``."""
    with national_scope():
        return {
            f"{model._meta.app_label}/{model._meta.model_name}": list(
                model.objects.filter(caisse_id=fund.caisse.pk)
            )
            for model in apps.get_models()
            if any(field.column == "caisse_id" for field in model._meta.local_fields)
        }


def addresses(fund: Fund) -> dict[str, list[str]]:
    """Every address filled with what the fund has, by route."""
    rows = rows_of(fund)
    everything = [row for found in rows.values() for row in found]
    public_ids = [str(row.public_id) for row in everything if hasattr(row, "public_id")]
    filled: dict[str, list[str]] = {}
    for route, _pattern in patterns(get_resolver()):
        model = next((name for name in rows if f"{name}/" in route), "")
        pks = [str(row.pk) for row in (rows[model] if model else everything)][:40]
        values = {**OTHERS, **dict.fromkeys(BY_ROW, pks)}
        values |= {"public_id": public_ids, "token": [f"331-{each}" for each in public_ids]}
        filled[route] = list(_filled(route, values))
    return filled


def _filled(route: str, values: dict[str, list[str]]) -> Iterator[str]:
    """The route with each of its names replaced by each of its values."""
    parts = _split(route)
    names = [name for _text, name in parts if name]
    for chosen in product(*(values[name] for name in names)):
        left = iter(chosen)
        yield "/" + "".join(text + (next(left) if name else "") for text, name in parts)


def _split(route: str) -> list[tuple[str, str]]:
    """Texts of a route and the names that follow them: Django's two ways of writing them."""
    found = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>")
    parts, at = [], 0
    for match in found.finditer(route):
        parts.append((_plain(route[at : match.start()]), match[1] or match[2]))
        at = match.end()
    return [*parts, (_plain(route[at:]), "")]


def _plain(text: str) -> str:
    return text.replace("^", "").replace("$", "").replace("\\.", ".").replace("/?", "/")


def secrets_of(fund: Fund) -> set[str]:
    """What only this fund may see."""
    payments = (fund.paid, fund.held, fund.open)
    return {
        f"Exemple-{fund.caisse.code}",
        f"{fund.caisse.code}@example.org",
        fund.person.numero,
        *(payment.reference for payment in payments),
        *(str(payment.public_id) for payment in payments),
        str(fund.creance.public_id),
    }


def shown(response: HttpResponse, address: str, secrets: set[str]) -> set[str]:
    """The secrets in an answer that were not in the question."""
    text = b"".join(response).decode("utf-8", "replace") + str(dict(response.headers))
    asked = {secret for secret in secrets if secret in address}
    return {secret for secret in secrets - asked if secret in text}


def walk(client: Client, fund: Fund, method: str) -> dict[str, set[str]]:
    """Everything that the fund's secrets can be got by, route by route."""
    secrets = secrets_of(fund)
    found: dict[str, set[str]] = {}
    for route, filled in addresses(fund).items():
        if "logout" in route or "quitter" in route:
            continue
        for address in filled:
            response = client.generic(method, quote(address, safe="/%.-_~"))
            if seen := shown(response, address, secrets):
                found.setdefault(route, set()).update(seen)
    return found


def test_bug17_no_address_shows_an_agent_anything_of_another_fund(ain, gironde, caplog):
    with caplog.at_level(logging.DEBUG):
        found = walk(entered(ain.agent), gironde, "GET")

    assert found == {}
    personal = {f"Exemple-{gironde.caisse.code}", f"{gironde.caisse.code}@example.org"}
    assert [word for word in personal if word in caplog.text] == []


def test_bug17_the_control_the_funds_own_agent_is_shown_a_lot(gironde):
    found = walk(entered(gironde.agent), gironde, "GET")

    assert len(found) >= 10, sorted(found)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_bug17_no_address_lets_an_agent_change_anything_of_another_fund(ain, gironde, method):
    before = everything_of(gironde)

    found = walk(entered(ain.agent), gironde, method)

    assert found == {}
    assert everything_of(gironde) == before


def listed(response: HttpResponse) -> list[object]:
    return [row.pk for row in response.context["cl"].result_list]


def test_bug17_searches_and_hints_do_not_tell_that_another_fund_knows_somebody(
    ain, gironde, caplog
):
    """Found or not, the same page: no list, no count, no redirection says more."""
    agent = entered(ain.agent)
    models = [
        f"/agents/{name}/"
        for name in rows_of(ain)
        if agent.get(f"/agents/{name}/").status_code == 200
    ]
    assert len(models) >= 6

    with caplog.at_level(logging.DEBUG):
        for page in models:
            nowhere = agent.get(page, {"q": "introuvable-0000"})
            for secret in secrets_of(gironde):
                theirs = agent.get(page, {"q": secret})
                assert theirs.status_code == nowhere.status_code, (page, secret)
                # A list that cannot be searched shows the fund's own rows, whatever is asked.
                assert listed(theirs) == listed(nowhere), (page, secret)

    assert f"Exemple-{gironde.caisse.code}" not in caplog.text
