"""The PDF and the page of a day say the same totals, and who answers for each residual."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie
from comptabilite.services.owning import take
from comptabilite.services.settling import settle_anomalie
from rapprochement.models import Rapprochement
from rapprochement.proofs.content import content_of
from rapprochement.services.matching import match_gateway
from rapprochement.services.proving import prove_day
from tests.allocataires.factories import CreanceFactory
from tests.caisses.factories import agent_of, entered
from tests.payments.factories import NOW
from tests.payments.pages import text_of
from tests.rapprochement.gateway_rows import bank_line, file_of, gateway_line, jt_of, paid

DAY = date(2026, 11, 20)


pytestmark = pytest.mark.django_db


@pytest.fixture
def ain():
    """240 euros on both sides, 50 that the portal does not know, and 12 that the bank took."""
    caisse_id = Caisse.objects.get(code="011").pk
    with national_scope():
        debt = CreanceFactory()
    transaction = paid(debt)
    with caisse_scope(caisse_id):
        file_of(caisse_id, "JT", DAY - timedelta(days=1))
        jt_of(transaction)
        lost = {"transaction_uuid": uuid4(), "trans_id": "000009"}
        gateway_line(caisse_id, "JT", 50_00, at=NOW - timedelta(hours=9), **lost)
        bank_line(caisse_id, -12_00, "PRLV", on=DAY)
    return caisse_id


def agent(login: str, **more):
    with national_scope():
        return agent_of("011", login=login, **more)


def proved(caisse_id: int, now=NOW) -> Rapprochement:
    match_gateway(caisse_id=caisse_id, now=now)
    return prove_day(caisse_id=caisse_id, day_on=DAY, now=now)


def both(proof: Rapprochement) -> list[str]:
    """What the page says, and what the PDF does, on one line each."""
    client = entered(agent("lectrice"))
    page = f"/agents/rapprochement/rapprochement/{proof.pk}/"
    pdf = PdfReader(BytesIO(client.get(f"{page}pdf/").content))
    texts = [text_of(client.get(f"{page}change/")), *[each.extract_text() for each in pdf.pages]]
    return [_plain(texts[0]), _plain(" ".join(texts[1:]))]


def _plain(text: str) -> str:
    return " ".join(text.replace("\u202f", " ").replace("\xa0", " ").split())


def test_both_say_the_three_totals_and_each_residual_with_its_age_and_owner(ain):
    proof = proved(ain)
    with caisse_scope(ain):
        line = Anomalie.objects.get(kind="LOST_NOTIFICATION")
        take(anomalie_id=line.pk, agent=agent("camille"), now=NOW)

    for text in both(proof):
        for words in ("Opérations du jour", "Compte de banque", "Encore dû par la plateforme"):
            assert words in text
        for amount in ("290,00 €", "240,00 €", "50,00 €", "12,00 €", "0,00 €"):
            assert amount in text
        assert "Chez la plateforme, absent des journaux" in text
        assert "Ligne de banque à identifier" in text
        assert "20/11/2026 moins d’un jour" in text
        assert "camille" in text
        assert "personne" in text, "nobody follows the line of the bank"


def test_both_say_who_explained_a_residual(ain):
    proved(ain)
    with caisse_scope(ain):
        line = Anomalie.objects.get(kind="LOST_NOTIFICATION")
        accountant = agent("dominique", role="COMPTABLE")
        settle_anomalie(anomalie_id=line.pk, agent=accountant, note="Essai vu.", now=NOW)
    proof = proved(ain)

    for text in both(proof):
        assert "Expliqué par dominique : Essai vu." in text


def test_a_residual_ages_until_somebody_explains_it(ain):
    later = NOW + timedelta(days=10)
    with caisse_scope(ain):
        file_of(ain, "JT", DAY + timedelta(days=1))
    proof = proved(ain, now=later)
    ages = {gap.residu.kind: gap.days for gap in gaps_of(proof)}
    assert ages == {"NON_COMPTABILISE": 10, "BANQUE": 10, "EN_CHEMIN": 0}

    with caisse_scope(ain):
        line = Anomalie.objects.get(kind="LOST_NOTIFICATION")
        accountant = agent("dominique", role="COMPTABLE")
        settle_anomalie(anomalie_id=line.pk, agent=accountant, note="Essai vu.", now=later)
    proof = proved(ain, now=later + timedelta(days=5))

    ages = {gap.residu.kind: gap.days for gap in gaps_of(proof)}
    assert ages == {"NON_COMPTABILISE": 10, "BANQUE": 15, "EN_CHEMIN": 0}


def gaps_of(proof: Rapprochement):
    with caisse_scope(proof.caisse_id):
        return content_of(proof).gaps
