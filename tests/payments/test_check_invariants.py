"""Each control can fail: its rule is broken on purpose, past the constraints, and it is found.

The owner of the tables takes the walls, the triggers and the constraints away inside a transaction
that is rolled back: the controls are for breaches that nothing stopped.
"""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from pytest_django import DjangoDbBlocker

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie
from payments.services.invariants import (
    Breach,
    _breaches_of,
    find_breaches,
    report_breaches,
    rules,
)
from tests.conftest import empty_tables
from tests.isolation.conftest import Fund, make_fund
from tests.isolation.tables import TABLES
from tests.payments.factories import NOW

ECRITURE_AGAIN = (
    "DROP INDEX inv04_ecriture_booked_once",
    "INSERT INTO comptabilite_ecriture (caisse_id, journal_id, public_id, event, accounting_on,"
    " origin_on, recorded_at, label, piece, source_id, reason) SELECT caisse_id, journal_id,"
    " gen_random_uuid(), event, accounting_on, origin_on, recorded_at, label, piece, source_id,"
    " reason FROM comptabilite_ecriture",
)
MOUVEMENT_AGAIN = (
    "ALTER TABLE allocataires_mouvement DROP CONSTRAINT inv04_mouvement_booked_once",
    "INSERT INTO allocataires_mouvement (caisse_id, creance_id, rank, kind, sens, amount_cents,"
    " balance_after_cents, value_on, recorded_at, source_id) SELECT caisse_id, creance_id, 9, kind,"
    " sens, amount_cents, 0, value_on, recorded_at, source_id FROM allocataires_mouvement"
    " WHERE kind = 'CARTE'",
)
#: A due of a plan without a card, said to be paid by money that never came in.
DUE_PAID_BY_NOTHING = (
    "WITH plan AS (INSERT INTO allocataires_echeancier (caisse_id, allocataire_id, public_id,"
    " total_cents, status, means, agreed_at, ask_note, decision_note) SELECT caisse_id, id,"
    " gen_random_uuid(), 5000, 'ACTIVE', 'AUTRE', now(), '', '' FROM allocataires_allocataire"
    " LIMIT 1 RETURNING id, caisse_id)"
    " INSERT INTO allocataires_echeance (caisse_id, echeancier_id, public_id, rank, due_on,"
    " amount_cents, status, settled_at, source_id) SELECT caisse_id, id, gen_random_uuid(), 1,"
    " current_date, 5000, 'PAID_OTHERWISE', now(), gen_random_uuid() FROM plan",
)
TRANS_ID_AGAIN = (
    "DROP INDEX inv10_trans_id_once_a_day",
    "INSERT INTO payments_redirection (caisse_id, boutique_id, payment_id, trans_id, utc_on,"
    " issued_at, gateway_reference) SELECT caisse_id, boutique_id, payment_id, trans_id, utc_on,"
    " issued_at, gateway_reference"
    " FROM payments_redirection",
)

REFUND_TOO_MUCH = (
    "INSERT INTO payments_refund (caisse_id, payment_id, transaction_id, public_id, amount_cents,"
    " stated_cents, reason, origin, status, kind, gateway_error, asked_at)"
    " SELECT caisse_id, payment_id, id, gen_random_uuid(), amount_cents + 1, amount_cents + 1, 'x',"
    " 'PLATFORM', 'DONE', 'REFUND', '', now() FROM payments_transaction"
    " WHERE payment_id IS NOT NULL",
)


STATEMENT_THAT_DOES_NOT_FOLLOW = (
    "INSERT INTO rapprochement_releve (caisse_id, fichier_id, compte_bancaire_id, rank, first_on,"
    " last_on, opening_cents, closing_cents) SELECT caisse_id, fichier_id, compte_bancaire_id,"
    " rank + 1, last_on, last_on, closing_cents + 5, closing_cents + 5 FROM rapprochement_releve",
)
DAY_AFTER_THE_NEXT = (
    "INSERT INTO comptabilite_cloture (caisse_id, periode, first_on, last_on, closed_at,"
    " ecritures, debit_cents, residual_cents, proof) SELECT caisse_id, periode, first_on + 2,"
    " last_on + 2, closed_at, 0, 0, 0, '{}' FROM comptabilite_cloture",
)
#: What refers to lines of écritures, and would keep them from being erased.
LINES_FORGOTTEN = (
    "DELETE FROM comptabilite_lignelettree",
    "DELETE FROM comptabilite_noteligne",
    "DELETE FROM rapprochement_appariement",
)


def moved(table: str, *constraints: str) -> tuple[str, ...]:
    """The rows of a table given to another fund."""
    dropped = (f"ALTER TABLE {table} DROP CONSTRAINT {name}" for name in constraints)
    given = "UPDATE {} SET caisse_id = (SELECT max(id) FROM caisses_caisse)"
    return (*dropped, given.format(table))


BREACHES = [
    (
        "inv22",
        "UPDATE comptabilite_ligne SET auxiliaire = '' WHERE auxiliaire <> ''",
    ),
    ("inv01", "ALTER TABLE payments_payment DISABLE TRIGGER inv06_payment_status_guard"),
    (
        "inv01",
        "ALTER TABLE payments_payment ADD CONSTRAINT late CHECK (amount_cents > 0) NOT VALID",
    ),
    ("inv02", "UPDATE comptabilite_ligne SET debit_cents = debit_cents + 1 WHERE debit_cents > 0"),
    ("inv02", *LINES_FORGOTTEN, "DELETE FROM comptabilite_ligne"),
    ("inv02", *LINES_FORGOTTEN, "DELETE FROM comptabilite_ligne WHERE position > 1"),
    ("inv03", "UPDATE allocataires_creance SET balance_cents = balance_cents + 1"),
    ("inv03", "UPDATE allocataires_creance SET initial_cents = initial_cents + 1"),
    ("inv03", "UPDATE allocataires_creance SET mouvement_count = mouvement_count + 1"),
    (
        "inv03",
        "UPDATE allocataires_mouvement SET balance_after_cents = balance_after_cents + 1"
        " WHERE kind <> 'IMPLANTATION'",
    ),
    (
        "inv03",
        "ALTER TABLE allocataires_mouvement DROP CONSTRAINT inv03_mouvement_implanted_first",
        "UPDATE allocataires_mouvement SET balance_after_cents = balance_after_cents + 1"
        " WHERE kind = 'IMPLANTATION'",
    ),
    ("inv03", "DELETE FROM allocataires_mouvement"),
    ("inv04", *ECRITURE_AGAIN),
    ("inv04", *MOUVEMENT_AGAIN),
    ("inv05", "UPDATE payments_affectation SET amount_cents = amount_cents + 1"),
    ("inv05", "DELETE FROM payments_affectation"),
    ("inv06", "UPDATE payments_payment SET status = 'REFUSED' WHERE status = 'OPEN'"),
    ("inv06", "DELETE FROM payments_paymentlog"),
    (
        "inv06",
        "ALTER TABLE payments_payment DROP CONSTRAINT inv06_payment_paid_has_its_date",
        "UPDATE payments_payment SET paid_at = NULL",
    ),
    ("inv06", "UPDATE payments_paymentlog SET from_status = 'PENDING' WHERE to_status = 'PAID'"),
    (
        "inv08",
        *moved("payments_affectation", "inv08_affectation_payment", "inv08_affectation_creance"),
    ),
    (
        "inv08",
        *LINES_FORGOTTEN,
        *moved("comptabilite_ligne", "inv08_ligne_ecriture", "inv08_ligne_compte"),
    ),
    ("inv08", *moved("allocataires_mouvement", "inv08_mouvement_creance")),
    (
        "inv08",
        "ALTER TABLE payments_refund DROP CONSTRAINT inv08_refund_transaction",
        "ALTER TABLE payments_troppercu DROP CONSTRAINT inv08_trop_percu_transaction",
        "DELETE FROM rapprochement_suiteimpaye",
        "DELETE FROM rapprochement_impaye",
        *moved(
            "payments_transaction",
            "inv08_transaction_boutique",
            "inv08_transaction_payment",
            "inv08_transaction_echeance",
        ),
    ),
    (
        "inv08",
        "ALTER TABLE payments_payment DROP CONSTRAINT inv08_payment_allocataire",
        "INSERT INTO allocataires_allocataire (caisse_id, public_id, numero, nom, prenom,"
        " naissance_on, email, langue) SELECT caisse_id, gen_random_uuid(), '7654321', nom, prenom,"
        " naissance_on, email, langue FROM allocataires_allocataire LIMIT 1",
        "UPDATE payments_payment SET allocataire_id = o.id FROM allocataires_allocataire o"
        " WHERE o.numero = '7654321'",
    ),
    ("inv10", *TRANS_ID_AGAIN),
    ("inv11", "DELETE FROM comptabilite_validation WHERE number = 1"),
    ("inv11", "UPDATE comptabilite_validation SET exercice = exercice + 1"),
    (
        "inv11",
        "UPDATE comptabilite_ecriture SET accounting_on = accounting_on - 1,"
        " origin_on = origin_on - 1 WHERE id IN"
        " (SELECT ecriture_id FROM comptabilite_validation WHERE number = 2)",
    ),
    ("inv12", "UPDATE comptabilite_validation SET hash = repeat('a', 64)"),
    ("inv12", "UPDATE comptabilite_validation SET validated_on = validated_on + 1"),
    ("inv12", "UPDATE comptabilite_ligne SET label = label || ' '"),
    ("inv12", *LINES_FORGOTTEN, "DELETE FROM comptabilite_ligne WHERE position > 1"),
    ("inv12", "DELETE FROM comptabilite_validation WHERE number = 1"),
    ("inv13", "ALTER TABLE payments_payment NO FORCE ROW LEVEL SECURITY"),
    ("inv13", "ALTER TABLE payments_payment DISABLE ROW LEVEL SECURITY"),
    ("inv13", "DROP POLICY caisse_scope ON payments_payment"),
    ("inv13", "CREATE POLICY mine ON payments_payment USING (true)"),
    ("inv14", "UPDATE payments_transaction SET uuid = gen_random_uuid()"),
    ("inv14", "UPDATE payments_transaction SET amount_cents = amount_cents - 1"),
    ("inv14", "UPDATE allocataires_mouvement SET amount_cents = 99999999 WHERE kind = 'CARTE'"),
    (
        "inv14",
        "ALTER TABLE payments_payment DROP CONSTRAINT inv06_payment_paid_has_its_date",
        "UPDATE payments_payment SET status = 'REFUSED' WHERE status = 'PAID'",
    ),
    ("inv14", *DUE_PAID_BY_NOTHING),
    ("inv07", *REFUND_TOO_MUCH),
    ("inv17", "DELETE FROM comptabilite_validation"),
    ("inv17", *DAY_AFTER_THE_NEXT),
    ("inv17", "UPDATE rapprochement_totaljour SET amount_cents = amount_cents + 1"),
    ("inv17", "UPDATE rapprochement_totaljour SET ecritures = ecritures + 1"),
    ("inv17", "DELETE FROM rapprochement_totaljour"),
    ("inv17", "UPDATE rapprochement_totalfichier SET amount_cents = amount_cents + 1"),
    ("inv17", "DELETE FROM rapprochement_totalfichier"),
    (
        "inv17",
        "UPDATE comptabilite_ecriture SET accounting_on = accounting_on + 1 WHERE id IN"
        " (SELECT ecriture_id FROM comptabilite_validation)",
    ),
    ("inv18", "UPDATE comptabilite_ligne SET debit_cents = debit_cents + 1 WHERE debit_cents > 0"),
    ("inv18", "UPDATE comptabilite_lignelettree SET live = false"),
    ("inv18", "DELETE FROM comptabilite_lignelettree"),
    ("inv18", "DELETE FROM comptabilite_lettrage"),
    ("inv18", "UPDATE comptabilite_lignelettree SET ligne_id = -id"),
    ("inv20", "UPDATE rapprochement_lignebanque SET amount_cents = amount_cents + 1"),
    ("inv20", *STATEMENT_THAT_DOES_NOT_FOLLOW),
    ("inv20", "UPDATE rapprochement_fichierreleve SET lines = 7"),
    ("inv20", "UPDATE rapprochement_remise SET operations = 7"),
    ("inv20", "UPDATE rapprochement_impaye SET status = 'ROUVERT'"),
    ("inv20", "UPDATE payments_refund SET public_id = gen_random_uuid() WHERE kind = 'IMPAYE'"),
    ("inv20", "UPDATE rapprochement_impaye SET amount_cents = amount_cents + 1"),
    ("inv07", "UPDATE rapprochement_suiteimpaye SET beyond_cents = beyond_cents + 1"),
    ("inv07", "UPDATE payments_representation SET amount_cents = 41"),
    ("inv21", "UPDATE rapprochement_ligneplateforme SET amount_cents = amount_cents + 1"),
    ("inv21", "UPDATE rapprochement_appariement SET kind = 'JT'"),
    ("inv21", "UPDATE rapprochement_appariement SET ligne_id = 0"),
    ("inv21", "UPDATE rapprochement_appariement SET plateforme_id = 0"),
    ("inv21", "UPDATE rapprochement_lignebanque SET amount_cents = amount_cents + 1"),
    (
        "inv21",
        "UPDATE rapprochement_remise SET gross_cents = gross_cents - 1, net_cents = net_cents - 1",
    ),
    ("inv23", "UPDATE comptabilite_anomalie SET settled_at = now(), settled_note = 'x'"),
    ("inv23", "DELETE FROM comptabilite_traceanomalie"),
    (
        "inv23",
        "INSERT INTO comptabilite_traceanomalie (caisse_id, anomalie_id, at, kind, note)"
        " SELECT caisse_id, id, now(), 'REGLEE', 'x' FROM comptabilite_anomalie",
    ),
    (
        "inv14",
        "ALTER TABLE payments_troppercu DROP CONSTRAINT trop_percu_placed_on_a_debt",
        "UPDATE payments_troppercu SET placed_cents = 1",
    ),
    (
        "inv14",
        "DELETE FROM payments_notificationoutcome",
        "UPDATE payments_notification SET received_at = now() - interval '2 hours'",
    ),
]
#: What these controls look at is taken away by the preparation of the others.
OF_THE_CATALOGUE = {"inv01", "inv13"}


@pytest.fixture(scope="module")
def fund(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Fund]:
    """One fund with a payment booked, one held and one open; committed, so that the owner sees."""
    with django_db_blocker.unblock():
        yield make_fund("011")
        connections["default"].close()
        empty_tables()


@pytest.fixture
def owner(fund: Fund) -> Iterator[CursorWrapper]:
    """The owner of the tables, in a transaction that is rolled back."""
    connection = owner_connection()
    with transaction.atomic(using="owner"), connection.cursor() as cursor:
        yield cursor
        transaction.set_rollback(True, using="owner")
    connection.close()


def owner_connection() -> BaseDatabaseWrapper:
    """The owner's connection to the database of the tests."""
    connection = connections["owner"]
    connection.settings_dict["NAME"] = connections["default"].settings_dict["NAME"]
    return connection


def unprotect(cursor: CursorWrapper) -> None:
    """Let the owner see every row and write whatever it likes."""
    for table in TABLES:
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER")


def rules_of(number: str) -> list[Path]:
    """The controls of one invariant; an invariant may need several."""
    return [rule for rule in rules() if rule.stem.startswith(number)]


def breaches_of(number: str, cursor: CursorWrapper) -> list[Breach]:
    """What the controls of one invariant find."""
    return [breach for rule in rules_of(number) for breach in _breaches_of(rule, cursor)]


def test_sound_data_has_no_breach(fund: Fund) -> None:
    assert find_breaches() == []
    said = StringIO()
    call_command("check_invariants", stdout=said)
    assert f"{len(rules())} controls, no breach" in said.getvalue()


@pytest.mark.parametrize("breach", BREACHES, ids=[f"{b[0]}-{b[-1][:60]}" for b in BREACHES])
def test_a_breach_is_found(owner: CursorWrapper, breach: tuple[str, ...]) -> None:
    number, *statements = breach
    if number not in OF_THE_CATALOGUE:
        unprotect(owner)
    assert breaches_of(number, owner) == []

    for statement in statements:
        owner.execute(statement)
        assert owner.rowcount, "a breach that changes nothing would prove nothing"

    assert breaches_of(number, owner) != []


def test_each_control_is_broken_above() -> None:
    assert {rule.stem[:5] for rule in rules()} == {number for number, *_ in BREACHES}


@pytest.fixture
def broken(fund: Fund) -> Iterator[Fund]:
    """A debt whose balance was written by a hand that nothing stopped, and committed."""
    _write_balance(fund, cents=1)
    yield fund
    _write_balance(fund, cents=0)


def _write_balance(fund: Fund, *, cents: int) -> None:
    alter = "ALTER TABLE allocataires_creance {0} ROW LEVEL SECURITY, {1} TRIGGER USER"
    update = "UPDATE allocataires_creance SET balance_cents = %s WHERE id = %s"
    connection = owner_connection()
    with connection.cursor() as cursor:
        cursor.execute(alter.format("NO FORCE", "DISABLE"))
        cursor.execute(update, [cents, fund.creance.pk])
        cursor.execute(alter.format("FORCE", "ENABLE"))
    connection.close()


def test_the_command_names_what_is_wrong_and_fails(broken: Fund) -> None:
    said = StringIO()

    with pytest.raises(CommandError, match="1 breach"):
        call_command("check_invariants", stderr=said)

    assert f"inv03_balance_is_sum_of_mouvements: caisse {broken.caisse.pk}" in said.getvalue()


def test_the_nightly_control_puts_it_on_the_work_list_once(broken: Fund) -> None:
    for _ in range(2):
        assert len(report_breaches(now=NOW)) == 1

    with national_scope():
        line = Anomalie.objects.get(kind="INVARIANT")
    assert (line.caisse_id, line.subject) == (
        broken.caisse.pk,
        f"inv03 créance {broken.creance.pk}",
    )
