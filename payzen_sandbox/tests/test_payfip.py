"""The stand-in for PayFiP, judged by eopayment: a client that was not written for it."""

import gettext
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
import zeep
from django.utils import timezone
from eopayment.payfip_ws import PayFiP, PayFiPError

from payzen_sandbox.payfip.models import LIFETIME, Mishaps, Operation

PACKAGE = Path(__file__).resolve().parent.parent / "payfip"
ASKED = {
    "numcli": "900974",
    "saisie": "T",
    "exer": "2026",
    "refdet": "P261120ABCDEFGH",
    "montant": "24000",
    "mel": "personne@example.org",
    "objet": "Remboursement CAF de la Reunion",
    "url_notification": "http://127.0.0.1:9/annonce/",
    "url_redirect": "http://shop.example/retour/",
}

pytestmark = pytest.mark.django_db


class ThroughTheTestClient(zeep.Transport):
    """Carries zeep's calls to the sandbox without a network."""

    def __init__(self, browser):
        super().__init__()
        self.browser = browser

    def post(self, address, message, headers):
        path = "/payfip" + urlsplit(address).path.removeprefix("/tpa")
        told = self.browser.post(path, message, content_type="text/xml; charset=utf-8")
        answer = requests.Response()
        answer.status_code, answer._content = told.status_code, told.content
        answer.headers["Content-Type"] = told.headers["Content-Type"]
        return answer


@pytest.fixture
def payfip(client):
    return PayFiP(zeep_client_kwargs={"transport": ThroughTheTestClient(client)})


def page_of(idop):
    return f"/payfip/paiementws.web?idop={idop}"


def end(client, idop, result):
    return client.post(page_of(idop), {"result": result}, follow=True)


def code_of(ask, **words):
    with pytest.raises(PayFiPError) as refused:
        ask(**words)
    return refused.value.code


def test_an_account_is_known_or_not(payfip):
    assert payfip.get_info_client("900974").libelleN1 == "CAF de la Réunion"
    assert code_of(payfip.get_info_client, numcli="123456") == "N1"


@pytest.mark.parametrize("result", ["P", "V", "R", "Z", "A"])
def test_each_end_of_a_payment_is_told_to_a_foreign_client(client, payfip, result):
    idop = payfip.get_idop(**ASKED)
    assert code_of(payfip.get_info_paiement, idop=idop) == "P5"

    end(client, idop, result)

    told = payfip.get_info_paiement(idop)
    assert (told.resultrans, told.montant, told.refdet) == (result, "24000", "P261120ABCDEFGH")
    assert (told.numcli, told.saisie, told.exer, told.idOp) == ("900974", "T", "2026", idop)
    assert bool(told.numauto) == (result in "PV")


def test_an_operation_that_nobody_opened_is_unknown(payfip):
    assert code_of(payfip.get_info_paiement, idop="0" * 36) == "P1"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"numcli": "123456"}, "N1"),
        ({"saisie": "M"}, "S1"),
        ({"saisie": "W"}, "S2"),
        ({"exer": "26"}, "E1"),
        ({"refdet": "P261120-ABCDEFGH"}, "R3"),
        ({"refdet": "SHORT"}, "R3"),
        ({"montant": "99"}, "M3"),
        ({"montant": "099"}, "M4"),
        ({"montant": "12345678"}, "M3"),
        ({"mel": "personne"}, "A2"),
        ({"mel": f"{'a' * 80}@example.org"}, "A2"),
        ({"objet": "accentué"}, "O1"),
        ({"url_notification": "annonce"}, "U1"),
        ({"url_redirect": f"http://shop.example/{'a' * 250}"}, "U2"),
    ],
)
def test_what_is_asked_wrong_is_refused_with_a_code(payfip, change, code):
    assert code_of(payfip.get_idop, **{**ASKED, **change}) == code
    assert not Operation.objects.exists()


def test_the_end_is_notified_by_the_identifier_alone(client, payfip, listener):
    idop = payfip.get_idop(**{**ASKED, "url_notification": listener.url})

    end(client, idop, "P")

    (call,) = listener.calls
    assert call == {"idOp": idop}
    assert Operation.objects.get().notified == "200"


def test_a_lost_notification_and_a_shop_that_is_away_do_not_stop_the_payment(client, payfip):
    first, second = payfip.get_idop(**ASKED), payfip.get_idop(**ASKED)
    end(client, first, "P")
    client.post("/payfip/", {"notifications_lost": "on"})
    end(client, second, "P")

    assert [each.notified for each in Operation.objects.order_by("pk")] == [
        "ConnectionError",
        "lost",
    ]


def test_the_service_can_be_down(client, payfip):
    client.post("/payfip/", {"service_down": "on"})
    assert Mishaps.now_on().service_down

    assert code_of(payfip.get_idop, **ASKED) == "unknown"

    client.post("/payfip/", {})
    assert payfip.get_idop(**ASKED)


def test_a_refusal_may_be_followed_by_a_payment_and_a_payment_by_nothing(client, payfip):
    idop = payfip.get_idop(**ASKED)
    end(client, idop, "R")
    end(client, idop, "P")
    end(client, idop, "A")

    assert payfip.get_info_paiement(idop).resultrans == "P"


def test_a_page_lives_a_quarter_of_an_hour(client, payfip):
    idop = payfip.get_idop(**ASKED)
    Operation.objects.update(opened_at=timezone.now() - LIFETIME - timedelta(seconds=1))

    page = end(client, idop, "P").content.decode()

    assert "Ce paiement n’est plus possible" in page
    assert code_of(payfip.get_info_paiement, idop=idop) == "P5"


def test_the_page_leads_back_to_the_shop(client, payfip):
    idop = payfip.get_idop(**ASKED)

    page = client.get(page_of(idop)).content.decode()

    assert f'href="http://shop.example/retour/?idop={idop}"' in page
    assert "240,00" in page
    assert client.get(page_of("unknown")).status_code == 404
    assert client.post(page_of(idop), {"result": "X"}).status_code == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"<a/>", b"<!DOCTYPE a><a/>", b"\xff", b"<a>" * 30_000, "<a/>".encode("utf-16")],
    ids=range(6),
)
def test_what_is_not_a_call_is_refused(client, body):
    answer = client.post("/payfip/services/securite", body, content_type="text/xml")

    assert answer.status_code == 400


def test_english_is_complete():
    with (PACKAGE / "locale/en/LC_MESSAGES/django.mo").open("rb") as file:
        english = gettext.GNUTranslations(file)
    texts = {
        text
        for path in (PACKAGE / "templates").rglob("*.html")
        for text in re.findall(r'\{% translate "(.*?)" %\}', path.read_text("utf-8"))
    }

    assert len(texts) > 20
    assert {text for text in texts if english.gettext(text) == text} == {"Notification"}
