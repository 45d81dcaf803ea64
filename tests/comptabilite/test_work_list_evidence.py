"""Each kind of line leads to what it is about, or its rule says why it cannot."""

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.admin.page_links import Link, links_of
from comptabilite.anomaly_pages import pages_of
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from comptabilite.work_rules import RULES
from echanges.models import Abonnement
from payments.models import Transaction
from rapprochement.models import CompteBancaire, Impaye, LigneBanque, LignePlateforme
from tests.caisses.factories import entered
from tests.isolation.conftest import Fund, make_fund
from tests.payments.factories import NOW

pytestmark = pytest.mark.django_db
#: Kinds whose only page is the national administration's.
OF_THE_NATION = {AnomalieKind.SHOP_DRIFT}


@pytest.fixture
def fund(db: None) -> Fund:
    return make_fund("011")


def subjects(fund: Fund) -> dict[AnomalieKind, str]:
    """What each kind is named after, by whoever opens it, on the rows of one fund."""
    caisse = fund.caisse
    debit = Transaction.objects.get(payment=fund.held).uuid.hex
    told = f"plateforme {LignePlateforme.objects.get(caisse=caisse, kind='JRB').public_id.hex}"
    bank = f"banque {LigneBanque.objects.get(caisse=caisse).public_id.hex}"
    account = CompteBancaire.objects.get(caisse=caisse)
    due = fund.plan.echeancier.echeances.order_by("rank").first()
    abonnement = Abonnement.objects.get(caisse=caisse)
    named = {
        AnomalieKind.UNANSWERED: f"{fund.paid.reference} en attente",
        AnomalieKind.BACK_OFFICE_OPERATION: f"{debit} 100 REFUNDED",
        AnomalieKind.DOUBLE_COLLECTION: f"{fund.creance.public_id.hex} 2026-11",
        AnomalieKind.MUTATION_TO_FINISH: debit,
        AnomalieKind.EXCHANGE_FAILED: f"{abonnement.public_id}/12",
        AnomalieKind.REFUND_FAILED: fund.refund.public_id.hex,
        AnomalieKind.OVERDUE_INSTALMENT: f"{due.public_id.hex} 2026-11-20",
        AnomalieKind.SHOP_DRIFT: "SILENT 2026-11-20",
        AnomalieKind.LOST_NOTIFICATION: told,
        AnomalieKind.CHARGEBACK_TO_BOOK: Impaye.objects.get(caisse=caisse).public_id.hex,
        AnomalieKind.MISSING_FILE: f"RELEVE {account.iban} 2026-11-20",
        AnomalieKind.FILE_REFUSED: "0" * 64,
        AnomalieKind.BANK_LINE: bank,
        AnomalieKind.RESIDUAL: f"ligne {fund.ecriture.lignes.first().pk}",
        AnomalieKind.LEDGER_RULE_MISSING: "REMISSION-AUTRE",
        AnomalieKind.UNREADABLE_NOTIFICATION: "notification 1",
        AnomalieKind.INVARIANT: "inv03 créance 1",
    }
    return {kind: named.get(kind, debit) for kind in AnomalieKind}


def shown(fund: Fund, kind: AnomalieKind, subject: str, site: str) -> list[Link]:
    open_anomalie(caisse_id=fund.caisse.pk, kind=kind, subject=subject, detail="x", now=NOW)
    line = Anomalie.objects.get(caisse=fund.caisse, kind=kind, subject=subject)
    return links_of(pages_of(line), site)


def test_every_kind_shows_its_evidence_or_says_why_not(fund: Fund):
    with national_scope():
        named = subjects(fund)
        without = {kind for kind in AnomalieKind if not shown(fund, kind, named[kind], "national")}
        without_here = {
            kind for kind in AnomalieKind if not shown(fund, kind, named[kind], "agents")
        }

    assert without == {kind for kind, rule in RULES.items() if rule.no_page}
    assert without_here == without | OF_THE_NATION


def test_every_page_that_is_shown_opens_for_an_agent_of_the_fund(fund: Fund):
    with national_scope():
        named = subjects(fund)
        addresses = {
            link.address
            for kind in AnomalieKind
            for link in shown(fund, kind, named[kind], "agents")
        }
    client = entered(fund.agent)

    answers = {address: client.get(address).status_code for address in sorted(addresses)}

    assert len(answers) > 10
    assert set(answers.values()) == {200}, answers


def test_kinds_that_an_action_settles_offer_it(fund: Fund):
    acted = (
        AnomalieKind.SURPLUS,
        AnomalieKind.SECOND_PAYMENT,
        AnomalieKind.AMOUNT_MISMATCH,
        AnomalieKind.LOST_NOTIFICATION,
        AnomalieKind.MISSING_FILE,
        AnomalieKind.FILE_REFUSED,
        AnomalieKind.BANK_LINE,
        AnomalieKind.LEDGER_RULE_MISSING,
        AnomalieKind.UNANSWERED,
        AnomalieKind.EXCHANGE_FAILED,
    )
    with national_scope():
        named = subjects(fund)
        named[AnomalieKind.LOST_NOTIFICATION] = _told_of(fund)
        without = [
            kind
            for kind in acted
            if not any(link.acts for link in shown(fund, kind, named[kind], "agents"))
        ]

    assert without == []


def _told_of(fund: Fund) -> str:
    """A line of the platform that names a payment of ours, whose page asks the platform."""
    line = LignePlateforme.objects.get(caisse=fund.caisse, kind="JRB")
    told = LignePlateforme.objects.create(
        caisse=fund.caisse,
        fichier=line.fichier,
        boutique=line.boutique,
        kind="JRB",
        rank=2,
        operation="DEBIT",
        amount_cents=1_00,
        day_on=line.day_on,
        order_reference=fund.open.reference,
    )
    return f"plateforme {told.public_id.hex}"
