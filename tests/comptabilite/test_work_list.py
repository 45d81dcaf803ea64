"""Lines of the work list: whose they are, what settles them, when they come again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie, TraceAnomalie
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.owning import (
    AlreadyTaken,
    NoColleague,
    NothingToDo,
    NotYours,
    hand_over,
    note,
    release,
    take,
)
from comptabilite.services.settling import (
    AlreadySettled,
    WordsNotEnough,
    settle_anomalie,
    settle_by_fact,
)
from comptabilite.work_rules import RULES, Words
from tests.caisses.factories import agent_of, national_agent

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _everywhere():
    with national_scope():
        yield


@pytest.fixture
def ain() -> int:
    return Caisse.objects.get(code="011").pk


@pytest.fixture
def agent():
    return agent_of("011")


@pytest.fixture
def accountant():
    return agent_of("011", login="comptable", role=Role.COMPTABLE)


def opened(ain: int, kind: str = "OVERDUE_INSTALMENT", subject: str = "x", **more) -> Anomalie:
    values = {"detail": "Constat.", "now": NOW, **more}
    open_anomalie(caisse_id=ain, kind=AnomalieKind(kind), subject=subject, **values)
    return Anomalie.objects.filter(kind=kind, subject=subject).order_by("occurrence").last()


def traces(anomalie: Anomalie) -> list[tuple[str, int | None, str]]:
    rows = TraceAnomalie.objects.filter(anomalie=anomalie).order_by("pk")
    return list(rows.values_list("kind", "agent_id", "note"))


def test_every_kind_has_its_rule():
    assert set(RULES) == set(AnomalieKind)
    assert all(rule.days >= 1 and str(rule.todo) for rule in RULES.values())


def test_taking_noting_and_giving_back_leave_traces(ain, agent):
    line = opened(ain)

    take(anomalie_id=line.pk, agent=agent, now=NOW)
    take(anomalie_id=line.pk, agent=agent, now=NOW)
    note(anomalie_id=line.pk, agent=agent, text=" Appelée. ", now=NOW)
    release(anomalie_id=line.pk, agent=agent, now=NOW)

    line.refresh_from_db()
    assert line.owner is None
    assert traces(line) == [
        ("OUVERTE", None, ""),
        ("PRISE", agent.pk, ""),
        ("NOTE", agent.pk, "Appelée."),
        ("RENDUE", agent.pk, ""),
    ]


def test_a_line_that_a_colleague_has_is_not_taken_nor_given_back(ain, agent, accountant):
    line = opened(ain)
    take(anomalie_id=line.pk, agent=accountant, now=NOW)

    with pytest.raises(AlreadyTaken, match="comptable"):
        take(anomalie_id=line.pk, agent=agent, now=NOW)
    with pytest.raises(NotYours):
        release(anomalie_id=line.pk, agent=agent, now=NOW)

    line.refresh_from_db()
    assert line.owner == accountant


def test_a_line_is_handed_to_a_colleague_of_its_fund_only(ain, agent, accountant):
    line = opened(ain)
    stranger = agent_of("331")

    with pytest.raises(NoColleague):
        hand_over(anomalie_id=line.pk, agent=agent, to_id=stranger.pk, now=NOW)
    hand_over(anomalie_id=line.pk, agent=agent, to_id=accountant.pk, now=NOW)

    line.refresh_from_db()
    assert line.owner == accountant
    assert traces(line)[-1] == ("CONFIEE", agent.pk, "À comptable")


def test_nobody_takes_a_settled_line(ain, agent):
    line = opened(ain)
    settle_anomalie(anomalie_id=line.pk, agent=agent, note="Fait.", now=NOW)

    for act in (take, release):
        with pytest.raises(NothingToDo):
            act(anomalie_id=line.pk, agent=agent, now=NOW)
    with pytest.raises(NothingToDo):
        note(anomalie_id=line.pk, agent=agent, text="Trop tard", now=NOW)


def test_an_agents_words_do_not_explain_what_an_accountant_must(ain, agent, accountant):
    for kind, rule in RULES.items():
        if rule.words != Words.COMPTABLE:
            continue
        line = opened(ain, kind)
        with pytest.raises(WordsNotEnough, match="comptable"):
            settle_anomalie(anomalie_id=line.pk, agent=agent, note="Vu.", now=NOW)
        settle_anomalie(anomalie_id=line.pk, agent=accountant, note="Vu.", now=NOW)
        assert traces(line)[-1] == ("REGLEE", accountant.pk, "Vu.")


def test_an_accountant_of_another_fund_explains_nothing_and_the_nation_may(ain):
    line = opened(ain, "RESIDUAL")
    other = agent_of("331", role=Role.COMPTABLE)
    with pytest.raises(WordsNotEnough):
        settle_anomalie(anomalie_id=line.pk, agent=other, note="Vu.", now=NOW)

    settle_anomalie(anomalie_id=line.pk, agent=national_agent(), note="Vu.", now=NOW)

    line.refresh_from_db()
    assert line.settled_note == "Vu."


def test_no_words_settle_a_bank_line_and_its_imputation_does(ain, accountant):
    line = opened(ain, "BANK_LINE", "banque x")

    for who in (accountant, national_agent()):
        with pytest.raises(WordsNotEnough, match="Imputez"):
            settle_anomalie(anomalie_id=line.pk, agent=who, note="Vu.", now=NOW)
    settle_by_fact(
        caisse_id=ain,
        kinds=[AnomalieKind.BANK_LINE],
        subjects=["banque x"],
        note="Imputée.",
        now=NOW,
    )

    assert traces(line)[-1] == ("REGLEE", None, "Imputée.")


def test_inv23_the_database_refuses_words_for_a_bank_line(ain, agent):
    line = opened(ain, "BANK_LINE")

    with pytest.raises(IntegrityError, match="inv23_anomalie_not_by_words"):
        Anomalie.objects.filter(pk=line.pk).update(
            settled_at=NOW, settled_by=agent, settled_note="Vu."
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"settled_at": None, "settled_by": None, "settled_note": ""},
        {"settled_note": "Autre chose"},
        {"settled_at": NOW + timedelta(days=1)},
        {"owner": None},
    ],
)
def test_inv23_a_settled_line_stays_as_it_was_settled(ain, agent, changes):
    line = opened(ain)
    settle_anomalie(anomalie_id=line.pk, agent=agent, note="Fait.", now=NOW)

    with pytest.raises(IntegrityError, match="inv23"):
        Anomalie.objects.filter(pk=line.pk).update(**changes)


def test_inv23_no_line_leaves_the_list_by_being_erased(ain):
    line = opened(ain)

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Anomalie.objects.filter(pk=line.pk)._raw_delete("default")

    assert Anomalie.objects.filter(pk=line.pk).exists()


def test_inv23_opening_and_settling_leave_a_trace_whatever_wrote_them(ain):
    line = Anomalie.objects.create(
        caisse_id=ain, kind="SURPLUS", subject="main", detail="À la main.", opened_at=NOW
    )
    later = NOW + timedelta(hours=1)
    Anomalie.objects.filter(pk=line.pk).update(settled_at=later, settled_note="Par la requête.")

    rows = TraceAnomalie.objects.filter(anomalie=line).order_by("pk")
    assert list(rows.values_list("kind", "at", "note")) == [
        ("OUVERTE", NOW, ""),
        ("REGLEE", later, "Par la requête."),
    ]


def test_inv23_traces_only_grow(ain):
    line = opened(ain)

    for write in (
        lambda rows: rows.update(note="Autre"),
        lambda rows: rows._raw_delete("default"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            write(TraceAnomalie.objects.filter(anomalie=line))


def test_a_fact_told_twice_makes_one_open_line(ain):
    opened(ain, "RESIDUAL", "ligne 1", amount_cents=5_00)
    opened(ain, "RESIDUAL", "ligne 1", amount_cents=6_00)

    assert Anomalie.objects.get().amount_cents == 5_00


def test_a_state_answered_by_a_fact_and_told_again_is_a_new_line(ain):
    opened(ain, "RESIDUAL", "ligne 1", amount_cents=5_00)
    settle_by_fact(
        caisse_id=ain,
        kinds=[AnomalieKind.RESIDUAL],
        subjects=["ligne 1"],
        note="Les deux côtés se répondent.",
        now=NOW,
    )

    again = opened(ain, "RESIDUAL", "ligne 1", amount_cents=5_00)

    assert (again.occurrence, again.settled_at) == (2, None)
    assert Anomalie.objects.get(occurrence=1).settled_at == NOW


def test_what_was_explained_stays_so_until_its_amount_changes(ain, accountant):
    line = opened(ain, "RESIDUAL", "ligne 1", amount_cents=5_00)
    settle_anomalie(anomalie_id=line.pk, agent=accountant, note="Écart connu.", now=NOW)

    same = opened(ain, "RESIDUAL", "ligne 1", amount_cents=5_00)
    other = opened(ain, "RESIDUAL", "ligne 1", amount_cents=7_00)

    assert same.settled_at == NOW
    assert (other.occurrence, other.amount_cents, other.settled_at) == (2, 7_00, None)


def test_one_event_told_again_is_not_a_new_line(ain):
    opened(ain, "REFUSED_INSTALMENT")
    settle_by_fact(
        caisse_id=ain,
        kinds=[AnomalieKind.REFUSED_INSTALMENT],
        subjects=["x"],
        note="Payée.",
        now=NOW,
    )

    assert opened(ain, "REFUSED_INSTALMENT", now=NOW + timedelta(days=400)).settled_at == NOW


def test_a_breach_settled_by_words_comes_back_after_a_week_if_it_lasts(ain, accountant):
    line = opened(ain, "INVARIANT", "inv03 créance 1")
    settle_anomalie(anomalie_id=line.pk, agent=accountant, note="Signalée.", now=NOW)

    next_night = opened(ain, "INVARIANT", "inv03 créance 1", now=NOW + timedelta(days=6, hours=23))
    next_week = opened(ain, "INVARIANT", "inv03 créance 1", now=NOW + timedelta(days=7))

    assert next_night.settled_at == NOW
    assert (next_week.occurrence, next_week.settled_at) == (2, None)


def test_the_same_subject_in_two_funds_makes_two_lines(ain):
    gironde = Caisse.objects.get(code="331").pk
    opened(ain)
    with caisse_scope(gironde):
        open_anomalie(
            caisse_id=gironde,
            kind=AnomalieKind.OVERDUE_INSTALMENT,
            subject="x",
            detail="Constat.",
            now=NOW,
        )

    assert Anomalie.objects.count() == 2


def test_a_line_is_settled_once_by_words(ain, agent):
    line = opened(ain)
    settle_anomalie(anomalie_id=line.pk, agent=agent, note="Fait.", now=NOW)

    with pytest.raises(AlreadySettled):
        settle_anomalie(anomalie_id=line.pk, agent=agent, note="Encore.", now=NOW)
