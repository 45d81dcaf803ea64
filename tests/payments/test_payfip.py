"""PayFiP's own rules: what is asked of it, what its answers mean, which page is the last."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
import responses

from payments.gateways.base import (
    AnnouncementUnreadable,
    GatewayRefused,
    GatewayUnreachable,
    NotOffered,
    Refusal,
    Result,
)
from payments.gateways.departures import FormRequest
from payments.gateways.payfip.account import Account
from payments.gateways.payfip.answer import to_report
from payments.gateways.payfip.gateway import PayFiPGateway
from payments.gateways.payfip.notification import idop_of
from payments.gateways.payfip.operation import objet_of, parameters
from payments.gateways.payfip.references import refdet_of, transaction_id_of
from tests.payments.payfip_double import PAGE, URL, payfip_at

ACCOUNT = Account(number="900974", mode="TEST")
ORDER = "P261120-ABCDEFGH"
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def departure(**changes):
    asked = {
        "order_reference": ORDER,
        "payment_id": UUID(int=1),
        "amount_cents": 240_00,
        "trans_id": "000001",
        "issued_at": NOW,
        "email": "personne@example.org",
        "langue": "fr",
        "return_url": "https://portail.example/paiement/retour/1/",
        "cancel_url": "",
        "announce_url": "https://portail.example/paiement/annonce/974/1/",
        "shop_name": "CAF de La Réunion",
    }
    return FormRequest(**{**asked, **changes})


def detail(**changes):
    told = {
        "idOp": "op-1",
        "numcli": "900974",
        "saisie": "T",
        "refdet": "P261120ABCDEFGH",
        "montant": "24000",
        "resultrans": "P",
        "numauto": "A1B2",
    }
    return SimpleNamespace(**{**told, **changes})


def report(**changes):
    return to_report(detail(**changes), account=ACCOUNT, order_reference=ORDER, idop="op-1", rank=1)


@pytest.fixture
def payfip():
    with (
        responses.RequestsMock(assert_all_requests_are_fired=False) as mock,
        payfip_at(mock) as double,
    ):
        yield double


@pytest.fixture
def gateway():
    return PayFiPGateway(account=ACCOUNT, service_url=URL, payment_url=PAGE)


def test_an_operation_is_asked_with_the_words_of_payfip():
    assert parameters(departure(), account=ACCOUNT) == {
        "numcli": "900974",
        "saisie": "T",
        "exer": "2026",
        "refdet": "P261120ABCDEFGH",
        "montant": "24000",
        "mel": "personne@example.org",
        "objet": "Remboursement CAF de La Reunion P261120 ABCDEFGH",
        "url_notification": "https://portail.example/paiement/annonce/974/1/",
        "url_redirect": "https://portail.example/paiement/retour/1/",
    }


def test_the_year_is_that_of_paris():
    eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert parameters(departure(issued_at=eve), account=ACCOUNT)["exer"] == "2027"


def test_real_money_is_of_another_kind():
    real = Account(number="900974", mode="PRODUCTION")

    assert parameters(departure(), account=real)["saisie"] == "W"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"amount_cents": 99}, "montant"),
        ({"amount_cents": 100_000_00}, "montant"),
        ({"email": ""}, "mel"),
        ({"email": "a@b.c"}, "mel"),
        ({"email": f"{'a' * 80}@example.org"}, "mel"),
        ({"email": "é@example.org"}, "mel"),
        ({"return_url": f"https://portail.example/{'a' * 240}"}, "url"),
        ({"announce_url": ""}, "url"),
    ],
)
def test_what_payfip_would_refuse_is_not_asked(payfip, gateway, changes, word):
    with pytest.raises(GatewayRefused) as refused:
        gateway.hosted_form(departure(**changes))
    assert refused.value.code == word
    assert payfip.asked == []


@pytest.mark.parametrize("cents", [100, 99_999_99])
def test_the_limits_themselves_are_good(cents):
    assert parameters(departure(amount_cents=cents), account=ACCOUNT)["montant"] == str(cents)


def test_an_address_with_accents_after_the_at_sign_has_a_plain_form():
    asked = parameters(departure(email="personne@café.example"), account=ACCOUNT)

    assert asked["mel"] == "personne@xn--caf-dma.example"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Caf de l’Hérault – n° 3", "Caf de l Herault n 3"),
        ("a" * 150, "a" * 100),
        ("<b>&amp;</b>", "b amp b"),
    ],
)
def test_the_purpose_is_written_in_payfips_alphabet(text, plain):
    assert objet_of(text) == plain


def test_a_reference_keeps_its_letters_and_digits_only():
    assert refdet_of(ORDER) == "P261120ABCDEFGH"
    with pytest.raises(ValueError, match="reference"):
        refdet_of("P-1")


@pytest.mark.parametrize("numcli", ["90097", "9009740", "90097a", "٩٠٠٩٧٤", ""])
def test_an_account_has_six_digits(numcli):
    with pytest.raises(ValueError, match="six digits"):
        Account(number=numcli, mode="TEST")


def test_a_departure_opens_an_operation_and_names_it(payfip, gateway):
    form = gateway.hosted_form(departure())

    assert (form.url, form.method) == (PAGE, "GET")
    assert form.fields == (("idop", payfip.last),)
    assert form.reference == payfip.last
    asked = payfip.operations[payfip.last]
    assert (asked["montant"], asked["urlnotif"]) == (
        "24000",
        "https://portail.example/paiement/annonce/974/1/",
    )


@pytest.mark.parametrize(
    ("letter", "result", "refusal", "means"),
    [
        ("P", Result.PAID, Refusal.UNSAID, "CB"),
        ("V", Result.PAID, Refusal.UNSAID, "Prélèvement"),
        ("R", Result.REFUSED, Refusal.BANK, "CB"),
        ("Z", Result.REFUSED, Refusal.UNSAID, "Prélèvement"),
        ("A", Result.ABANDONED, Refusal.UNSAID, ""),
        ("X", Result.UNKNOWN, Refusal.UNSAID, ""),
        (None, Result.UNKNOWN, Refusal.UNSAID, ""),
    ],
)
def test_each_result_in_our_words(letter, result, refusal, means):
    told = report(resultrans=letter)

    assert (told.result, told.refusal, told.card_brand) == (result, refusal, means)
    assert (told.transaction_id is None) == (result == Result.ABANDONED)


def test_money_is_known_by_its_account_and_operation():
    told = report()

    assert told.transaction_id == transaction_id_of(numcli="900974", idop="op-1")
    assert told.transaction_id == UUID("f992dc46-a27f-52d5-b75b-4fbe1035e871")
    assert told.transaction_id != transaction_id_of(numcli="900975", idop="op-1")
    assert (told.amount_cents, told.currency, told.authorisation) == (240_00, "EUR", "A1B2")


@pytest.mark.parametrize(
    "changes",
    [
        {"numcli": "900975"},
        {"saisie": "W"},
        {"saisie": "X"},
        {"refdet": "P261120ABCDEFGJ"},
        {"idOp": "op-2"},
        {"montant": ""},
        {"montant": None},
        {"montant": "240,00"},
        {"montant": "-24000"},
        {"numcli": None},
    ],
    ids=str,
)
def test_an_answer_about_something_else_is_not_believed(changes):
    with pytest.raises(GatewayUnreachable):
        report(**changes)


def opened(gateway, payfip, count):
    return [gateway.hosted_form(departure()).reference for _ in range(count)]


def results(gateway, departures):
    return [each.result for each in gateway.reports_of_order(ORDER, departures)]


def test_an_operation_not_finished_or_forgotten_says_nothing(payfip, gateway):
    (young,) = opened(gateway, payfip, 1)

    assert results(gateway, [young]) == []
    assert results(gateway, ["00000000-0000-0000-0000-000000000000"]) == []
    assert results(gateway, []) == []


@pytest.mark.parametrize("letter", ["A", "R"])
def test_the_end_of_a_first_page_is_no_news_while_a_second_one_is_open(payfip, gateway, letter):
    first, second = opened(gateway, payfip, 2)
    payfip.end(letter, idop=first)
    assert results(gateway, [first, second]) == []

    payfip.end("A", idop=second)

    assert len(results(gateway, [first, second])) == 2


def test_money_on_a_first_page_is_told_whatever_happens_on_the_second(payfip, gateway):
    first, second = opened(gateway, payfip, 2)
    payfip.end("P", idop=first)

    assert results(gateway, [first, second]) == [Result.PAID]


def test_another_refusal_of_payfip_is_an_error(payfip, gateway):
    payfip.failure = None
    payfip.accounts.clear()

    with pytest.raises(GatewayRefused) as refused:
        gateway.hosted_form(departure())
    assert refused.value.code == "N1"


def test_it_gives_nothing_back(gateway):
    for ask in (gateway.cancel, gateway.accept):
        with pytest.raises(NotOffered):
            ask(transaction_id=UUID(int=1), comment="")
    with pytest.raises(NotOffered):
        gateway.put_off(transaction_id=UUID(int=1), to_on=date(2027, 1, 6), comment="")


@pytest.mark.parametrize("body", [b"idop=ab-12", b"idOp=ab-12", b"x=1&IDOP=ab-12"])
def test_a_notification_names_an_operation(body):
    assert idop_of(body) == "ab-12"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"idop=",
        b"idop=a&idop=b",
        b"idop=a%20b",
        b"idop=%ff",
        b"\xff=1",
        b"resultrans=P",
        b"idop=" + b"a" * 65,
        b"idop=a&x=" + b"a" * 3000,
        b"&".join(b"a=1" for _ in range(50)),
    ],
    ids=range(10),
)
def test_anything_else_names_none(body):
    with pytest.raises(AnnouncementUnreadable):
        idop_of(body)
