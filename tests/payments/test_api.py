"""The agents' API: read-only, whole bodies, filters, and a valid document."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from caf_portal.database.scope import national_scope
from comptabilite.models import Ecriture
from payments.services.notifications import receive_notification
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.caisses.queries import reads
from tests.payments import factories

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def client():
    with national_scope():
        return entered(agent_of("011"))


@pytest.fixture
def payment():
    with national_scope():
        creance = CreanceFactory()
    payment = factories.open_payment(creance)
    body = factories.signed_body(payment)
    receive_notification(body=body, content_type=FORM, now=factories.NOW + timedelta(minutes=1))
    with national_scope():
        payment.refresh_from_db()
    return payment


@pytest.fixture
def creance(payment):
    with national_scope():
        return payment.affectations.select_related("creance__allocataire").get().creance


def test_a_payment(client, payment, creance):
    body = client.get(f"/api/v1/payments/{payment.public_id}/").json()

    assert body == {
        "public_id": str(payment.public_id),
        "reference": payment.reference,
        "caisse": "011",
        "numero": creance.allocataire.numero,
        "amount_cents": 240_00,
        "status": "PAID",
        "channel": "COMPTE",
        "created_at": "2026-11-20T10:30:00+01:00",
        "paid_at": "2026-11-20T10:31:00+01:00",
        "affectations": [{"creance": str(creance.public_id), "amount_cents": 240_00}],
    }


def test_a_debt_with_its_history(client, creance):
    body = client.get(f"/api/v1/creances/{creance.public_id}/").json()

    assert body == {
        "public_id": str(creance.public_id),
        "caisse": "011",
        "numero": creance.allocataire.numero,
        "nature": "IN5",
        "rang": creance.rang,
        "motif": "40",
        "origine": "10",
        "period_start_on": "2026-01-01",
        "period_end_on": "2026-03-31",
        "implanted_on": "2026-05-04",
        "notified_on": "2026-05-11",
        "initial_cents": 240_00,
        "balance_cents": 0,
        "state": "SOLDEE",
        "recovery_mode": "DIRECT",
        "monthly_cents": None,
        "mouvements": [
            {
                "rank": 1,
                "kind": "IMPLANTATION",
                "sens": "HAUSSE",
                "amount_cents": 240_00,
                "balance_after_cents": 240_00,
                "value_on": "2026-05-04",
            },
            {
                "rank": 2,
                "kind": "CARTE",
                "sens": "BAISSE",
                "amount_cents": 240_00,
                "balance_after_cents": 0,
                "value_on": "2026-11-20",
            },
        ],
    }


def test_an_ecriture_with_its_lines(client, payment, creance):
    with national_scope():
        ecriture = Ecriture.objects.get()

    body = client.get("/api/v1/ecritures/").json()

    assert body == {
        "next": None,
        "previous": None,
        "results": [
            {
                "public_id": str(ecriture.public_id),
                "caisse": "011",
                "journal": "CBL",
                "event": "CARD_PAYMENT",
                "accounting_on": "2026-11-20",
                "recorded_at": "2026-11-20T10:31:00+01:00",
                "label": f"Paiement par carte {payment.reference}",
                "piece": payment.reference,
                "source_id": str(ecriture.source_id),
                "lignes": [
                    {
                        "position": 1,
                        "compte": "5115",
                        "auxiliaire": "",
                        "label": f"Paiement par carte {payment.reference}",
                        "debit_cents": 240_00,
                        "credit_cents": 0,
                    },
                    {
                        "position": 2,
                        "compte": "409220",
                        "auxiliaire": f"{creance.allocataire.numero}-IN5-{creance.rang}",
                        "label": f"Créance IN5 {creance.rang}",
                        "debit_cents": 0,
                        "credit_cents": 240_00,
                    },
                ],
            }
        ],
    }


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("payments/?status=PAID&caisse=011", 1),
        ("payments/?status=OPEN", 0),
        ("payments/?created_at_after=2026-11-20T00:00:00%2B01:00", 1),
        ("payments/?created_at_before=2026-11-19T00:00:00%2B01:00", 0),
        ("creances/?state=SOLDEE&nature=IN5", 1),
        ("creances/?notified_on_after=2026-06-01", 0),
        (
            "ecritures/?journal=CBL&accounting_on_after=2026-11-20&accounting_on_before=2026-11-20",
            1,
        ),
        ("ecritures/?journal=BQ", 0),
    ],
)
def test_the_lists_are_filtered(client, payment, path, found):
    assert len(client.get(f"/api/v1/{path}").json()["results"]) == found


@pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("name", ["payments", "creances", "ecritures"])
def test_it_is_read_only(client, payment, verb, name):
    assert getattr(client, verb)(f"/api/v1/{name}/").status_code == 405


def test_nobody_reads_it_without_a_login(db):
    for name in ("payments", "creances", "ecritures"):
        assert Client().get(f"/api/v1/{name}/").status_code == 403


def test_lists_go_on_by_cursor_with_a_fixed_number_of_queries(client):
    with national_scope():
        CreanceFactory.create_batch(102)

    first = client.get("/api/v1/creances/").json()
    # The session, the agent, the rights, the rows.
    assert len(reads(lambda: client.get("/api/v1/creances/"))) == 4
    second = client.get(first["next"]).json()

    assert (len(first["results"]), len(second["results"])) == (100, 2)
    seen = {row["public_id"] for row in first["results"] + second["results"]}
    assert len(seen) == 102


def test_no_name_no_address_no_card_in_any_list(client, payment):
    with national_scope():
        person = payment.allocataire
    text = "".join(
        client.get(f"/api/v1/{name}/").content.decode()
        for name in ("payments", "creances", "ecritures")
    )

    for personal in (person.nom, person.prenom, person.email, "497010"):
        assert personal not in text


def test_the_document_is_valid_and_warns_of_nothing(tmp_path, client):
    path = tmp_path / "schema.yml"

    call_command("spectacular", file=str(path), validate=True, fail_on_warn=True)

    assert "/api/v1/payments/{public_id}/" in path.read_text()
    assert client.get("/api/schema/").status_code == 200


@pytest.mark.parametrize("address", ["creances", "payments", "ecritures"])
def test_nothing_is_kept_by_a_browser_or_a_proxy(client, address):
    assert "no-store" in client.get(f"/api/v1/{address}/").headers["Cache-Control"]


@pytest.mark.parametrize("cursor", [b"p=abc", b"p=%00", b"o=-1&p=1"])
def test_a_cursor_that_nobody_gave_is_no_page(client, cursor):
    address = f"/api/v1/payments/?cursor={b64encode(cursor).decode()}"

    assert client.get(address).status_code == 404
