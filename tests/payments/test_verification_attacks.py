"""``/verifier/`` under attack: odd texts, endless tries, and documents that stopped being true."""

from datetime import date

import pytest
from django.test import Client, override_settings

from allocataires.models import Creance
from allocataires.nomenclature import MouvementType as M
from allocataires.proofs.code import ProofCode
from allocataires.services.documents import issue_quittance, issue_releve
from caf_portal.database.scope import national_scope
from tests.allocataires.factories import CreanceFactory
from tests.allocataires.lives import move
from tests.payments.test_verification import asked, code_of, issued

pytestmark = pytest.mark.django_db


@pytest.fixture
def creance(db: None) -> Creance:
    with national_scope():
        made: Creance = CreanceFactory(initial_cents=240_00)
        return made


@pytest.mark.parametrize("typed", [
    "٠١١-7K3M-9QXT-2B4H-58", "０１１-7K3M-9QXT-2B4H-58", "011-7K3M-9QXT-2B4H-5٨", "ſ" * 17,
    "011' OR 1=1 --", "%00", "\u202e011", "011-7K3M-9QXT-2B4H-58\n", "ﬁ" * 12,
    "😀" * 10, "..", "ı" * 17,
])  # fmt: skip
def test_an_odd_text_is_a_false_code_and_never_an_error(client: Client, typed: str):
    answer = client.post("/verifier/", {"code": typed})

    assert answer.status_code == 200
    assert "Vrai" not in answer.content.decode()


def test_a_null_is_refused(client: Client):
    assert client.post("/verifier/", {"code": "011\x00"}).status_code == 400
    assert client.get("/verifier/011%00/").status_code == 400


@override_settings(VERIFICATION_PER_ADDRESS=3, TRUSTED_PROXY_COUNT=0)
def test_no_header_of_the_caller_and_no_other_page_gives_more_tries(client: Client):
    absent = str(ProofCode("011", "0" * 12))
    tries = [
        client.get(f"/verifier/{absent}/", headers={"X-Forwarded-For": "192.0.2.1"}),
        client.post("/verifier/", {"code": absent}, headers={"X-Forwarded-For": "192.0.2.2"}),
        client.head(f"/verifier/{absent}/", headers={"Forwarded": "for=192.0.2.3"}),
        client.get(f"/verifier/{absent}/", headers={"X-Real-Ip": "192.0.2.4"}),
        Client().post("/verifier/", {"code": "autre"}, headers={"X-Forwarded-For": "::1"}),
    ]

    assert [answer.status_code for answer in tries] == [200, 200, 200, 429, 429]


@override_settings(VERIFICATION_PER_ADDRESS=2)
def test_a_home_with_billions_of_addresses_has_the_tries_of_one(client: Client):
    absent = str(ProofCode("011", "0" * 12))

    codes = [
        client.get(f"/verifier/{absent}/", REMOTE_ADDR=f"2001:db8::{n:x}").status_code
        for n in range(1, 5)
    ]

    assert codes == [200, 200, 429, 429]


def test_a_quittance_is_not_true_while_a_cheque_came_back_even_repaid_another_day(client, creance):
    move(creance, M.CHEQUE, 240_00, date(2026, 8, 9))
    code = issued(issue_quittance, creance)
    move(creance, M.IMPAYE, 240_00, date(2026, 8, 20))
    between = asked(client, code)
    move(creance, M.VIREMENT, 240_00, date(2026, 9, 1))

    after = asked(client, code)

    assert "Vrai" not in between
    assert "Vrai" not in after


def test_a_statement_that_a_late_movement_contradicts_is_not_true(client: Client, creance):
    code = issued(issue_releve, creance, on=date(2026, 9, 1))
    assert "Vrai" in asked(client, code)

    move(creance, M.CHEQUE, 10_00, date(2026, 8, 31))

    assert "Vrai" not in asked(client, code)
    assert code == code_of("RELEVE")
