"""The agents' pages of files and bank accounts."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from caf_portal.database.scope import national_scope
from caisses.models.habilitation import Role
from comptabilite.models import Compte
from rapprochement.models import CompteBancaire, FichierReleve, Releve
from tests.caisses.factories import agent_of, entered
from tests.rapprochement.readers.bank_statements import IBAN, Line, Statement
from tests.rapprochement.readers.cfonb_files import cfonb_file
from tests.rapprochement.readers.gateway_files import jt_file, jt_line
from tests.rapprochement.statements import OTHER_IBAN, account_of, received, shop_of

pytestmark = pytest.mark.django_db

NEW = "/agents/rapprochement/fichierreleve/add/"
NEW_ACCOUNT = "/agents/rapprochement/comptebancaire/add/"
DAY_20, DAY_21 = date(2026, 11, 20), date(2026, 11, 21)
FIRST = cfonb_file(Statement((Line(10_00),)))
SECOND = cfonb_file(Statement((Line(5_00),), 10_00, None, DAY_20, DAY_21))


@pytest.fixture
def agent():
    with national_scope():
        return entered(agent_of("011"))


@pytest.fixture
def accountant():
    with national_scope():
        return entered(agent_of("011", login="comptable", role=Role.COMPTABLE))


def upload(agent, *files: tuple[str, bytes]) -> str:
    sent = []
    for name, content in files:
        file = BytesIO(content)
        file.name = name
        sent.append(file)
    response = agent.post(NEW, {"files": sent})
    assert response.status_code == 200
    return response.content.decode()


def test_several_files_at_once_are_loaded_in_their_order_with_a_result_each(agent):
    account_of("011")
    site = shop_of("011").site_id
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    jt = jt_file([jt_line(trans_id="000001", cents=5_00, at=at)], site, DAY_20)

    page = upload(agent, ("b.txt", SECOND), jt, ("a.txt", FIRST), ("faux.txt", b"%PDF"))

    with national_scope():
        by = {fichier.received_by.username for fichier in FichierReleve.objects.all()}
        assert Releve.objects.count() == 2
    assert by == {"agent-011"}
    assert page.count("Chargé") == 3
    assert page.count("<strong>Refusé</strong>") == 1
    assert "n’est pas reconnu" in page
    assert "Déjà chargé" in upload(agent, ("a.txt", FIRST))


def test_a_refusal_in_the_admin_opens_no_anomaly_and_writes_nothing(agent):
    page = upload(agent, ("a.txt", FIRST))

    with national_scope():
        assert not FichierReleve.objects.exists()
    assert "Déclarez d’abord le compte" in page


def test_the_page_of_a_file_gives_the_original_and_its_rows(agent):
    account_of("011")
    fichier = received(FIRST, "r1.txt")

    page = agent.get(f"/agents/rapprochement/fichierreleve/{fichier.pk}/change/").content.decode()
    original = agent.get(f"/agents/rapprochement/fichierreleve/{fichier.pk}/original/")
    rows = agent.get(f"/agents/rapprochement/releve/?fichier__id__exact={fichier.pk}")

    assert f"/agents/rapprochement/releve/?fichier__id__exact={fichier.pk}" in page
    assert b"".join(original.streaming_content) == FIRST
    assert 'filename="r1.txt"' in original["Content-Disposition"]
    (releve,) = rows.context["cl"].result_list
    lines = f"/agents/rapprochement/lignebanque/?releve__id__exact={releve.pk}"
    statement = agent.get(f"/agents/rapprochement/releve/{releve.pk}/change/").content.decode()
    assert lines in statement
    assert len(agent.get(lines).context["cl"].result_list) == 1
    assert "dossier d’échange" in agent.get("/agents/rapprochement/fichierreleve/").content.decode()


def test_no_file_chosen_is_said(agent):
    response = agent.post(NEW, {})

    assert "obligatoire" in response.content.decode()


def account_data(**changes: object) -> dict[str, object]:
    with national_scope():
        compte = Compte.objects.get(caisse__code="011", number="5121")
    said = {
        "caisse": compte.caisse_id,
        "iban": IBAN,
        "label": "Banque du fonds",
        "compte": compte.pk,
        "expected_daily": "on",
        "transit_days": 5,
        "active": "on",
    }
    return said | changes


def test_an_accountant_declares_an_account_with_spaces_in_its_iban(accountant):
    spaced = "fr76 3000 6000 0112 3456 7890 189"

    accountant.post(NEW_ACCOUNT, account_data(iban=spaced))

    with national_scope():
        assert CompteBancaire.objects.get().iban == IBAN


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iban": IBAN[:-1] + "8"}, "sa clé de contrôle"),
        ({"transit_days": 0}, "De 1 à 30 jours"),
    ],
)
def test_a_wrong_account_is_refused_with_a_sentence(accountant, changes, words):
    page = accountant.post(NEW_ACCOUNT, account_data(**changes)).content.decode()

    with national_scope():
        assert not CompteBancaire.objects.exists()
    assert words in page


def test_an_account_declared_twice_is_refused(accountant):
    account_of("131")

    page = accountant.post(NEW_ACCOUNT, account_data(), follow=True).content.decode()

    assert "Ce compte est déjà déclaré" in page


def test_what_is_said_of_an_account_changes_and_its_iban_does_not(accountant):
    account = account_of("011")
    address = f"/agents/rapprochement/comptebancaire/{account.pk}/change/"

    accountant.post(address, account_data(label="Nouveau nom", iban=OTHER_IBAN, active=""))

    with national_scope():
        account.refresh_from_db()
    assert (account.label, account.iban, account.active) == ("Nouveau nom", IBAN, False)


def test_an_agent_who_is_no_accountant_reads_accounts_only(agent):
    account = account_of("011")

    assert agent.get(NEW_ACCOUNT).status_code == 403
    assert agent.post(NEW_ACCOUNT, account_data(iban=OTHER_IBAN)).status_code == 403
    page = agent.get(f"/agents/rapprochement/comptebancaire/{account.pk}/change/")
    assert page.status_code == 200
    assert 'name="label"' not in page.content.decode()


def test_an_accountant_cannot_declare_an_account_for_another_fund(accountant):
    with national_scope():
        foreign = Compte.objects.get(caisse__code="131", number="5121")

    page = accountant.post(NEW_ACCOUNT, account_data(caisse=foreign.caisse_id, compte=foreign.pk))

    assert page.status_code == 200
    with national_scope():
        assert not CompteBancaire.objects.exists()
