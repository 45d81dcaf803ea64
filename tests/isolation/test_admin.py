"""An agent of one fund meets nothing of another one, wherever the administration leads."""

import pytest
from django.test import Client

from caf_portal.database.scope import national_scope
from caisses.models import Agent
from comptabilite.models import Cloture, Compte, Export, Journal, Lettrage, SchemaComptable
from echanges.models import Abonnement, CleApi, EvenementSortant, Livraison, Lot
from payments.models import Transaction
from rapprochement.models import (
    CompteBancaire,
    FichierReleve,
    Impaye,
    LigneBanque,
    LignePlateforme,
    Rapprochement,
    Releve,
    Remise,
)
from recouvrement.models import MutationDemandee
from tests.caisses.factories import agent_of, entered
from tests.isolation.conftest import Fund, make_fund

MODELS = (
    "allocataires/allocataire",
    "allocataires/creance",
    "payments/payment",
    "payments/paymentlink",
    "payments/refund",
    "payments/troppercu",
    "payments/transaction",
    "allocataires/echeancier",
    "allocataires/etape",
    "recouvrement/demande",
    "recouvrement/mutationdemandee",
    "comptabilite/anomalie",
    "comptabilite/cloture",
    "comptabilite/compte",
    "comptabilite/ecriture",
    "comptabilite/export",
    "comptabilite/journal",
    "comptabilite/lettrage",
    "comptabilite/schemacomptable",
    "echanges/abonnement",
    "echanges/cleapi",
    "echanges/evenementsortant",
    "echanges/livraison",
    "echanges/lot",
    "rapprochement/comptebancaire",
    "rapprochement/fichierreleve",
    "rapprochement/impaye",
    "rapprochement/lignebanque",
    "rapprochement/ligneplateforme",
    "rapprochement/rapprochement",
    "rapprochement/releve",
    "rapprochement/remise",
)
OF_STATEMENTS = (
    CompteBancaire,
    FichierReleve,
    Impaye,
    LigneBanque,
    LignePlateforme,
    Rapprochement,
    Releve,
    Remise,
)
every_model = pytest.mark.parametrize("model", MODELS)


def objects_of(fund: Fund) -> dict[str, int]:
    """A primary key of this fund for each page."""
    with national_scope():
        return {
            "allocataires/allocataire": fund.person.pk,
            "allocataires/creance": fund.creance.pk,
            "payments/payment": fund.paid.pk,
            "payments/paymentlink": fund.link.pk,
            "payments/refund": fund.refund.pk,
            "payments/troppercu": fund.surplus.pk,
            "payments/transaction": Transaction.objects.filter(payment=fund.paid).get().pk,
            "allocataires/echeancier": fund.plan.echeancier_id,
            "allocataires/etape": fund.creance.etapes.first().pk,
            "recouvrement/demande": fund.creance.demandes.first().pk,
            "recouvrement/mutationdemandee": MutationDemandee.objects.get(caisse=fund.caisse).pk,
            "comptabilite/anomalie": fund.anomalie.pk,
            "comptabilite/cloture": Cloture.objects.get(caisse=fund.caisse).pk,
            "comptabilite/compte": Compte.objects.filter(caisse=fund.caisse).first().pk,
            "comptabilite/ecriture": fund.ecriture.pk,
            "comptabilite/export": Export.objects.get(caisse=fund.caisse).pk,
            "comptabilite/journal": Journal.objects.get(caisse=fund.caisse, code="CBL").pk,
            "comptabilite/lettrage": Lettrage.objects.get(caisse=fund.caisse).pk,
            "comptabilite/schemacomptable": SchemaComptable.objects.filter(caisse=fund.caisse)
            .first()
            .pk,
            "echanges/abonnement": Abonnement.objects.get(caisse=fund.caisse).pk,
            "echanges/cleapi": CleApi.objects.get(caisse=fund.caisse).pk,
            "echanges/evenementsortant": EvenementSortant.objects.get(caisse=fund.caisse).pk,
            "echanges/livraison": Livraison.objects.get(caisse=fund.caisse).pk,
            "echanges/lot": Lot.objects.get(caisse=fund.caisse).pk,
            **{
                f"rapprochement/{model._meta.model_name}": model.objects.filter(caisse=fund.caisse)
                .first()
                .pk
                for model in OF_STATEMENTS
            },
        }


@pytest.fixture
def agent(ain: Fund) -> Client:
    return entered(ain.agent)


def test_the_models_tried_here_are_those_of_the_site(agent: Client):
    listed = {
        model["admin_url"].removeprefix("/agents/").rstrip("/")
        for app in agent.get("/agents/").context["app_list"]
        for model in app["models"]
    }

    assert listed == set(MODELS)


@every_model
def test_inv13_lists_hold_the_agents_fund_only(
    model: str, agent: Client, ain: Fund, gironde: Fund, national_admin: Agent
):
    own = agent.get(f"/agents/{model}/").context["cl"].result_list
    everyone = entered(national_admin).get(f"/national/{model}/").context["cl"]

    assert {row.caisse_id for row in own} == {ain.caisse.pk}
    assert everyone.result_count > len(own), "the control: there is more to see"


@every_model
def test_inv13_choosing_another_fund_in_the_address_shows_nothing(
    model: str, agent: Client, ain: Fund, gironde: Fund
):
    for parameter in (
        "caisse=331",
        f"caisse__id__exact={gironde.caisse.pk}",
        f"caisse_id={gironde.caisse.pk}",
    ):
        response = agent.get(f"/agents/{model}/?{parameter}")
        # Django sends back to the plain list a parameter that it does not know.
        shown = response.context["cl"].result_list if response.status_code == 200 else []
        assert {row.caisse_id for row in shown} <= {ain.caisse.pk}


@every_model
@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_inv13_pages_of_another_funds_object_do_not_exist(
    model: str, page: str, agent: Client, ain: Fund, gironde: Fund
):
    theirs = objects_of(gironde)[model]
    own = objects_of(ain)[model]

    there = agent.get(f"/agents/{model}/{theirs}/{page}/")
    nowhere = agent.get(f"/agents/{model}/999999999/{page}/")

    assert there.status_code == nowhere.status_code
    assert there.status_code in {302, 403}
    # The page repeats the address, whose number may be the fund's code by chance.
    assert "331" not in there.content.decode().replace(there.request["PATH_INFO"], "")
    if page == "change":
        assert agent.get(f"/agents/{model}/{own}/change/").status_code == 200, "the control"


@every_model
def test_inv13_posting_to_another_funds_object_changes_nothing(
    model: str, agent: Client, gironde: Fund
):
    theirs = objects_of(gironde)[model]

    response = agent.post(f"/agents/{model}/{theirs}/change/", {"settled_note": "Réglée."})

    assert response.status_code in {302, 403}
    with national_scope():
        gironde.anomalie.refresh_from_db()
    assert gironde.anomalie.settled_at is None


def test_inv13_no_search_finds_another_funds_rows(agent: Client, ain: Fund, gironde: Fund):
    with national_scope():
        reference = str(
            gironde.creance.reference(caisse=gironde.caisse, allocataire=gironde.person)
        )
        uuid = gironde.paid.transactions.get().uuid.hex
    searches = [
        ("allocataires/allocataire", gironde.person.numero),
        ("allocataires/allocataire", "Exemple"),
        ("allocataires/creance", reference),
        ("allocataires/creance", gironde.person.numero),
        ("payments/payment", gironde.paid.reference),
        ("payments/payment", uuid),
        ("comptabilite/ecriture", gironde.ecriture.piece),
        ("comptabilite/anomalie", gironde.anomalie.subject),
    ]

    for model, words in searches:
        found = agent.get(f"/agents/{model}/", {"q": words}).context["cl"].result_list
        assert gironde.caisse.pk not in {row.caisse_id for row in found}, (model, words)


@pytest.mark.parametrize(
    ("app", "model", "field", "there"),
    [
        ("allocataires", "creance", "allocataire", "person"),
        ("payments", "payment", "allocataire", "person"),
        ("payments", "affectation", "creance", "creance"),
        ("payments", "transaction", "payment", "paid"),
    ],
)
def test_inv13_autocompletion_offers_nothing_of_another_fund(
    agent: Client, ain: Fund, gironde: Fund, app: str, model: str, field: str, there: str
):
    asked = {"app_label": app, "model_name": model, "field_name": field, "term": ""}

    response = agent.get("/agents/autocomplete/", asked)

    offered = {row["id"] for row in response.json()["results"]}
    assert str(getattr(gironde, there).pk) not in offered
    assert str(getattr(ain, there).pk) in offered, "the control: it does offer the agent's own"


def test_inv13_a_link_between_rows_does_not_lead_over_the_wall(agent: Client, gironde: Fund):
    page = agent.get(f"/agents/payments/payment/?allocataire__id__exact={gironde.person.pk}")

    assert list(page.context["cl"].result_list) == []


def test_inv13_the_figures_are_those_of_the_agents_fund(ain: Fund, gironde: Fund):
    (panel,) = entered(ain.agent).get("/agents/").context["panels"]

    assert panel.context["open_anomalies"] == 1


def test_inv13_an_agent_of_two_funds_sees_both_and_no_third(ain: Fund, gironde: Fund):
    third = make_fund("751")
    with national_scope():
        both = entered(agent_of("011", "331", login="deux"))

    shown = both.get("/agents/payments/payment/").context["cl"].result_list

    assert {row.caisse_id for row in shown} == {ain.caisse.pk, gironde.caisse.pk}
    assert third.caisse.pk not in {row.caisse_id for row in shown}


@pytest.mark.parametrize("path", ["caisses/agent/", "caisses/charte/", "payments/boutique/", ""])
def test_inv13_the_national_site_is_closed_to_agents(agent: Client, path: str):
    response = agent.get(f"/national/{path}")

    assert response.status_code == 302
    assert "/login/" in response.url


def test_inv13_the_national_preview_is_closed_to_agents(agent: Client, gironde: Fund):
    for page in ("apercu.css", "logo.png", "change/"):
        response = agent.get(f"/national/caisses/charte/{gironde.charte.pk}/{page}")
        assert response.status_code == 302
    assert agent.post(f"/national/caisses/charte/{gironde.charte.pk}/publier/").status_code == 302
    with national_scope():
        gironde.charte.refresh_from_db()
    assert gironde.charte.published_at is None
