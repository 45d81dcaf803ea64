"""Legal deadlines: midnight in Paris, clock changes and the holidays of the fund's département."""

from datetime import UTC, date, datetime

import pytest

from allocataires.nomenclature import Famille
from caf_portal.paris import paris_date
from recouvrement import deadlines
from recouvrement.demande_rules import RULES, Stops, after_answer, after_silence, foresee, rule_of
from recouvrement.models.demande import DemandeKind


def test_twenty_days_end_at_the_next_working_day_of_the_fund():
    # 27 April in Mayotte and 20 December on La Réunion are the abolition of slavery.
    assert deadlines.last_day_to_rectify(date(2026, 4, 7), "01") == date(2026, 4, 27)
    assert deadlines.last_day_to_rectify(date(2026, 4, 7), "976") == date(2026, 4, 28)
    assert deadlines.last_day_to_rectify(date(2027, 11, 30), "01") == date(2027, 12, 20)
    assert deadlines.last_day_to_rectify(date(2027, 11, 30), "974") == date(2027, 12, 21)


def test_months_end_at_the_next_working_day_of_the_fund():
    # 27 May in Guadeloupe; Good Friday 26 March 2027 in Moselle.
    assert deadlines.last_day_to_appeal(date(2026, 3, 27), "01") == date(2026, 5, 27)
    assert deadlines.last_day_to_appeal(date(2026, 3, 27), "971") == date(2026, 5, 28)
    assert deadlines.silence_on(date(2027, 2, 26), 1, "57") == date(2027, 3, 30)
    assert deadlines.silence_on(date(2027, 2, 26), 1, "01") == date(2027, 3, 26)


def test_the_last_day_of_a_short_month_is_the_end_of_a_delay():
    assert deadlines.silence_on(date(2026, 12, 31), 2, "01") == date(2027, 3, 1)
    assert deadlines.contrainte_from(date(2027, 1, 29), "01") == date(2027, 3, 2)


def test_recovery_begins_the_day_after_what_the_law_leaves():
    assert deadlines.recovery_after_rejection(date(2026, 11, 23), "01") == date(2026, 12, 1)
    assert deadlines.recovery_after_silence(date(2026, 12, 21), "01") == date(2027, 2, 23)
    assert deadlines.recovery_after_notice(date(2026, 11, 23)) == date(2026, 11, 30)
    assert deadlines.last_day_to_oppose(date(2026, 11, 23), "01") == date(2026, 12, 8)


@pytest.mark.parametrize(
    ("instant", "due_on"),
    [
        # 23:30 and 00:30 in Paris in winter, then in summer.
        (datetime(2026, 11, 23, 22, 30, tzinfo=UTC), date(2026, 12, 23)),
        (datetime(2026, 11, 23, 23, 30, tzinfo=UTC), date(2026, 12, 24)),
        (datetime(2026, 6, 9, 21, 30, tzinfo=UTC), date(2026, 7, 9)),
        (datetime(2026, 6, 9, 22, 30, tzinfo=UTC), date(2026, 7, 10)),
        # The nights when the clock changes: 29 March and 25 October 2026.
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 4, 29)),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), date(2026, 4, 30)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 11, 26)),
    ],
)
def test_a_delay_counts_from_the_day_in_paris(instant, due_on):
    assert deadlines.silence_on(paris_date(instant), 1, "01") == due_on


@pytest.mark.parametrize(
    ("acted_on", "fraud", "barred_on"),
    [
        (date(2024, 11, 21), False, date(2026, 11, 21)),
        (date(2024, 11, 21), True, date(2029, 11, 21)),
        (date(2024, 2, 29), False, date(2026, 3, 1)),
    ],
)
def test_time_bars_a_debt_after_two_years_and_five_with_fraud(acted_on, fraud, barred_on):
    assert deadlines.barred_from(acted_on, fraud=fraud) == barred_on


@pytest.mark.parametrize(("year", "cents"), [(2024, 27_00), (2025, 27_00), (2026, 28_00)])
def test_small_amounts_are_those_of_the_year(year, cents):
    assert deadlines.small_amount_below(date(year, 12, 31), Famille.FAMILLE) == cents
    assert deadlines.small_amount_below(date(year, 12, 31), Famille.RSA) == 77_00


def test_a_year_without_a_known_ceiling_refuses_rather_than_guesses():
    with pytest.raises(deadlines.NoCeiling):
        deadlines.small_amount_below(date(2027, 1, 1), Famille.LOGEMENT)


def test_every_family_has_its_rules_and_one_of_each_kind_at_most():
    assert set(RULES) == set(Famille)
    for rules in RULES.values():
        kinds = [rule.kind for rule in rules]
        assert len(kinds) == len(set(kinds))
        assert {DemandeKind.RECOURS, DemandeKind.REMISE} <= set(kinds)


def test_nothing_stops_where_no_text_was_read():
    for rules in RULES.values():
        assert all(rule.stops == Stops.NEVER for rule in rules if not rule.law)
        assert not any(rule.confirmed for rule in rules if not rule.law)


def test_a_rejection_by_silence_leaves_two_more_months_for_a_rectification_only():
    due_on, noticed_on = date(2026, 12, 21), date(2026, 12, 22)

    assert after_silence("RECTIFICATION", due_on, noticed_on, "01") == date(2027, 2, 23)
    assert after_silence("REMISE", due_on, noticed_on, "01") == date(2026, 12, 29)


def test_a_sweep_that_comes_late_still_leaves_six_days_of_notice():
    late = date(2027, 3, 10)

    assert after_silence("RECTIFICATION", date(2026, 12, 21), late, "01") == date(2027, 3, 17)


def test_an_answer_leaves_seven_days_and_never_less_than_the_notice():
    # The seventh day is a Monday holiday: Whit Monday, 25 May 2026.
    assert after_answer("RECTIFICATION", date(2026, 5, 18), "01") == date(2026, 5, 27)
    assert after_answer("RECOURS", date(2026, 5, 18), "01") == date(2026, 5, 25)


def test_what_is_foreseen_of_a_remission_has_no_last_day():
    rule = rule_of(Famille.RSA, "REMISE")

    ahead = foresee(rule, since_on=date(2020, 1, 6), on=date(2026, 11, 20), departement="01")

    assert (ahead.last_day, ahead.is_late, ahead.suspends) == (None, False, True)
    assert ahead.answer_due_on == date(2027, 1, 20)
    assert ahead.resume_on == date(2027, 1, 27)
