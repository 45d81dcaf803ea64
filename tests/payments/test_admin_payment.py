"""The page of a payment tells its whole story; the lists stay cheap."""

from datetime import timedelta

import pytest
from django.utils import timezone

from caf_portal.database.scope import national_scope
from payments.models import Transaction
from payments.services.notifications import receive_notification
from payments.services.waiting import request_check
from payments.timeline import timeline_of
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered, national_agent
from tests.caisses.queries import reads
from tests.payments import factories

pytestmark = pytest.mark.django_db
WRONG_AMOUNT = {"vads_amount": "100", "vads_effective_amount": "100"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def agent():
    with national_scope():
        return agent_of("011")


def paid_payment(**changes: str):
    with national_scope():
        creance = CreanceFactory()
    payment = factories.open_payment(creance)
    body = factories.signed_body(payment, **changes)
    receive_notification(body=body, content_type=FORM, now=factories.NOW + timedelta(minutes=1))
    return payment


def kinds(payment) -> list[str]:
    with national_scope():
        payment.refresh_from_db()
        return [step.kind for step in timeline_of(payment)]


def test_a_booked_payment_goes_from_the_click_to_the_journal_and_the_message():
    assert kinds(paid_payment()) == [
        "created",
        "departure",
        "notification",
        "transaction",
        "move",
        "mouvement",
        "ecriture",
        "message",
    ]


def test_an_attempt_left_open_shows_its_departures_and_the_persons_return():
    with national_scope():
        creance = CreanceFactory()
    payment = factories.open_payment(creance)
    with national_scope():
        request_check(payment=payment, cancelled=True, now=factories.NOW + timedelta(minutes=2))

    assert kinds(payment) == ["created", "departure", "browser", "browser"]


def test_a_wrong_amount_shows_the_anomaly():
    found = kinds(paid_payment(**WRONG_AMOUNT))

    assert {"anomalie", "ecriture", "move"} <= set(found)
    assert "mouvement" not in found


def test_the_page_shows_the_raw_fields_and_no_key(agent):
    payment = paid_payment()
    with national_scope():
        key = payment.boutique.key
        password = payment.boutique.rest_password

    page = entered(agent).get(f"/agents/payments/payment/{payment.pk}/change/").content.decode()

    assert "Du clic au journal" in page
    assert "vads_trans_status" in page
    assert "autorisée, à remettre en banque (AUTHORISED)" in page
    assert "240,00\u00a0€" in page
    assert key not in page
    assert password not in page
    assert "⚠undefined" not in page


def test_the_timeline_costs_the_same_whatever_happened(django_assert_num_queries):
    simple = paid_payment()
    twice = paid_payment()
    for _ in range(3):
        body = factories.signed_body(twice)
        receive_notification(body=body, content_type=FORM, now=factories.NOW + timedelta(minutes=5))

    with national_scope():
        for payment in (simple, twice):
            payment.refresh_from_db()
            with django_assert_num_queries(11):
                timeline_of(payment)
        assert len(timeline_of(twice)) > len(timeline_of(simple))


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("payments/payment/", 0),
        ("allocataires/allocataire/", 0),
        ("allocataires/creance/", 0),
        ("comptabilite/ecriture/", 0),
        # How many there are of each kind.
        ("comptabilite/anomalie/", 1),
    ],
)
def test_a_list_of_ten_reads_no_more_than_a_list_of_one(agent, path, own):
    client = entered(agent)
    paid_payment(**WRONG_AMOUNT)
    one = reads(lambda: client.get(f"/agents/{path}"))
    for _ in range(9):
        paid_payment(**WRONG_AMOUNT)

    ten = reads(lambda: client.get(f"/agents/{path}"))

    # The session, the agent, the rights, the count, the rows.
    assert (len(one), len(ten)) == (5 + own, 5 + own)


@pytest.mark.parametrize("path", ["payments/payment/", "allocataires/creance/"])
def test_the_national_list_with_the_funds_reads_two_things_more(path):
    with national_scope():
        client = entered(national_agent())
    for _ in range(10):
        paid_payment()

    # The estimate of the rows, and the funds of the filter.
    assert len(reads(lambda: client.get(f"/national/{path}"))) == 7


def test_a_payment_is_found_by_reference_numero_and_payzen_identifier(agent):
    payment = paid_payment()
    paid_payment()
    with national_scope():
        uuid = Transaction.objects.get(payment=payment).uuid
        numero = payment.allocataire.numero
    client = entered(agent)

    for words in (payment.reference, numero, str(uuid), uuid.hex):
        found = client.get("/agents/payments/payment/", {"q": words}).context["cl"].result_list
        assert [row.pk for row in found] == [payment.pk]


def test_a_debt_is_found_by_the_reference_of_its_letter(agent):
    with national_scope():
        creance = CreanceFactory()
        CreanceFactory()
        reference = str(creance.reference(caisse=creance.caisse, allocataire=creance.allocataire))

    page = entered(agent).get("/agents/allocataires/creance/", {"q": reference})

    assert [row.pk for row in page.context["cl"].result_list] == [creance.pk]


def test_the_fund_is_shown_only_to_those_who_have_several():
    with national_scope():
        one, two = entered(agent_of("011")), entered(agent_of("011", "331"))

    single = one.get("/agents/payments/payment/").context["cl"]
    several = two.get("/agents/payments/payment/")

    assert "caisse_code" not in single.list_display
    assert "caisse_code" in several.context["cl"].list_display
    assert several.content.decode().count("<option") == 3


def test_the_filter_by_fund_keeps_the_other_choices_and_filters():
    with national_scope():
        client = entered(national_agent())
    paid_payment()

    empty = client.get("/national/payments/payment/?caisse=331&status__exact=PAID")
    found = client.get("/national/payments/payment/?caisse=011&status__exact=PAID")

    assert len(empty.context["cl"].result_list) == 0
    assert len(found.context["cl"].result_list) == 1
    assert '<input type="hidden" name="status__exact" value="PAID">' in found.content.decode()


@pytest.mark.parametrize("action", ["add", "1/delete", "1/change"])
def test_nobody_writes_a_payment_by_hand(agent, action):
    payment = paid_payment()
    client = entered(agent)
    address = f"/agents/payments/payment/{action.replace('1', str(payment.pk))}/"

    assert client.post(address, {"status": "PAID"}).status_code == 403


def test_the_home_page_counts_today(agent):
    now = timezone.now()
    with national_scope():
        creances = [CreanceFactory(), CreanceFactory()]
    for creance, changes in zip(creances, [{}, WRONG_AMOUNT], strict=True):
        payment = factories.open_payment(creance, now=now)
        body = factories.signed_body(payment, **changes)
        receive_notification(body=body, content_type=FORM, now=now)
    paid_payment()  # of another day

    (panel,) = entered(agent).get("/agents/").context["panels"]

    totals = {name: panel.context[name] for name in ("paid", "paid_cents", "held", "in_progress")}
    assert totals == {"paid": 1, "paid_cents": 240_00, "held": 1, "in_progress": 0}
    assert panel.context["open_anomalies"] == 1
    assert panel.context["caisses"] == []


def test_the_national_home_page_has_the_101_funds_in_two_queries():
    with national_scope():
        client = entered(national_agent())

    (panel,) = client.get("/national/").context["panels"]
    # The session, the agent, the rights, the figures (what is under way, the money), the agent's
    # own last actions.
    assert len(reads(lambda: client.get("/national/"))) == 6

    assert len(panel.context["caisses"]) == 101
