"""Payment links: what their holder may do and see, and when they close (issue 3, point 6)."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from allocataires.models import Mouvement
from allocataires.nomenclature import MouvementType, Sens
from allocataires.states import CreanceState
from caf_portal.database.scope import caisse_scope, national_scope
from payments.link_address import NotALink, path_of, read_token, token_of
from payments.link_state import LinkState, left_cents, state_of, with_parts
from payments.models import Payment, PaymentLink
from payments.services.links import (
    AmountChanged,
    AmountRefused,
    LinkClosed,
    NothingLinked,
    TooLong,
    create_link,
    revoke_link,
    send_link,
    start_link_payment,
)
from payments.status import PaymentStatus
from relation_usager.models import Message
from relation_usager.services.rendering import render_message
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.sessions import enter, holder_of, person_of
from tests.allocataires.states import put_in_state
from tests.caisses.factories import agent_of
from tests.payments.factories import signed_body
from tests.payments.pages import text_of
from tests.payments.roads import lead

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def creance():
    with national_scope():
        return CreanceFactory(initial_cents=240_00, allocataire__email="personne@example.org")


@pytest.fixture
def agent(creance):
    with national_scope():
        return agent_of(creance.caisse.code)


@pytest.fixture
def link(creance, agent):
    return linked(creance, agent, 100_00)


def linked(creance, agent, cents, *, days=30, now=None):
    now = now or timezone.now()
    with caisse_scope(creance.caisse_id):
        return create_link(
            allocataire=creance.allocataire,
            shares={creance.public_id: cents},
            last_on=timezone.localdate(now) + timedelta(days=days),
            author=agent,
            now=now,
        )


def lower(creance, cents):
    with caisse_scope(creance.caisse_id):
        Mouvement.objects.create(
            caisse_id=creance.caisse_id,
            creance=creance,
            kind=MouvementType.RETENUE,
            sens=Sens.BAISSE,
            amount_cents=cents,
            value_on=timezone.localdate(),
            recorded_at=timezone.now(),
        )


def read(link):
    return with_parts(PaymentLink.objects.filter(pk=link.pk)).get()


def state(link, now=None):
    with caisse_scope(link.caisse_id):
        return state_of(read(link), now=now or timezone.now())


def open_page(client, link):
    with national_scope():
        path = path_of(link)
    return client.get(path)


def pay_by(client, link, *, cents=100_00, email=""):
    with national_scope():
        path = path_of(link)
    return client.post(path, {"montant": str(cents), "email": email})


def payment_of(link):
    with caisse_scope(link.caisse_id):
        return Payment.objects.filter(link=link).latest("pk")


def book(client, payment):
    assert client.post("/paiement/ipn/", signed_body(payment), content_type=FORM).content == (
        b"OK-APPLIED"
    )


# Making one.


@pytest.mark.parametrize("days", [-1, 91, 4000])
def test_a_link_lasts_from_today_to_ninety_days(creance, agent, days):
    with pytest.raises(TooLong):
        linked(creance, agent, 10_00, days=days)


def test_a_link_can_be_used_until_the_end_of_its_last_day_in_paris(creance, agent):
    made = linked(creance, agent, 10_00, days=0)

    assert timezone.localtime(made.expires_at).time().isoformat() == "00:00:00"
    assert state(made, now=made.expires_at - timedelta(seconds=1)) == LinkState.USABLE
    assert state(made, now=made.expires_at) == LinkState.EXPIRED


@pytest.mark.parametrize("cents", [0, -5, 99])
def test_a_link_is_for_one_euro_at_least(creance, agent, cents):
    with pytest.raises((NothingLinked, AmountRefused)):
        linked(creance, agent, cents)


def test_a_link_never_asks_more_than_what_is_left_nor_for_a_debt_that_is_not_payable(
    creance, agent
):
    with pytest.raises(AmountRefused):
        linked(creance, agent, 240_01)
    with national_scope():
        put_in_state(creance, CreanceState.TRANSFEREE)
    with pytest.raises(AmountRefused):
        linked(creance, agent, 10_00)


def test_the_debt_of_somebody_else_is_not_put_in_a_link(creance, agent):
    with national_scope():
        stranger = CreanceFactory(allocataire=AllocataireFactory(caisse=creance.caisse))

    with caisse_scope(creance.caisse_id), pytest.raises(NothingLinked):
        create_link(
            allocataire=creance.allocataire,
            shares={stranger.public_id: 10_00},
            last_on=timezone.localdate(),
            author=agent,
            now=timezone.now(),
        )


# Its page.


def test_the_address_says_the_fund_and_cannot_be_made_up(link):
    with national_scope():
        token = token_of(link)
        code = link.caisse.code

    assert read_token(token) == (code, link.public_id)
    for forged in (
        token[:-1],
        "031" + token[3:],
        f"{code}{link.public_id.hex}",
        token.replace(".", ":"),
        "é",
        "x" * 500,
    ):
        with pytest.raises(NotALink):
            read_token(forged)


def test_a_forged_address_and_one_of_no_link_answer_the_same(client, link):
    with national_scope():
        path = path_of(link)
        token = token_of(PaymentLink(caisse=link.caisse))

    forged, missing = client.get(path[:-2] + "/"), client.get(f"/lien/{token}/")

    assert (forged.status_code, missing.status_code) == (404, 404)
    assert text_of(forged) == text_of(missing)


def test_the_page_shows_the_fund_a_reference_and_an_amount_and_nothing_of_the_person(
    client, creance, link
):
    response = open_page(client, link)

    page = text_of(response)
    assert response.status_code == 200
    assert "CAF de l'Ain" in page
    assert "100,00 €" in page
    assert link.reference in page
    assert "no-store" in response.headers["Cache-Control"]
    with national_scope():
        person = creance.allocataire
        private = (person.numero, person.nom, person.prenom, creance.get_nature_display(), "240,00")
    for word in private:
        assert str(word) not in response.content.decode()


def test_looking_at_a_link_logs_nobody_out_and_nobody_in(client, creance, link):
    enter(client, person_of(creance))

    open_page(client, link)

    assert client.get("/mes-creances/").status_code == 200


def test_paying_by_a_link_leaves_for_the_bank_with_its_amount(client, creance, link):
    response = pay_by(client, link, email="aide@example.org")

    assert response.status_code == 200
    fields = dict(response.context["hosted"].fields)
    payment = payment_of(link)
    assert (payment.channel, payment.amount_cents, payment.link_id) == ("LIEN", 100_00, link.pk)
    assert payment.email == "aide@example.org"
    assert fields["vads_amount"] == "10000"
    assert fields["vads_order_id"] == payment.reference


def test_the_visitor_of_a_link_sees_its_payment_and_no_other_page(client, creance, link):
    pay_by(client, link)
    payment = payment_of(link)
    with national_scope():
        other = CreanceFactory(allocataire=creance.allocataire)
    elsewhere = linked(other, link.created_by, 50_00)
    pay_by(Client(), elsewhere, cents=50_00)
    book(client, payment)

    page = client.get(f"/paiement/{payment.public_id}/")
    assert page.status_code == 200
    assert "100,00 € ont été payés" in text_of(page)
    assert client.get(f"/paiement/{payment.public_id}/statut/").json()["status"] == "PAID"
    assert client.get(f"/paiement/{payment.public_id}/recu.pdf").status_code == 200
    assert client.get(f"/paiement/retour/{payment.public_id}/").status_code == 302
    with national_scope():
        nature = creance.get_nature_display()
    assert nature not in page.content.decode()
    assert "140,00" not in text_of(page)
    assert client.get(f"/paiement/{payment_of(elsewhere).public_id}/").status_code == 404
    for address in ("/mes-creances/", f"/mes-creances/{creance.public_id}/", "/payer/"):
        assert client.get(address).url.startswith("/identification/")


def test_the_receipt_of_a_link_says_neither_which_debt_nor_what_is_left(
    client, creance, link, monkeypatch
):
    pay_by(client, link)
    payment = payment_of(link)
    book(client, payment)
    said = {}
    monkeypatch.setattr(
        "caf_portal.documents.rendering.typst.compile",
        lambda _source, *, sys_inputs, **_: said.update(sys_inputs) or b"%PDF",
    )

    client.get(f"/paiement/{payment.public_id}/recu.pdf")

    with national_scope():
        nature = creance.get_nature_display()
    assert payment.reference in said["document"]
    assert nature not in said["document"]
    assert "140" not in said["document"]


def test_the_person_sees_what_was_paid_by_a_link(client, creance, link):
    pay_by(Client(), link)
    payment = payment_of(link)
    for debtor in (person_of(creance), holder_of(creance)):
        enter(client, debtor)
        assert client.get(f"/paiement/{payment.public_id}/").status_code == 200


def test_the_confirmation_leads_to_the_link_and_asks_nobody_to_identify(client, link):
    pay_by(client, link, email="aide@example.org")
    book(client, payment_of(link))

    with national_scope():
        path = path_of(link)
        email = render_message(Message.objects.get(kind="PAYMENT_BOOKED"))
    assert path in email.body
    assert "identifier" not in email.body


# Amounts.


def test_a_debt_that_shrank_lowers_what_the_link_asks(client, creance, link):
    lower(creance, 180_00)

    page = text_of(open_page(client, link))
    refused = pay_by(client, link, cents=100_00)
    paid = pay_by(client, link, cents=60_00)

    assert "60,00 €" in page
    assert "préparé pour 100,00 €" in page
    assert "La somme à payer est maintenant de 60,00 €." in text_of(refused)
    assert "hosted" not in refused.context
    assert dict(paid.context["hosted"].fields)["vads_amount"] == "6000"


@pytest.mark.parametrize("typed", ["", "0", "abc", "-1", "9" * 30, "١٠٠٠٠"])
def test_an_amount_that_was_not_shown_is_not_asked(client, link, typed):
    with national_scope():
        path = path_of(link)

    response = client.post(path, {"montant": typed})

    assert "hosted" not in response.context
    with national_scope():
        assert not Payment.objects.exists()


def test_less_than_one_euro_left_closes_the_link(client, creance, link):
    lower(creance, 239_50)

    assert state(link) != LinkState.USABLE
    with caisse_scope(link.caisse_id):
        assert left_cents(read(link)) == 0


# Its end.


def test_a_paid_link_is_used_up_and_shows_what_it_paid(client, link):
    pay_by(client, link)
    payment = payment_of(link)
    book(client, payment)

    page = open_page(Client(), link)

    assert state(link) == LinkState.USED
    assert "plus rien à payer" in text_of(page)
    assert payment.reference in text_of(page)
    assert "hosted" not in pay_by(Client(), link).context


def test_what_a_link_paid_can_be_looked_at_again_from_its_page(client, link):
    pay_by(Client(), link)
    payment = payment_of(link)
    book(client, payment)
    with national_scope():
        path = path_of(link)

    response = client.post(f"{path}paiement/{payment.public_id}/")

    assert response.url == f"/paiement/{payment.public_id}/"
    assert client.get(response.url).status_code == 200


def test_a_link_does_not_open_a_payment_that_it_did_not_make(client, creance, link):
    with national_scope():
        other = CreanceFactory(allocataire=creance.allocataire)
        path = path_of(link)
    elsewhere = linked(other, link.created_by, 50_00)
    pay_by(Client(), elsewhere, cents=50_00)

    response = client.post(f"{path}paiement/{payment_of(elsewhere).public_id}/")

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (PaymentStatus.PENDING, LinkState.WAITING),
        (PaymentStatus.PAID, LinkState.USED),
        (PaymentStatus.HELD, LinkState.USED),
        (PaymentStatus.REFUNDED, LinkState.USED),
        (PaymentStatus.REFUSED, LinkState.USABLE),
        (PaymentStatus.ABANDONED, LinkState.USABLE),
        (PaymentStatus.EXPIRED, LinkState.USABLE),
        (PaymentStatus.OPEN, LinkState.USABLE),
    ],
)
def test_what_became_of_its_payment_says_whether_a_link_still_serves(
    client, link, status, expected
):
    pay_by(client, link)
    with caisse_scope(link.caisse_id):
        lead(Payment.objects.locked().get(link=link), status, now=timezone.now())

    assert state(link) == expected
    assert open_page(Client(), link).status_code == 200


def test_two_payers_of_one_link_make_one_payment(client, link):
    pay_by(client, link)

    second = pay_by(Client(), link)

    assert second.url == f"/paiement/{payment_of(link).public_id}/"
    with national_scope():
        assert Payment.objects.count() == 1


def test_a_payment_of_the_person_under_way_keeps_the_link_from_starting_another(
    client, creance, link
):
    from_account = linked(creance, link.created_by, 20_00)
    pay_by(Client(), from_account, cents=20_00)

    response = pay_by(client, link)

    assert "déjà en cours" in text_of(response)
    with national_scope():
        assert Payment.objects.count() == 1


def test_a_revoked_link_says_so_and_is_revoked_once(client, link, agent):
    with caisse_scope(link.caisse_id):
        revoke_link(link=link, author=agent, now=timezone.now())

    assert "a été retiré" in text_of(open_page(client, link))
    assert "hosted" not in pay_by(client, link).context
    with caisse_scope(link.caisse_id), pytest.raises(LinkClosed):
        revoke_link(link=link, author=agent, now=timezone.now())


def test_a_link_out_of_date_says_so(client, link):
    late = link.expires_at + timedelta(seconds=1)
    with caisse_scope(link.caisse_id), pytest.raises(LinkClosed):
        start_link_payment(link=link, expected_cents=100_00, email="", langue="fr", now=late)

    assert state(link, now=late) == LinkState.EXPIRED


def test_a_debt_that_may_not_be_paid_any_more_closes_its_link_for_now(client, creance, link):
    with national_scope():
        put_in_state(creance, CreanceState.TRANSFEREE)

    assert state(link) == LinkState.CLOSED
    assert "ne peut pas servir pour le moment" in text_of(open_page(client, link))


def test_the_amount_is_counted_again_under_lock(creance, link):
    lower(creance, 200_00)

    with caisse_scope(link.caisse_id), pytest.raises(AmountChanged):
        start_link_payment(
            link=link, expected_cents=100_00, email="", langue="fr", now=timezone.now()
        )


# Sending it.


def test_a_link_is_sent_once_to_an_address_and_says_no_name(creance, link):
    with caisse_scope(link.caisse_id):
        for address in ("aide@example.org", "AIDE@example.org", "autre@example.org"):
            send_link(link=link, to_address=address, langue="fr", now=timezone.now())
        rows = list(Message.objects.filter(kind="PAYMENT_LINK").order_by("pk"))
        path = path_of(link)
        person = creance.allocataire

    assert [row.to_address for row in rows] == ["aide@example.org", "autre@example.org"]
    with national_scope():
        for langue, word in (("fr", "jusqu’au"), ("en", "until")):
            rows[0].langue = langue
            email = render_message(rows[0])
            assert path in email.body
            assert "100,00" in email.body
            assert word in email.body
            for private in (person.nom, person.prenom, person.numero):
                assert private not in email.body


def test_a_link_that_serves_no_more_is_not_sent(link, agent):
    with caisse_scope(link.caisse_id):
        revoke_link(link=link, author=agent, now=timezone.now())
        with pytest.raises(LinkClosed):
            send_link(link=link, to_address="a@example.org", langue="fr", now=timezone.now())


def test_the_invariants_hold_after_all_of_it(client, link):
    pay_by(client, link)
    book(client, payment_of(link))

    call_command("check_invariants", verbosity=0)
