"""The books follow the debts: what files and agents did to them is written, once."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.db import connection

from allocataires.models import Creance
from allocataires.nomenclature import RAISING, MouvementType
from allocataires.services.mouvements import Posting, post_mouvements
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie, Cloture, Ecriture, RegleComptable, SchemaComptable
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.movement_events import EVENT_OF
from comptabilite.services.anomalies import open_anomalie
from payments.services.notifications import receive_notification
from rapprochement.services.writing_movements import write_movements
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments import factories
from tests.scenarios.books import journal

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def creance(db: None) -> Creance:
    """300 € of RSA, recorded on 4 May."""
    with national_scope():
        person = AllocataireFactory(numero="1234567")
        return CreanceFactory(allocataire=person, nature="INK", rang="001", initial_cents=300_00)


def move(creance: Creance, kind: str, cents: int, on: date) -> None:
    with caisse_scope(creance.caisse_id):
        post_mouvements(
            caisse_id=creance.caisse_id,
            kind=MouvementType(kind),
            postings=[Posting(creance.pk, cents)],
            value_on=on,
            source_id=uuid4(),
            now=NOW,
        )


def write(creance: Creance, **more: int) -> int:
    return write_movements(caisse_id=creance.caisse_id, now=NOW, **more)


def test_every_kind_of_movement_has_its_event():
    assert set(EVENT_OF) == set(MouvementType)


def test_a_debt_and_what_lowered_it_are_written_on_their_days(creance):
    move(creance, "RETENUE", 50_00, date(2026, 6, 5))
    move(creance, "CHEQUE", 30_00, date(2026, 7, 1))

    written = write(creance)

    assert written == 3
    assert journal() == [
        "2026-05-04 PRE | 409230 | 1234567-INK-001 | débit  300,00 €",
        "2026-05-04 PRE | 6561   | -               | crédit 300,00 €",
        "2026-06-05 PRE | 4673   | -               | débit  50,00 €",
        "2026-06-05 PRE | 409230 | 1234567-INK-001 | crédit 50,00 €",
        "2026-07-01 OD | 5112   | -               | débit  30,00 €",
        "2026-07-01 OD | 409230 | 1234567-INK-001 | crédit 30,00 €",
    ]


def test_every_kind_is_written_and_the_debts_account_is_its_balance(creance):
    kinds = [kind for kind in MouvementType if kind != MouvementType.IMPLANTATION]
    for kind in sorted(kinds, key=lambda kind: kind not in RAISING):
        move(creance, kind, 7_00, date(2026, 8, 3))

    written = write(creance)

    assert written == len(MouvementType)
    assert of_the_debt(creance) == left_of(creance) != 300_00


def test_written_once_however_often_it_runs_and_by_small_batches(creance):
    for day in range(1, 6):
        move(creance, "RETENUE", 10_00, date(2026, 6, day))

    first, second = write(creance, batch=2), write(creance, batch=2)

    assert (first, second) == (6, 0)


def test_what_a_card_paid_here_is_not_written_again(creance):
    payment = factories.open_payment(creance)
    receive_notification(body=factories.signed_body(payment), content_type=FORM, now=NOW)

    written = write(creance)

    assert written == 1, "the debt itself"
    assert of_the_debt(creance) == left_of(creance) != 300_00


def test_what_happened_before_the_first_scheme_is_written_on_its_first_day(creance):
    move(creance, "RETENUE", 50_00, date(2019, 6, 5))

    write(creance)

    with national_scope():
        old = Ecriture.objects.get(event="WITHHOLDING")
    assert (old.origin_on, old.accounting_on) == (date(2019, 6, 5), date(2026, 1, 1))


def test_an_effect_still_to_come_is_a_fact_of_the_day_it_was_learnt(creance):
    move(creance, "RETENUE", 50_00, date(2027, 1, 5))

    write(creance)

    with national_scope():
        assert Ecriture.objects.get(event="WITHHOLDING").origin_on == date(2026, 11, 20)


def test_a_fact_of_a_closed_day_goes_to_the_first_open_one(creance):
    with caisse_scope(creance.caisse_id):
        Cloture.objects.create(
            caisse_id=creance.caisse_id,
            periode="JOUR",
            first_on=date(2026, 11, 18),
            last_on=date(2026, 11, 18),
            closed_at=NOW,
        )

    write(creance)

    with national_scope():
        late = Ecriture.objects.get()
    assert (late.origin_on, late.accounting_on) == (date(2026, 5, 4), date(2026, 11, 19))


def test_what_the_scheme_leaves_to_the_funds_software_is_left_to_it(creance):
    with caisse_scope(creance.caisse_id):
        SchemaComptable.objects.filter(caisse_id=creance.caisse_id).update(
            booked_elsewhere=["DEBT_ESTABLISHED"]
        )
    move(creance, "RETENUE", 50_00, date(2026, 6, 5))

    written = write(creance)

    assert written == 1
    assert not Anomalie.objects.exists()


def test_the_line_of_a_missing_rule_is_settled_once_no_movement_waits_for_it(creance):
    with caisse_scope(creance.caisse_id):
        RegleComptable.objects.filter(event="WITHHOLDING").delete()
        for subject in ("REMISSION-RSA", "CHARGEBACK"):
            open_anomalie(
                caisse_id=creance.caisse_id,
                kind=AnomalieKind.LEDGER_RULE_MISSING,
                subject=subject,
                detail="Pas de règle hier.",
                now=NOW,
            )
    move(creance, "RETENUE", 50_00, date(2026, 6, 5))

    write(creance)

    with caisse_scope(creance.caisse_id):
        still_open = set(Anomalie.objects.still_open().values_list("subject", flat=True))
        settled = Anomalie.objects.get(subject="REMISSION-RSA")
    assert settled.settled_note == "Plus aucun mouvement n’attend cette règle."
    assert {word.partition("-")[0] for word in still_open} == {"WITHHOLDING", "CHARGEBACK"}


def test_an_event_without_a_rule_waits_and_is_on_the_work_list_once(creance):
    with caisse_scope(creance.caisse_id):
        RegleComptable.objects.filter(event="WITHHOLDING").delete()
    move(creance, "RETENUE", 50_00, date(2026, 6, 5))

    first = write(creance)
    again = write(creance)

    with national_scope():
        told = Anomalie.objects.get()
    assert (first, again) == (1, 0), "the debt itself is written"
    assert told.kind == "LEDGER_RULE_MISSING"
    assert "Retenue sur prestations" in told.detail


def test_another_funds_movements_are_left_alone(creance):
    with national_scope():
        from_elsewhere = CreanceFactory(allocataire__caisse=Caisse.objects.get(code="331"))
    write(creance)

    with national_scope():
        assert not Ecriture.objects.filter(caisse_id=from_elsewhere.caisse_id).exists()


def of_the_debt(creance: Creance) -> int:
    """Balance of its auxiliary account, in cents."""
    name = f"1234567-{creance.nature}-{creance.rang}"
    with national_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(debit_cents - credit_cents) FROM comptabilite_ligne WHERE auxiliaire = %s",
            [name],
        )
        return int(cursor.fetchone()[0])


def left_of(creance: Creance) -> int:
    """What is owed now, in cents."""
    with national_scope():
        creance.refresh_from_db()
        return creance.balance_cents
