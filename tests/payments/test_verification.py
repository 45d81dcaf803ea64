"""``/verifier/``: a third party learns true or not, fund, date and amount, and nothing else."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from allocataires.models import Creance, IdentificationAttempt, Preuve
from allocataires.nomenclature import MouvementType as M
from allocataires.proofs.code import ProofCode
from allocataires.services.documents import issue_quittance, issue_releve
from caf_portal.database.scope import caisse_scope, national_scope
from payments.models import Payment, Refund, Transaction
from payments.services import verifying
from payments.services.receipts import issue_receipt
from payments.services.verifying import Verdict, verify_code
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.lives import move, words_of
from tests.allocataires.sessions import enter, person_of
from tests.payments.factories import open_payment, signed_body
from tests.payments.plans import FORM, IPN
from tests.payments.refunds import two_agents
from tests.payments.rest_double import RestDouble
from tests.scenarios.gestures import Online, approve, ask_back, platform_gives_back

pytestmark = pytest.mark.django_db
LATER = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


@pytest.fixture
def creance() -> Creance:
    with national_scope():
        person = AllocataireFactory(nom="Exemple-Secret", prenom="Camomille", numero="7654321")
        return CreanceFactory(allocataire=person, rang="005", initial_cents=240_00)


def code_of(kind: str) -> str:
    with national_scope():
        return Preuve.objects.get(kind=kind).code


def issued(work, creance: Creance, **values: object) -> str:
    with caisse_scope(creance.caisse_id):
        work(
            creance=Creance.objects.select_related("caisse").get(pk=creance.pk), now=LATER, **values
        )
    return code_of("RELEVE" if work is issue_releve else "QUITTANCE")


def paid_online(client: Client, creance: Creance) -> Payment:
    payment = open_payment(creance, shares={creance.public_id: 45_50})
    client.post(IPN, signed_body(payment), content_type=FORM)
    with national_scope():
        found = Payment.objects.select_related("caisse").get(pk=payment.pk)
        issue_receipt(payment=found, now=LATER)
    return found


def asked(client: Client, code: str) -> str:
    response = client.get(f"/verifier/{code}/")
    assert response.status_code == 200
    return words_of(response.content.decode())


def test_a_receipt_is_true_with_fund_date_and_amount(client: Client, creance):
    payment = paid_online(client, creance)

    text = asked(client, code_of("RECU"))

    assert "Vrai" in text
    assert "CAF de l&#x27;Ain" in text
    assert "Montant payé 45,50 €" in text
    for hidden in (payment.reference, "Exemple-Secret", "Camomille", "7654321", "IN5", "logement"):
        assert hidden not in text


def test_a_statement_and_a_quittance_say_their_date_and_amount(client: Client, creance):
    statement = issued(issue_releve, creance, on=date(2026, 6, 1))
    move(creance, M.VIREMENT, 240_00, date(2026, 8, 9))
    quittance = issued(issue_quittance, creance)

    before, after = asked(client, statement), asked(client, quittance)

    assert "À la date du 1 juin 2026 Reste dû à cette date 240,00 €" in before
    assert "Soldée le 9 août 2026 Montant initial de la dette 240,00 €" in after
    assert "Vrai" in before
    assert "Vrai" in after


def test_an_absent_code_and_a_mistyped_one_have_the_same_answer(client: Client, creance):
    right = issued(issue_releve, creance, on=date(2026, 6, 1))
    mistyped = right[:-1] + str((int(right[-1]) + 1) % 10)
    absent = str(ProofCode("011", "0" * 12))
    of_no_fund = str(ProofCode("999", "0" * 12))

    answers = {
        asked(client, code).replace(code, "")
        for code in (mistyped, absent, of_no_fund, "n’importe")
    }

    assert len(answers) == 1
    assert "Aucun document ne porte ce code." in answers.pop()


def test_the_code_of_one_fund_is_not_looked_for_in_another(creance):
    right = ProofCode.parse(issued(issue_releve, creance, on=date(2026, 6, 1)))
    elsewhere = ProofCode("331", right.body)

    with CaptureQueriesContext(
        connection,
    ) as asked_for:
        answer = verify_code(typed=str(elsewhere), address="192.0.2.1", now=LATER)

    assert answer.verdict == Verdict.FALSE
    looked = [query["sql"] for query in asked_for if "allocataires_preuve" in query["sql"]]
    assert len(looked) == 1
    assert verify_code(typed=str(right), address="192.0.2.1", now=LATER).verdict == Verdict.TRUE


def test_a_receipt_whose_payment_was_given_back_is_no_longer_true(client: Client, creance):
    payment = open_payment(creance, shares={creance.public_id: 45_50})
    online = Online(payment, "", RestDouble())
    body = signed_body(payment)
    client.post(IPN, body, content_type=FORM)
    with national_scope():
        online.uuid = Transaction.objects.get().uuid.hex
        found = Payment.objects.select_related("caisse").get(pk=payment.pk)
        issue_receipt(payment=found, now=LATER)
    online.platform.took(payment, uuid=online.uuid)
    assert "Vrai" in asked(client, code_of("RECU"))
    asker, decider = two_agents()
    refund = approve(decider, ask_back(asker, online))
    assert "Vrai" in asked(client, code_of("RECU")), "asked for is not given back"

    assert platform_gives_back(online, refund) == "DONE"

    text = asked(client, code_of("RECU"))
    assert "Ce n’est plus exact" in text
    assert "Vrai" not in text
    with national_scope():
        assert Refund.objects.get().amount_cents == 45_50


def test_a_quittance_is_no_longer_true_once_the_debt_is_owed_again(client: Client, creance):
    move(creance, M.CHEQUE, 240_00, date(2026, 8, 9))
    code = issued(issue_quittance, creance)
    assert "Vrai" in asked(client, code)

    move(creance, M.IMPAYE, 240_00, date(2026, 8, 20))

    assert "Ce n’est plus exact" in asked(client, code)


def test_a_statement_stays_true_after_its_date_and_not_when_the_past_changes(
    client: Client, creance
):
    code = issued(issue_releve, creance, on=date(2026, 6, 1))
    move(creance, M.VIREMENT, 40_00, date(2026, 8, 9))
    assert "Vrai" in asked(client, code)

    move(creance, M.CHEQUE, 10_00, date(2026, 5, 30))

    assert "Ce n’est plus exact" in asked(client, code)


def test_it_is_open_to_anybody_and_says_the_same_to_a_debtor(client: Client, creance):
    code = issued(issue_releve, creance, on=date(2026, 6, 1))
    with national_scope():
        stranger = CreanceFactory()
    enter(client, person_of(stranger))

    typed = client.post("/verifier/", {"code": code.lower().replace("-", " ")})

    assert "Vrai" in words_of(typed.content.decode())
    assert "no-store" in typed.headers["Cache-Control"]
    assert typed.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("code", "said"),
    [("", "Écrivez le code imprimé sur le document."), ("A" * 41, "Ce code est trop long")],
)
def test_an_empty_or_endless_code_is_refused_in_words(client: Client, code, said):
    response = client.post("/verifier/", {"code": code})

    assert said in response.content.decode()
    assert not IdentificationAttempt.objects.exists()


@override_settings(VERIFICATION_PER_ADDRESS=3)
def test_an_address_that_tries_too_much_waits_and_others_do_not(client: Client, creance):
    code = issued(issue_releve, creance, on=date(2026, 6, 1))
    for _ in range(3):
        asked(client, "n’importe")

    refused = client.get(f"/verifier/{code}/")
    elsewhere = client.get(f"/verifier/{code}/", REMOTE_ADDR="198.51.100.7")

    assert refused.status_code == 429
    assert "Trop de vérifications" in words_of(refused.content.decode())
    assert "240,00" not in refused.content.decode()
    assert elsewhere.status_code == 200


@override_settings(VERIFICATION_PER_ADDRESS=1)
def test_the_wait_ends(creance):
    code = issued(issue_releve, creance, on=date(2026, 6, 1))
    verify_code(typed=code, address="192.0.2.1", now=LATER)
    with pytest.raises(verifying.TooManyAttempts) as refused:
        verify_code(typed=code, address="192.0.2.1", now=LATER + timedelta(minutes=1))

    again = verify_code(typed=code, address="192.0.2.1", now=refused.value.until)

    assert again.verdict == Verdict.TRUE


def test_nothing_readable_is_kept_of_who_asked(creance):
    code = issued(issue_releve, creance, on=date(2026, 6, 1))

    verify_code(typed=code, address="192.0.2.1", now=LATER)

    kept = IdentificationAttempt.objects.get()
    assert code not in kept.reference_digest + kept.address_digest
    assert "192" not in kept.address_digest
