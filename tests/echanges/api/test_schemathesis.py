"""Schemathesis calls the API at random, as the document says it may be called, and otherwise.

Every answer must be documented: its status, its type of content, the form of its body. In this
process, with a real key and an agent's session, on a fund with something to read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as of_document

from allocataires.services.etapes import Why, move_creance
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from caf_portal.database.scope import national_scope
from caf_portal.paris import paris_date
from caf_portal.wsgi import application
from caisses.models.habilitation import Role
from comptabilite.models import Ecriture
from echanges.services.publishing import publish_all
from payments.services.notifications import receive_notification
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.comptabilite.exports import books
from tests.echanges import files
from tests.echanges.api.keys import NOW, calling, new_key
from tests.echanges.api.test_lots import send
from tests.payments import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: Calls of each operation, in each of the two moods: as the document says, and against it.
EXAMPLES = 12
CHECKS = (
    not_a_server_error,
    of_document.status_code_conformance,
    of_document.content_type_conformance,
    of_document.response_headers_conformance,
    of_document.response_schema_conformance,
    of_document.missing_required_header,
    of_document.unsupported_method,
    of_document.allow_header_conformance,
)
OPERATIONS = [
    ("get", "/api/v1/creances/"),
    ("get", "/api/v1/creances/{public_id}/"),
    ("get", "/api/v1/ecritures/"),
    ("get", "/api/v1/ecritures/{public_id}/"),
    ("get", "/api/v1/evenements/"),
    ("get", "/api/v1/exports/"),
    ("get", "/api/v1/exports/{public_id}/"),
    ("get", "/api/v1/exports/{public_id}/fichiers/{part}/"),
    ("get", "/api/v1/lots/{public_id}/"),
    ("get", "/api/v1/lots/{public_id}/rejets/"),
    ("get", "/api/v1/payments/"),
    ("get", "/api/v1/payments/{public_id}/"),
    ("post", "/api/v1/lots/"),
]


@schemathesis.serializer("application/x-ndjson", "text/csv")
def as_text(_context: Any, value: Any) -> bytes:
    """The two kinds of bodies that the API takes are text."""
    return str(value).encode("utf-8", "replace")


@dataclass
class Api:
    """The document, how to be let in, and an identifier that exists for each address."""

    schema: Any
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    known: dict[str, str] = field(default_factory=dict)
    statuses: set[int] = field(default_factory=set)

    def call(self, case: Any) -> None:
        """One call, whose answer must be documented."""
        response = case.call(headers=self.headers, cookies=self.cookies)
        self.statuses.add(response.status_code)
        case.validate_response(response, checks=CHECKS)


@pytest.fixture
def api(settings: Any) -> Iterator[Api]:
    settings.API_CALLS_PER_MINUTE = 1_000_000
    found = _something_to_read()
    # As Django's own client does for each call: the test's transaction is the connection's.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        schema = schemathesis.openapi.from_wsgi("/api/schema/", application)
        yield Api(schema, **found)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _something_to_read() -> dict[str, Any]:
    with national_scope():
        paid, stopped = CreanceFactory(), CreanceFactory()
        move_creance(stopped, CreanceState.SUSPENDUE, why=Why(EtapeCause.AGENT), now=NOW)
        agent = agent_of("011", login="lecture", role=Role.COMPTABLE)
    payment = factories.open_payment(paid)
    receive_notification(
        body=factories.signed_body(payment),
        content_type="application/x-www-form-urlencoded",
        now=NOW + timedelta(minutes=1),
    )
    publish_all(now=NOW)
    token = new_key("011")[1]
    lot = send(calling(token), files.jsonl(files.person(naissance="x"))).json()["lot"]
    session = entered(agent).cookies["sessionid"].value
    with national_scope():
        ecriture = str(Ecriture.objects.get().public_id)
        books.close(until=paris_date(NOW))
        export = books.export(paris_date(NOW), paris_date(NOW), now=NOW + timedelta(days=2))
    return {
        "headers": {"Authorization": f"Bearer {token}"},
        "cookies": {"sessionid": session},
        "known": {
            "creances": str(paid.public_id),
            "ecritures": ecriture,
            "exports": str(export.public_id),
            "lots": lot,
            "payments": str(payment.public_id),
        },
    }


def test_the_operations_tried_here_are_those_of_the_document(api: Api):
    documented = [result.ok() for result in api.schema.get_all_operations()]

    assert sorted((each.method, each.path) for each in documented) == OPERATIONS


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_answer_is_undocumented(api: Api, method: str, path: str):
    operation = api.schema[path][method]
    quick = settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        quick(given(case=operation.as_strategy(generation_mode=mode))(api.call))()
    if "{" in path:
        known = {"public_id": api.known[path.split("/")[3]], "part": "FICHIER"}
        known = {name: value for name, value in known.items() if f"{{{name}}}" in path}
        api.call(operation.Case(path_parameters=known))

    assert api.statuses & {200, 422}, "the control: it was let in and did something"


def test_an_undocumented_answer_would_be_found(api: Api):
    """The control: the same call, once its answer is taken out of the document."""
    path = "/api/v1/evenements/"
    api.call(api.schema[path]["get"].Case())
    document = api.schema.raw_schema
    del document["paths"][path]["get"]["responses"]["200"]
    poorer = schemathesis.openapi.from_dict(document)
    poorer.app = application

    with pytest.raises(FailureGroup) as found:
        api.call(poorer[path]["get"].Case())

    assert [type(each) for each in found.value.exceptions] == [of_document.UndefinedStatusCode]
