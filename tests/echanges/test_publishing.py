"""Facts leave once, numbered without gap, and a cursor misses none."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from allocataires.models import Creance
from allocataires.services.etapes import Why, move_creance
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from echanges.models import EvenementSortant, FaitSortant
from echanges.services import publishing
from echanges.services.publishing import publish_all, publish_events
from payments.services.notifications import receive_notification
from tests.allocataires.factories import CreanceFactory
from tests.echanges import files
from tests.payments import factories

NOW = factories.NOW
FORM = "application/x-www-form-urlencoded"


def stopped(creance: Creance) -> None:
    """A debt that an agent suspends: one fact."""
    with caisse_scope(creance.caisse_id):
        move_creance(creance, CreanceState.SUSPENDUE, why=Why(EtapeCause.AGENT), now=NOW)


def published(caisse: Caisse) -> list[EvenementSortant]:
    """What a reader of the fund finds, in its order."""
    with caisse_scope(caisse.pk):
        return list(EvenementSortant.objects.filter(caisse=caisse).order_by("number"))


@pytest.fixture
def creance(db: None) -> Creance:
    with national_scope():
        made: Creance = CreanceFactory()
        assert made.allocataire.numero
        return made


def paid(creance: Creance) -> Any:
    payment = factories.open_payment(creance)
    later = NOW + timedelta(minutes=1)
    receive_notification(body=factories.signed_body(payment), content_type=FORM, now=later)
    return payment


def test_a_payment_is_told_with_its_shares_and_its_transaction(creance: Creance):
    payment = paid(creance)

    publish_all(now=NOW)

    told = {event.kind: event.payload for event in published(creance.caisse)}
    with national_scope():
        transaction_ = payment.transactions.get()
        payment.refresh_from_db()
        movement = creance.mouvements.get(kind="CARTE")
    reference = {
        "creance": str(creance.public_id),
        "numero": creance.allocataire.numero,
        "nature": creance.nature,
        "rang": creance.rang,
    }
    assert told["PAYMENT"] == {
        "payment": str(payment.public_id),
        "reference": payment.reference,
        "from_status": "OPEN",
        "status": "PAID",
        "cause": "NOTIFICATION",
        "amount_cents": 240_00,
        "paid_at": payment.paid_at.isoformat(),
        "echeancier": None,
        "affectations": [{**reference, "amount_cents": 240_00}],
        "transactions": [
            {
                "uuid": str(transaction_.uuid),
                "sequence_number": 1,
                "operation": "DEBIT",
                "amount_cents": 240_00,
            }
        ],
    }
    assert told["MOUVEMENT"] == {
        **reference,
        "rank": 2,
        "kind": "CARTE",
        "sens": "BAISSE",
        "amount_cents": 240_00,
        "balance_after_cents": 0,
        "value_on": "2026-11-20",
        "source": str(movement.source_id),
    }
    assert told["STATE"]["state"] == "SOLDEE"


def test_inv15_nothing_that_leaves_names_the_person(creance: Creance):
    payment = paid(creance)

    publish_all(now=NOW)

    text = "".join(str(event.payload) for event in published(creance.caisse))
    with national_scope():
        person, email = creance.allocataire, payment.email
    assert text
    for personal in (person.nom, person.prenom, person.email, email, "497010"):
        assert not personal or personal not in text


def test_inv04_a_fact_is_published_once(creance: Creance):
    stopped(creance)

    first = publish_all(now=NOW)
    second = publish_all(now=NOW)

    assert (first, second) == (1, 0)
    assert [event.number for event in published(creance.caisse)] == [1]
    with national_scope():
        assert not FaitSortant.objects.exists()


def test_what_the_funds_software_said_is_not_said_back_to_it(creance: Creance):
    with national_scope():
        move_creance(creance, CreanceState.SUSPENDUE, why=Why(EtapeCause.CAISSE), now=NOW)

    assert publish_all(now=NOW) == 0


def test_a_cheque_that_the_fund_says_unpaid_is_not_said_back_to_it(db: None):
    cheque = files.movement(id="V1", mouvement="CHEQUE")
    unpaid = files.movement(id="V2", mouvement="IMPAYE")

    lot = files.load(files.jsonl(files.person(), files.debt(), cheque, unpaid))

    assert lot.applied_lines == 4
    assert publish_all(now=NOW) == 0


def test_a_fact_that_was_rolled_back_leaves_nothing(creance: Creance):
    def give_up() -> None:
        with transaction.atomic():
            stopped(creance)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        give_up()

    assert publish_all(now=NOW) == 0


def test_each_fund_has_its_own_numbers(db: None):
    with national_scope():
        gironde = CreanceFactory(allocataire__caisse=Caisse.objects.get(code="331"))
        ain = CreanceFactory()
    for creance in (ain, gironde):
        stopped(creance)

    publish_all(now=NOW)

    for creance in (ain, gironde):
        assert [event.number for event in published(creance.caisse)] == [1]


def elsewhere(work: Callable[[], Any]) -> Any:
    """What another process would do meanwhile, on a connection of its own."""
    found: list[Any] = []

    def run() -> None:
        try:
            found.append(work())
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    return found[0]


def facts_after(key: int) -> list[int]:
    """What a cursor on the facts' own keys (or their instants) would show next."""
    with national_scope():
        rows = FaitSortant.objects.filter(pk__gt=key).order_by("pk")
        return list(rows.values_list("pk", flat=True))


def test_a_fact_committed_late_is_never_behind_the_numbers_already_read(committed_db: None):
    with national_scope():
        soon, late = CreanceFactory(), CreanceFactory()
    caisse = soon.caisse

    with caisse_scope(caisse.pk):
        # Its fact is written first, and committed last.
        move_creance(late, CreanceState.SUSPENDUE, why=Why(EtapeCause.AGENT), now=NOW)
        elsewhere(lambda: stopped(soon))
        key = elsewhere(lambda: facts_after(0))[-1]
        elsewhere(lambda: publish_events(caisse_id=caisse.pk, now=NOW))
        read_before = elsewhere(lambda: [event.number for event in published(caisse)])
    missed = facts_after(key)
    waiting = facts_after(0)
    publish_events(caisse_id=caisse.pk, now=NOW)
    read_after = [event for event in published(caisse) if event.number > read_before[-1]]

    assert (missed, len(waiting)) == ([], 1), "the control: a plain cursor has passed it already"
    assert read_before == [1]
    assert [event.payload["creance"] for event in read_after] == [str(late.public_id)]


def test_publishers_side_by_side_number_without_gap_or_double(committed_db: None):
    with national_scope():
        creances = CreanceFactory.create_batch(6)
    for creance in creances:
        stopped(creance)
    caisse_id = creances[0].caisse_id

    def publish() -> None:
        publish_events(caisse_id=caisse_id, now=NOW)
        connection.close()

    publishers = [Thread(target=publish) for _ in range(4)]
    for each in publishers:
        each.start()
    for each in publishers:
        each.join(timeout=30)

    events = published(creances[0].caisse)
    assert [event.number for event in events] == [1, 2, 3, 4, 5, 6]
    assert len({event.source_key for event in events}) == 6


def test_without_the_lock_two_publishers_do_collide(committed_db: None, monkeypatch):
    """The control: both read the same facts and give the same numbers; the database refuses one."""
    with national_scope():
        creance = CreanceFactory()
    stopped(creance)
    both_have_read = Barrier(2, timeout=10)
    tell, refused = publishing._tell, []

    def tell_together(facts: Any) -> Any:
        both_have_read.wait()
        return tell(facts)

    def publish() -> None:
        with closing(connection):
            try:
                publish_events(caisse_id=creance.caisse_id, now=NOW)
            except IntegrityError as error:
                refused.append(str(error))

    monkeypatch.setattr(publishing, "_tell", tell_together)
    monkeypatch.setattr(publishing, "one_at_a_time", lambda *_words: None)
    publishers = [Thread(target=publish) for _ in range(2)]
    for each in publishers:
        each.start()
    for each in publishers:
        each.join(timeout=30)

    assert len(refused) == 1
    assert [event.number for event in published(creance.caisse)] == [1]
