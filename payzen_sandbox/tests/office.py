"""Words for the tests of the back office: operate, move the clock, run, set a shop."""

import json
from typing import Any

from django.test import Client

from payzen_sandbox.models import Transaction
from payzen_sandbox.tests.journey import SITE_ID

SECOND_REFUSED = "4970100000000709"
LATER_REFUSED = "4970100000000808"
DAY = 86_400


def post(client: Client, path: str, body: object) -> Any:
    """A JSON post of a test to the back office."""
    return client.post(f"/back-office/{path}/", json.dumps(body), content_type="application/json")


def operate(client: Client, transaction: Transaction, operation: str, **body: object) -> Any:
    """One operation by hand; the response is 200 or 409."""
    return post(client, f"transactions/{transaction.uuid}/{operation}", body)


def done(client: Client, transaction: Transaction, operation: str, **body: object) -> Transaction:
    """One operation that must succeed; returns the transaction that came of it."""
    response = operate(client, transaction, operation, **body)
    assert response.status_code == 200, response.content
    return Transaction.objects.get(uuid=response.json()["uuid"])


def refused(client: Client, transaction: Transaction, operation: str, **body: object) -> str:
    """One operation that must be refused; returns its code."""
    response = operate(client, transaction, operation, **body)
    assert response.status_code == 409, response.content
    return response.json()["error"]


def advance(client: Client, *, days: float = 0, seconds: int = 0) -> None:
    """Move the sandbox's clock forward."""
    asked = {"advance_seconds": round(days * DAY) + seconds}
    assert post(client, "clock", asked).status_code == 200


def run(client: Client, name: str) -> int:
    """Run a batch; returns its count."""
    response = post(client, "runs", {"run": name})
    assert response.status_code == 200, response.content
    return response.json()["count"]


def set_shop(client: Client, scope: str = SITE_ID, **settings: object) -> dict[str, Any]:
    """Change settings of the tests' shop; returns all of them."""
    response = post(client, f"shops/{scope}", settings)
    assert response.status_code == 200, response.content
    return response.json()


def set_rule(client: Client, name: str, **changes: object) -> None:
    """Change one notification rule of the tests' shop."""
    set_shop(client, rules={name: changes})


def set_switches(client: Client, **faults: object) -> None:
    """Ask for faults on every shop."""
    assert post(client, "switches", faults).status_code == 200
