"""The API, the debtors' pages, the notifications and the workers stop at the same wall."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from allocataires.session import Debtor
from caf_portal.database.scope import NOTHING, caisse_scope, national_scope
from payments import tasks as payment_tasks
from payments.gateways.payzen.signature import sign
from payments.models import Boutique, Notification, Transaction
from payments.services.notifications import finish_notifications, receive_notification
from payments.services.starting import UnknownCreance, start_payment
from payments.status import PaymentStatus
from relation_usager import tasks as message_tasks
from tests.allocataires.sessions import enter, person_of
from tests.caisses.factories import entered
from tests.isolation.conftest import FORM, Fund
from tests.isolation.tables import TABLES, query
from tests.payments import factories


@pytest.fixture
def agent(ain: Fund) -> Client:
    return entered(ain.agent)


@pytest.fixture
def debtor(ain: Fund, client: Client) -> Client:
    enter(client, person_of(ain.creance))
    return client


@pytest.mark.parametrize("name", ["creances", "payments", "ecritures"])
def test_inv13_the_api_lists_the_agents_fund_only(name: str, agent: Client, gironde: Fund):
    rows = agent.get(f"/api/v1/{name}/").json()["results"]

    assert {row["caisse"] for row in rows} == {"011"}
    assert agent.get(f"/api/v1/{name}/?caisse=331").json()["results"] == []


def test_inv13_the_api_has_no_page_for_another_funds_row(agent: Client, ain: Fund, gironde: Fund):
    for name, attribute in (
        ("creances", "creance"),
        ("payments", "paid"),
        ("ecritures", "ecriture"),
    ):
        theirs = getattr(gironde, attribute).public_id
        own = getattr(ain, attribute).public_id
        assert agent.get(f"/api/v1/{name}/{theirs}/").status_code == 404
        assert agent.get(f"/api/v1/{name}/{own}/").status_code == 200, "the control"


def test_inv13_a_debtor_has_no_page_for_another_funds_debt_or_payment(
    debtor: Client, ain: Fund, gironde: Fund
):
    pages = {
        f"/mes-creances/{gironde.creance.public_id}/": f"/mes-creances/{ain.creance.public_id}/",
        f"/paiement/{gironde.paid.public_id}/": f"/paiement/{ain.paid.public_id}/",
        f"/paiement/{gironde.paid.public_id}/statut/": f"/paiement/{ain.paid.public_id}/statut/",
        f"/paiement/{gironde.paid.public_id}/recu.pdf": f"/paiement/{ain.paid.public_id}/recu.pdf",
    }

    for theirs, own in pages.items():
        assert debtor.get(theirs).status_code == 404, theirs
        assert debtor.get(own).status_code == 200, "the control"
    assert debtor.post(f"/paiement/{gironde.open.public_id}/continuer/").status_code == 404


def test_inv13_a_debtor_cannot_pay_another_funds_debt(ain: Fund, gironde: Fund):
    someone = person_of(ain.creance)

    with caisse_scope(ain.caisse.pk), pytest.raises(UnknownCreance):
        start_payment(
            debtor=someone,
            shares={gironde.creance.public_id: 100},
            email="",
            langue="fr",
            now=factories.NOW,
        )


def test_inv13_a_forged_session_opens_nothing_without_the_right_person(
    client: Client, ain: Fund, gironde: Fund
):
    """Fund of one, person of the other: the scope shows nothing of either."""
    enter(client, Debtor(caisse_id=ain.caisse.pk, allocataire_id=gironde.person.pk))

    assert client.get(f"/mes-creances/{gironde.creance.public_id}/").status_code == 404
    assert client.get(f"/mes-creances/{ain.creance.public_id}/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/", "/identification/", "/healthz", "/readyz", "/mentions-legales/"]
)
def test_inv13_an_anonymous_page_reads_no_walled_table(address: str, client: Client, ain: Fund):
    client.get(address)

    assert connection.caf_scope == NOTHING
    assert [table for table in TABLES if query(f"SELECT count(*) FROM {table}") != [(0,)]] == []


def test_inv13_a_funds_shop_cannot_settle_another_funds_payment(ain: Fund, gironde: Fund):
    """Signed by the Gironde's key, naming a payment of the Ain: unknown order, for the Gironde."""
    with national_scope():
        shop = Boutique.objects.get(caisse=gironde.caisse, mode="TEST")
    fields = {
        **factories.notification_fields(ain.open),
        "vads_site_id": shop.site_id,
    }
    fields["signature"] = sign(fields, key=shop.key, algorithm=shop.algorithm)

    receive_notification(body=factories.body_of(fields), content_type=FORM, now=factories.NOW)

    with national_scope():
        ain.open.refresh_from_db()
        (mine,) = Transaction.objects.filter(uuid=fields["vads_trans_uuid"])
    assert ain.open.status == PaymentStatus.OPEN
    assert (mine.caisse_id, mine.payment_id) == (gironde.caisse.pk, None)


def test_inv13_the_sweep_books_a_kept_notification_in_its_own_fund(ain: Fund, gironde: Fund):
    body = factories.signed_body(gironde.open)
    with caisse_scope(gironde.caisse.pk):
        Notification.objects.create(
            caisse=gironde.caisse,
            boutique_id=gironde.open.boutique_id,
            received_at=factories.NOW,
            content_type=FORM,
            body=body,
        )
    before = everything_of(ain)

    finished = finish_notifications(now=factories.NOW + timedelta(minutes=2))

    with national_scope():
        gironde.open.refresh_from_db()
    assert (finished, gironde.open.status) == (1, PaymentStatus.PAID)
    assert everything_of(ain) == before
    assert dict(parse_qsl(body.decode()))["vads_order_id"] == gironde.open.reference


def everything_of(fund: Fund) -> dict[str, list[tuple[object, ...]]]:
    """Every row of a fund."""
    with national_scope():
        return {
            table: query(
                f"SELECT to_jsonb(t)::text FROM {table} t WHERE caisse_id = %s ORDER BY 1",
                fund.caisse.pk,
            )
            for table in TABLES
        }


@pytest.mark.parametrize(
    "task",
    [
        payment_tasks.finish_notifications,
        payment_tasks.check_invariants,
        message_tasks.relay_messages,
    ],
    ids=lambda task: task.name,
)
def test_inv13_a_task_leaves_no_scope_behind(task, ain: Fund, gironde: Fund):
    task.run()

    assert connection.caf_scope == NOTHING
    assert query("SELECT current_user") == [("caf_app",)]
    assert query("SELECT count(*) FROM payments_payment") == [(0,)]


def test_inv13_each_message_goes_to_the_person_of_its_fund(ain: Fund, gironde: Fund):
    message_tasks.relay_messages.run()

    said = {email.to[0]: "" for email in mail.outbox}
    for email in mail.outbox:
        said[email.to[0]] += email.body
    assert set(said) == {"011@example.org", "331@example.org"}
    for fund, other in ((ain, gironde), (gironde, ain)):
        assert fund.paid.reference in said[f"{fund.caisse.code}@example.org"]
        assert other.paid.reference not in said[f"{fund.caisse.code}@example.org"]


def test_inv13_a_task_about_one_fund_finds_nothing_of_another(ain: Fund, gironde: Fund):
    """The task is told a payment and a fund; they do not match, so nobody is asked anything."""
    before = everything_of(gironde)

    payment_tasks.check_payment.run(payment_id=gironde.open.pk, caisse_id=ain.caisse.pk)

    assert everything_of(gironde) == before
