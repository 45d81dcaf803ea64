"""The pages of a version: the fund's accountant changes a draft there, an agent reads."""

import re

import pytest
from django.utils import timezone

from caf_portal.database.scope import national_scope
from caisses.models.habilitation import Role
from comptabilite.models import Compte, CompteSchema, JournalSchema, SchemaComptable
from comptabilite.models.events import Evenement
from comptabilite.services.schema_drafts import draft_version, drop_draft
from comptabilite.services.scheme_rules import rules_of
from tests.caisses.factories import agent_of, entered, national_agent
from tests.comptabilite.versions import choices_of, fund

pytestmark = pytest.mark.django_db
PAGES = "/agents/comptabilite/schemacomptable"
DRAFT_PAGES = ("evenement/CHEQUE/", "noms/", "verifier/", "adopter/", "abandonner/")


@pytest.fixture
def comptable():
    with national_scope():
        yield agent_of("011", role=Role.COMPTABLE)


@pytest.fixture
def client(comptable):
    return entered(comptable)


@pytest.fixture
def draft(comptable):
    return draft_version(caisse_id=fund(), agent=comptable, now=timezone.now())


def current():
    return SchemaComptable.objects.get(caisse_id=fund(), status="ADOPTE")


def text_of(response):
    return response.content.decode()


def header_of(schema, **changes):
    return {
        "label": schema.label,
        "effective_on": schema.effective_on.isoformat(),
        "remittance_mode": schema.remittance_mode,
        "booked_elsewhere": schema.booked_elsewhere,
        **changes,
    }


def rules_posted(schema, event, **changes):
    posted = {}
    for famille, choice in choices_of(schema, event).items():
        posted[f"journal_{famille or 'AUTRES'}"] = choice.journal_id
        posted[f"debit_{famille or 'AUTRES'}"] = choice.debit_id
        posted[f"credit_{famille or 'AUTRES'}"] = choice.credit_id
    return posted | changes


def test_the_list_tells_versions_by_state_and_date(client, draft):
    page = text_of(client.get(f"{PAGES}/"))

    assert "Brouillon" in page
    assert "En vigueur" in page
    assert "01/01/2026" in page


def test_an_accountant_drafts_from_the_page_of_a_version(client):
    response = client.post(f"{PAGES}/{current().pk}/nouvelle-version/", follow=True)

    draft = SchemaComptable.objects.get(caisse_id=fund(), status="BROUILLON")
    assert response.redirect_chain[-1][0] == f"{PAGES}/{draft.pk}/change/"
    assert "Vérifier" in text_of(response)
    again = client.post(f"{PAGES}/{current().pk}/nouvelle-version/", follow=True)
    assert "Un brouillon est déjà ouvert" in text_of(again)


def test_an_adopted_version_is_read_only(client):
    page = text_of(client.get(f"{PAGES}/{current().pk}/change/"))

    assert "elle ne change plus" in page
    assert "Modifier" not in re.search(r'id="regles-titre".*', page, re.DOTALL)[0]
    assert client.post(f"{PAGES}/{current().pk}/change/", {"label": "x"}).status_code == 403
    for end in DRAFT_PAGES:
        assert client.get(f"{PAGES}/{current().pk}/{end}").status_code == 403


def test_an_agent_reads_a_draft_and_changes_nothing(draft):
    other = entered(agent_of("011", login="lecteur", role=Role.AGENT))

    page = text_of(other.get(f"{PAGES}/{draft.pk}/change/"))

    assert "Seul un comptable" in page
    assert "Rédiger une nouvelle version" not in page
    assert other.get(f"{PAGES}/{draft.pk}/apercu/").status_code == 200
    assert other.post(f"{PAGES}/{draft.pk}/change/", header_of(draft)).status_code == 403
    for end in DRAFT_PAGES:
        assert other.post(f"{PAGES}/{draft.pk}/{end}").status_code in {403, 405}
    refused = other.post(f"{PAGES}/{draft.pk}/nouvelle-version/", follow=True)
    assert "Seul un comptable" in text_of(refused)


def test_the_accountant_of_another_fund_finds_nothing(draft):
    other = entered(agent_of("331", role=Role.COMPTABLE))

    for end in (*DRAFT_PAGES, "apercu/"):
        assert other.get(f"{PAGES}/{draft.pk}/{end}").status_code == 404


def test_a_national_agent_changes_the_draft_of_any_fund(draft):
    client = entered(national_agent())
    pages = f"/national/comptabilite/schemacomptable/{draft.pk}"

    assert client.get(f"{pages}/change/").status_code == 200
    done = client.post(f"{pages}/change/", header_of(draft, label="Revu par la CNAF"))

    assert done["Location"] == f"{pages}/change/"
    draft.refresh_from_db()
    assert draft.label == "Revu par la CNAF"


def test_the_header_of_a_draft_is_saved(client, draft):
    posted = header_of(draft, remittance_mode="BRUTE", booked_elsewhere=["CHEQUE", "CASH"])

    client.post(f"{PAGES}/{draft.pk}/change/", posted)

    draft.refresh_from_db()
    assert draft.remittance_mode == "BRUTE"
    assert sorted(draft.booked_elsewhere) == ["CASH", "CHEQUE"]
    page = text_of(client.get(f"{PAGES}/{draft.pk}/change/"))
    assert page.count("Laissé au logiciel de la caisse") == 2


def test_only_movements_of_the_funds_software_may_be_left_to_it(client, draft):
    posted = header_of(draft, booked_elsewhere=["CARD_PAYMENT"])

    assert "errorlist" in text_of(client.post(f"{PAGES}/{draft.pk}/change/", posted))

    draft.refresh_from_db()
    assert draft.booked_elsewhere == []


def test_the_rules_of_an_event_are_changed_on_one_page(client, draft):
    other = Compte.objects.get(caisse_id=fund(), number="4674").pk
    posted = rules_posted(draft, Evenement.CHEQUE, debit_RSA=other)

    done = client.post(f"{PAGES}/{draft.pk}/evenement/CHEQUE/", posted)

    assert done["Location"].endswith(f"/{draft.pk}/change/#CHEQUE")
    assert rules_of(draft).rule_for("CHEQUE", "RSA").debit_id == other
    assert rules_of(draft).rule_for("CHEQUE", "AL").debit_id != other
    page = text_of(client.get(f"{PAGES}/{draft.pk}/change/"))
    assert page.count("<strong>Différent</strong>") == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"debit_RSA": ""}, "Choisissez le journal et les deux comptes, ou rien."),
        ({"debit_RSA": "999999999"}, "errorlist"),
        ({"debit_RSA": "x" * 40}, "errorlist"),
        ({"debit_RSA": "same"}, "Le compte débité est aussi le compte crédité."),
    ],
)
def test_a_rule_that_makes_no_sense_is_told_so(client, draft, changes, said):
    before = rules_of(draft)
    posted = rules_posted(draft, Evenement.CHEQUE, **changes)
    if posted["debit_RSA"] == "same":
        posted["debit_RSA"] = posted["credit_RSA"]

    page = text_of(client.post(f"{PAGES}/{draft.pk}/evenement/CHEQUE/", posted))

    assert said in page
    assert rules_of(draft) == before


def test_an_event_that_does_not_exist_has_no_page(client, draft):
    assert client.get(f"{PAGES}/{draft.pk}/evenement/RIEN/").status_code == 404


def test_names_are_changed_and_accounts_and_journals_opened(client, draft):
    address = f"{PAGES}/{draft.pk}/noms/"
    form = client.get(address).context["forms"]["noms"]
    key = draft.comptes.get(compte__number="471").compte_id
    posted = {name: form[name].value() for name in form.fields}

    client.post(address, posted | {"noms": "1", f"compte_{key}": "Sommes en attente"})
    opened = {"number": "51153", "label": "Cartes", "auxiliaire": "AUCUN"}
    client.post(address, {"compte": "1"} | prefixed("nouveau-compte", opened))
    journal = {"code": "CB2", "label": "Cartes", "kind": "ENCAISSEMENT"}
    client.post(address, {"journal": "1"} | prefixed("nouveau-journal", journal))
    twice = client.post(address, {"journal": "1"} | prefixed("nouveau-journal", journal))

    assert draft.comptes.get(compte__number="471").label == "Sommes en attente"
    assert draft.comptes.get(compte__number="51153").label == "Cartes"
    assert draft.journaux.get(journal__code="CB2").kind == "ENCAISSEMENT"
    assert "Le journal CB2 existe déjà." in text_of(twice)


def prefixed(prefix, words):
    return {f"{prefix}-{name}": word for name, word in words.items()}


@pytest.mark.parametrize("number", ["12", "5115A", "1" * 13])
def test_a_bad_number_is_told_so(client, draft, number):
    words = prefixed("nouveau-compte", {"number": number, "label": "x", "auxiliaire": "AUCUN"})

    response = client.post(f"{PAGES}/{draft.pk}/noms/", {"compte": "1"} | words)

    assert "errorlist" in text_of(response)
    assert not draft.comptes.filter(label="x").exists()


def test_no_journal_bears_the_code_of_opening_balances(client, draft):
    words = prefixed("nouveau-journal", {"code": "AN", "label": "x", "kind": "DIVERS"})

    response = client.post(f"{PAGES}/{draft.pk}/noms/", {"journal": "1"} | words)

    assert "à-nouveaux" in text_of(response)
    assert not draft.journaux.filter(journal__code="AN").exists()


def test_a_version_is_checked_then_adopted(client, draft, comptable):
    fine = text_of(client.get(f"{PAGES}/{draft.pk}/verifier/"))
    asked = text_of(client.get(f"{PAGES}/{draft.pk}/adopter/"))
    done = client.post(f"{PAGES}/{draft.pk}/adopter/", follow=True)

    assert "Tout est en ordre" in fine
    assert "Adopter cette version" in asked
    assert "La version est adoptée" in text_of(done)
    draft.refresh_from_db()
    assert (draft.status, draft.adopted_by) == ("ADOPTE", comptable)
    assert "Adoptée, à venir" in text_of(client.get(f"{PAGES}/"))


def test_a_version_with_a_problem_is_not_adopted_and_says_which(client, draft):
    draft.regles.filter(event="CHEQUE", famille="RSA").delete()

    asked = text_of(client.get(f"{PAGES}/{draft.pk}/adopter/"))
    forced = text_of(client.post(f"{PAGES}/{draft.pk}/adopter/"))

    for page in (asked, forced):
        assert "Un point empêche l’adoption." in page
        assert "« Chèque » : il manque une règle pour RSA." in page
        assert "Adopter cette version" not in page
    draft.refresh_from_db()
    assert draft.status == "BROUILLON"


def test_a_draft_is_abandoned_after_a_second_question(client, draft):
    address = f"{PAGES}/{draft.pk}/abandonner/"

    assert "Abandonner ce brouillon" in text_of(client.get(address))
    done = client.post(address, follow=True)

    assert "Le brouillon est abandonné" in text_of(done)
    assert not SchemaComptable.objects.filter(pk=draft.pk).exists()


def test_a_draft_that_somebody_dropped_meanwhile_is_gone(client, draft, comptable):
    drop_draft(schema_id=draft.pk, agent=comptable)

    assert client.post(f"{PAGES}/{draft.pk}/adopter/").status_code == 404


def test_the_preview_shows_each_ecriture_beside_the_national_one(client, draft):
    other = Compte.objects.get(caisse_id=fund(), number="4674").pk
    posted = rules_posted(draft, Evenement.CHEQUE, debit_RSA=other)
    client.post(f"{PAGES}/{draft.pk}/evenement/CHEQUE/", posted)

    whole = text_of(client.get(f"{PAGES}/{draft.pk}/apercu/"))
    differences = client.get(f"{PAGES}/{draft.pk}/apercu/?montant=100&frais=1,00&differences=on")

    assert "239,35\u00a0€" in whole
    assert "240,00\u00a0€" in whole
    assert [event for event, _rows in differences.context["events"]] == [Evenement.CHEQUE]
    assert "100,00\u00a0€" in text_of(differences)
    assert "5112" in text_of(differences)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("page", ["apercu", "adopter", "verifier", "change"])
def test_a_date_that_makes_no_sense_breaks_no_page(client, draft, day, page):
    client.post(f"{PAGES}/{draft.pk}/change/", header_of(draft, effective_on=day))
    draft.refresh_from_db()

    assert draft.effective_on.isoformat() == day
    assert client.get(f"{PAGES}/{draft.pk}/{page}/").status_code == 200


@pytest.mark.parametrize("query", ["montant=x&frais=0", "montant=1&frais=2", "montant=&frais="])
def test_amounts_that_make_no_sense_are_told_so(client, draft, query):
    response = client.get(f"{PAGES}/{draft.pk}/apercu/?{query}")

    assert response.status_code == 200
    assert "errorlist" in text_of(response)


def test_a_page_asks_the_database_little_whatever_the_rules(
    client, draft, django_assert_max_num_queries
):
    for end in ("change/", "apercu/", "evenement/CARD_PAYMENT/", "noms/"):
        with django_assert_max_num_queries(30):
            client.get(f"{PAGES}/{draft.pk}/{end}")


def test_an_adopted_version_to_come_is_made_a_draft_again(client, draft):
    client.post(f"{PAGES}/{draft.pk}/adopter/")
    page = text_of(client.get(f"{PAGES}/{draft.pk}/change/"))
    done = client.post(f"{PAGES}/{draft.pk}/retirer/", follow=True)
    never = client.post(f"{PAGES}/{current().pk}/retirer/", follow=True)

    assert "Remettre en brouillon" in page
    assert "La version est de nouveau un brouillon." in text_of(done)
    assert "Cette version est en vigueur" in text_of(never)
    draft.refresh_from_db()
    assert draft.status == "BROUILLON"


def test_accounts_and_journals_are_listed_under_the_names_in_force(client):
    CompteSchema.objects.filter(caisse_id=fund(), compte__number="471").update(label="En attente")
    JournalSchema.objects.filter(caisse_id=fund(), journal__code="OD").update(label="Divers")
    key = Compte.objects.get(caisse_id=fund(), number="471").pk

    assert "En attente" in text_of(client.get("/agents/comptabilite/compte/?q=471"))
    assert "Divers" in text_of(client.get("/agents/comptabilite/journal/"))
    page = text_of(client.get(f"/agents/comptabilite/compte/{key}/change/"))
    assert "En attente" in page
    assert "Encaissements à identifier" in page
