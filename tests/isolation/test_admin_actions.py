"""What the administration does beyond the stock pages stops at the wall as well.

Every address of our own that names a row is found in the site itself: a new one is tried too.
"""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from allocataires.models import Creance, Echeance, Echeancier
from caf_portal.database.scope import national_scope
from caisses.sites import BOTH_SITES
from comptabilite.models import Export, Lettrage, RegleComptable, SchemaComptable
from echanges.models import Abonnement, CleApi, Lot
from payments.models import PaymentLink, Refund, Transaction, TropPercu
from rapprochement.models import FichierReleve, Impaye, LigneBanque, Rapprochement
from recouvrement.models import Demande, MutationDemandee
from tests.caisses.factories import entered
from tests.isolation.conftest import Fund

(AGENTS,) = (site for site in BOTH_SITES if site.name == "agents")
STOCK = re.compile(r"_(changelist|add|history|delete|change)$")
ROW = re.compile(r"<int:(\w+)>")


def actions() -> dict[str, str]:
    """Name and model of each address of our own that names a row by its number."""
    found = {}
    for model, model_admin in AGENTS._registry.items():
        for pattern in model_admin.get_urls():
            named = isinstance(pattern, URLPattern) and pattern.name
            if named and not STOCK.search(pattern.name) and ROW.search(str(pattern.pattern)):
                found[pattern.name] = f"{model._meta.app_label}/{model._meta.model_name}"
    return found


def row_of(fund: Fund, name: str) -> int:
    """The row of this fund that an action is about."""
    with national_scope():
        transaction = Transaction.objects.filter(payment=fund.paid).get().pk
        return {
            "payment_ask_platform": fund.paid.pk,
            "payment_accept": transaction,
            "payment_give_up": transaction,
            "transaction_given_back": transaction,
            "refund_ask": transaction,
            "refund_approve": fund.refund.pk,
            "refund_reject": fund.refund.pk,
            "link_new": fund.person.pk,
            "link_qr": fund.link.pk,
            "link_paper": fund.link.pk,
            "link_revoke": fund.link.pk,
            "link_send": fund.link.pk,
            "link_order": fund.link.pk,
            "link_close": fund.link.pk,
            "echeancier_stop": fund.plan.echeancier_id,
            "creance_releve": fund.creance.pk,
            "creance_quittance": fund.creance.pk,
            **dict.fromkeys(
                ("abonnement_start", "abonnement_stop", "abonnement_secret"),
                Abonnement.objects.get(caisse=fund.caisse).pk,
            ),
            "cle_revoke": CleApi.objects.get(caisse=fund.caisse).pk,
            **dict.fromkeys(
                ("export_file", "export_compare"), Export.objects.get(caisse=fund.caisse).pk
            ),
            "impaye_book": Impaye.objects.get(caisse=fund.caisse).pk,
            "fichier_original": FichierReleve.objects.filter(caisse=fund.caisse).first().pk,
            **dict.fromkeys(
                ("proof_pdf", "proof_again", "proof_apply", "proof_pair"),
                Rapprochement.objects.get(caisse=fund.caisse).pk,
            ),
            **dict.fromkeys(
                ("bank_line_impute", "bank_line_correct", "bank_line_place"),
                LigneBanque.objects.get(caisse=fund.caisse).pk,
            ),
            "lot_rejects": Lot.objects.get(caisse=fund.caisse).pk,
            "debt_act": fund.creance.pk,
            "move_ask": fund.creance.pk,
            "move_answer": MutationDemandee.objects.get(caisse=fund.caisse).pk,
            "demande_answer": Demande.objects.get(caisse=fund.caisse).pk,
            "surplus_choose": fund.surplus.pk,
            "anomalie_follow": fund.anomalie.pk,
            "ecriture_reverse": fund.ecriture.pk,
            "lettrage_undo": Lettrage.objects.get(caisse=fund.caisse).pk,
            "suspense_note": fund.ecriture.lignes.first().pk,
            **dict.fromkeys(
                (
                    "schema_draft",
                    "schema_event",
                    "schema_names",
                    "schema_check",
                    "schema_preview",
                    "schema_adopt",
                    "schema_drop",
                    "schema_withdraw",
                ),
                SchemaComptable.objects.get(caisse=fund.caisse, status="BROUILLON").pk,
            ),
            **dict.fromkeys(
                ("echeancier_decider", "echeancier_changer", "echeancier_arreter_demande"),
                Echeancier.objects.get(caisse=fund.caisse, means="DEMANDE").pk,
            ),
        }[name]


def address_of(name: str, number: int) -> str:
    """The address of an action on a row; some say which part of it too."""
    parts = {
        "debt_act": ["suspendre"],
        "export_file": ["FICHIER"],
        "schema_event": ["CARD_PAYMENT"],
    }
    which = parts.get(name, [])
    return reverse(f"admin:{name}", args=[number, *which], current_app=AGENTS.name)


@pytest.fixture
def agent(ain: Fund) -> Client:
    return entered(ain.agent)


def everything_of(fund: Fund) -> tuple[object, ...]:
    with national_scope():
        return (
            Refund.objects.values_list("status", "decided_by").get(pk=fund.refund.pk),
            PaymentLink.objects.values().get(pk=fund.link.pk),
            type(fund.paid).objects.values().get(pk=fund.paid.pk),
            type(fund.plan).objects.values().get(pk=fund.plan.pk),
            type(fund.open).objects.values().get(pk=fund.open.pk),
            Refund.objects.filter(caisse=fund.caisse).count(),
            PaymentLink.objects.filter(caisse=fund.caisse).count(),
            list(CleApi.objects.filter(caisse=fund.caisse).values()),
            list(Abonnement.objects.filter(caisse=fund.caisse).values()),
            *(
                list(model.objects.filter(caisse=fund.caisse).order_by("pk").values())
                for model in (
                    Creance,
                    Demande,
                    Echeancier,
                    Echeance,
                    MutationDemandee,
                    RegleComptable,
                    SchemaComptable,
                    TropPercu,
                )
            ),
        )


@pytest.mark.parametrize("name", sorted(actions()))
@pytest.mark.parametrize("method", ["get", "post"])
def test_inv13_no_action_reaches_another_funds_row(
    name: str, method: str, agent: Client, ain: Fund, gironde: Fund
):
    before = everything_of(gironde)
    address = address_of(name, row_of(gironde, name))
    answers = {"number": "1", "email": "x@example.org", "langue": "fr", "stated_cents": "1"}

    response = getattr(agent, method)(address, answers)

    assert response.status_code in {404, 405}
    assert "331" not in response.content.decode()
    assert everything_of(gironde) == before


@pytest.mark.parametrize("name", sorted(actions()))
@pytest.mark.parametrize("number", [0, 10**12, 10**19, 10**40])
def test_a_number_of_no_row_is_told_so(name: str, number: int, agent: Client):
    address = address_of(name, number)

    assert {agent.get(address).status_code, agent.post(address).status_code} <= {404, 405}
