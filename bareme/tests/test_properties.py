"""What holds for every household, whatever its figures."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bareme import Fraud, LineCode, Reading, Situation, monthly_retenue, scale_on
from bareme.tests.households import any_situation

READINGS = st.sampled_from(Reading)
#: In cents: one more euro of quotient never costs more than the highest rate.
HIGHEST_RATE = Fraction(60, 100)
DOUBLED = 2


def cents(situation: Situation, reading: Reading) -> int:
    return monthly_retenue(situation, reading=reading).amount_cents


@given(any_situation(), READINGS)
def test_the_result_is_never_below_the_flat_amount(situation: Situation, reading: Reading) -> None:
    flat = scale_on(situation.on, territory=situation.territory).flat_cents

    assert cents(situation, reading) >= flat


@given(any_situation(), READINGS, st.integers(0, 500_000))
def test_more_resources_never_lower_it_and_raise_it_by_sixty_percent_of_them_at_most(
    situation: Situation, reading: Reading, more: int
) -> None:
    richer = replace(situation, resources_cents=(situation.resources_cents or 0) + more)

    step = cents(richer, reading) - cents(situation, reading)

    # One more euro adds at most 1 / 1.5 to Q; the rounding of two results adds a cent.
    assert 0 <= step <= HIGHEST_RATE * DOUBLED * more / Fraction(3, 2) + 1


@given(any_situation(), READINGS)
def test_one_more_child_never_raises_it(situation: Situation, reading: Reading) -> None:
    fewer = replace(situation, children=max(0, situation.children - 1))

    assert cents(situation, reading) <= cents(fewer, reading)


@given(any_situation(), READINGS, st.integers(0, 500_000))
def test_a_higher_rent_never_raises_it(situation: Situation, reading: Reading, more: int) -> None:
    housing = situation.housing_cents or 0
    proven = replace(situation, housing_cents=housing)
    dearer = replace(situation, housing_cents=housing + more)

    assert cents(dearer, reading) <= cents(proven, reading)


@given(any_situation())
def test_the_two_readings_differ_by_one_euro_of_each_finished_slice_at_most(
    situation: Situation,
) -> None:
    honest = replace(situation, fraud=Fraud.NONE)
    scale = scale_on(situation.on, territory=situation.territory)
    most = sum(part.percent for part in scale.slices[:-1])

    gap = cents(honest, Reading.CONTINUOUS) - cents(honest, Reading.AS_PRINTED)

    assert 0 <= gap <= most + 1


@given(any_situation(), READINGS)
def test_fraud_never_lowers_it(situation: Situation, reading: Reading) -> None:
    none, first, repeated = (
        cents(replace(situation, fraud=fraud), reading)
        for fraud in (Fraud.NONE, Fraud.FIRST, Fraud.REPEATED)
    )

    assert none < first < repeated
    assert abs(repeated - DOUBLED * none) <= 1


@given(any_situation(), READINGS)
def test_the_lines_add_up_to_the_amount(situation: Situation, reading: Reading) -> None:
    retenue = monthly_retenue(situation, reading=reading)
    lines = {line.code: line for line in retenue.lines if line.code is not LineCode.SLICE}
    slices = [line for line in retenue.lines if line.code is LineCode.SLICE]

    total = lines[LineCode.TOTAL]
    assert total.result == lines[LineCode.FLAT].result + sum(line.result for line in slices)
    assert all(line.result == line["taken"] * line["rate"] / 100 for line in slices)
    assert all(line["taken"] <= line["quotient"] - line["start"] for line in slices)
    assert retenue.lines[-1].code is LineCode.ROUNDED
    assert retenue.lines[-1].result == retenue.amount_cents
    assert abs(retenue.lines[-1]["exact"] - retenue.amount_cents) <= Fraction(1, 2)
