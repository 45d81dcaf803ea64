"""Lines of the platform that nothing tells apart: proposed, and matched by an accountant."""

from datetime import date, timedelta

import pytest

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, Lettrage
from rapprochement.models import Appariement, Residu
from rapprochement.services.imputing import impute_bank_lines
from rapprochement.services.matching import match_gateway
from rapprochement.services.pairing import PairingRefused, pair_by_agent
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.rapprochement.gateway_rows import (
    bank_line,
    file_of,
    jt_of,
    ledger_line,
    paid,
    remise_of,
)

DAY = date(2026, 11, 20)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    caisse_id = Caisse.objects.get(code="011").pk
    with caisse_scope(caisse_id):
        file_of(caisse_id, "JT", DAY - timedelta(days=1))
    return caisse_id


@pytest.fixture
def accountant():
    with national_scope():
        return agent_of("011", role="COMPTABLE")


def bought(cents=240_00):
    with national_scope():
        debt = CreanceFactory(initial_cents=cents)
    return paid(debt)


def nameless(transaction, **changes):
    """The line of a layout without identifier nor order, under a number that no departure took."""
    with caisse_scope(transaction.caisse_id):
        values = {"transaction_uuid": None, "order_reference": "", "trans_id": "899999"}
        return jt_of(transaction, **(values | changes))


def proved(caisse_id):
    match_gateway(caisse_id=caisse_id, now=NOW)
    return prove_day(caisse_id=caisse_id, day_on=DAY, now=NOW)


def proposals(proof):
    with caisse_scope(proof.caisse_id):
        found = Residu.objects.filter(rapprochement=proof, kind="NON_COMPTABILISE").order_by("pk")
        return [each.proposal for each in found]


def test_the_only_line_of_that_amount_is_proposed_and_matched_by_nobody(ain):
    transaction = bought()
    nameless(transaction)

    (proposal,) = proposals(proved(ain))

    with caisse_scope(ain):
        assert not Appariement.objects.exists()
        assert [each["id"] for each in proposal["lignes"]] == [ledger_line(transaction).pk]
    assert (proposal["action"], proposal["score"]) == ("APPARIER", 70)
    assert proposal["reason"] == "la seule écriture de ce montant, le même jour"
    assert f"pièce {transaction.payment.reference}" in proposal["lignes"][0]["words"]


def test_two_lines_of_that_amount_are_both_offered_for_less(ain):
    first, second = bought(), bought()
    nameless(first)
    nameless(second)

    found = proposals(proved(ain))

    assert [(each["score"], len(each["lignes"])) for each in found] == [(40, 2), (40, 2)]


def test_another_transaction_amount_or_order_is_never_proposed(ain):
    transaction, dearer, other = bought(), bought(99_00), bought(50_00)
    nameless(dearer, cents=98_99)
    nameless(transaction, order_reference="ANOTHER")
    nameless(other, transaction_uuid="0" * 31 + "1")

    assert proposals(proved(ain)) == [{}, {}, {}]


def test_the_accountant_matches_and_the_day_is_proved(ain, accountant):
    transaction = bought()
    line = nameless(transaction)
    proof = proved(ain)
    assert proof.unexplained == 2

    with caisse_scope(ain):
        made, days = pair_by_agent(
            plateforme_id=line.pk,
            ligne_id=ledger_line(transaction).pk,
            agent=accountant,
            now=NOW,
        )

    assert (made.regle, made.matched_by, days) == ("AGENT", accountant, {DAY})
    assert proved(ain).unexplained == 0
    with caisse_scope(ain):
        settled = Anomalie.objects.filter(kind__in=["LOST_NOTIFICATION", "RESIDUAL"])
        assert settled.count() == 2
        assert not settled.still_open().exists()


def test_a_remittance_is_lettered_once_its_last_line_is_matched(ain, accountant):
    first, second = bought(), bought()
    with caisse_scope(ain):
        lines = [jt_of(each, trans_id="000001", order_reference="") for each in (first, second)]
        remise = remise_of(ain, *lines)
        bank_line(ain, 480_00, "REMISE CB 000007", on=DAY)
    proved(ain)
    impute_bank_lines(caisse_id=ain, now=NOW)
    with caisse_scope(ain):
        assert not Lettrage.objects.exists(), "the control: nobody knows which line is which"
        todo = list(remise.lignes.order_by("pk"))
        for line, transaction in zip(todo, (first, second), strict=True):
            pair_by_agent(
                plateforme_id=line.pk,
                ligne_id=ledger_line(transaction).pk,
                agent=accountant,
                now=NOW,
            )

        assert [each.lignes.count() for each in Lettrage.objects.all()] == [3]


def test_only_an_accountant_of_the_fund_matches(ain):
    transaction = bought()
    line = nameless(transaction)
    with national_scope():
        agents = [agent_of("011", login="lectrice"), agent_of("974", login="c", role="COMPTABLE")]

    with caisse_scope(ain):
        for agent in agents:
            with pytest.raises(PairingRefused, match="comptable"):
                pair_by_agent(
                    plateforme_id=line.pk,
                    ligne_id=ledger_line(transaction).pk,
                    agent=agent,
                    now=NOW,
                )


def test_a_line_matched_meanwhile_or_never_proposed_is_refused(ain, accountant):
    transaction, dearer = bought(), bought(99_00)
    first, second = nameless(transaction), nameless(transaction)
    with caisse_scope(ain):
        wanted = {"ligne_id": ledger_line(transaction).pk, "agent": accountant, "now": NOW}
        pair_by_agent(plateforme_id=first.pk, **wanted)

        for line, changes in (
            (first, {}),
            (second, {}),
            (second, {"ligne_id": ledger_line(dearer).pk}),
        ):
            with pytest.raises(PairingRefused, match="recalculez"):
                pair_by_agent(plateforme_id=line.pk, **(wanted | changes))

        assert Appariement.objects.count() == 1


def test_the_page_offers_each_line_to_the_accountant_and_takes_the_choice(ain, accountant):
    transaction = bought()
    nameless(transaction)
    proof = proved(ain)
    page = f"/agents/rapprochement/rapprochement/{proof.pk}/change/"
    with caisse_scope(ain):
        gap = Residu.objects.get(rapprochement=proof, kind="NON_COMPTABILISE")
        choice = f"{gap.pk}-{ledger_line(transaction).pk}"
    client = entered(accountant)

    shown = client.get(page)
    answer = client.post(page.replace("change", "apparier"), {"paire": choice}, follow=True)

    words = f"Rapprocher de pièce {transaction.payment.reference} du 20/11/2026"
    assert words in text_of(shown)
    assert f'value="{choice}"' in shown.content.decode()
    assert "Les deux lignes sont rapprochées." in text_of(answer)
    assert "rien n’est à expliquer" in text_of(answer)
    refused = client.post(page.replace("change", "apparier"), {"paire": "0-x"})
    assert refused.status_code == 404


def test_a_reader_sees_the_candidates_and_no_button(ain):
    transaction = bought()
    nameless(transaction)
    proof = proved(ain)
    with national_scope():
        reader = entered(agent_of("011", login="lectrice"))

    shown = reader.get(f"/agents/rapprochement/rapprochement/{proof.pk}/change/")

    assert f"pièce {transaction.payment.reference}" in text_of(shown)
    assert "Rapprocher de" not in text_of(shown)
