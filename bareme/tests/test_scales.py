"""The rows shipped are whole and in order; what was not seen anywhere refuses."""

from datetime import date
from itertools import pairwise

import pytest

from bareme import (
    DeemedQuotientUnknown,
    Reading,
    Scale,
    ScaleMalformed,
    ScaleOfAnotherTerritory,
    ScaleUnknown,
    SourceKind,
    Territory,
    base_scale,
    known_scales,
    monthly_retenue,
    scale_of_year,
    scale_on,
)
from bareme.scales import parse_scales
from bareme.tests.households import household

MAYOTTE, ELSEWHERE = Territory.MAYOTTE, Territory.METROPOLE_DOM
ROW = """
[[scale]]
year = 2030
territory = "metropole-dom"
flat = 60
slices = [{ from = 310, to = 460, percent = 25 }, { from = 461, percent = 60 }]
deemed_quotient = 1400
source = "a test"
source_kind = "law"
"""


def test_only_the_years_seen_are_shipped_with_their_amounts_typed_twice():
    shipped = [
        (s.year, s.territory, s.flat_cents, bounds_of(s), s.deemed_quotient_cents)
        for s in known_scales()
    ]

    assert shipped == [
        (None, ELSEWHERE, 45_00, "231-345 346-516 517-690 691-", 1_096_00),
        (2015, MAYOTTE, 10_00, "102-152 153-", None),
        (2015, ELSEWHERE, 48_00, "257-383 384-575 576-767 768-", 1_148_00),
        (2018, MAYOTTE, 10_00, "103-153 154-", None),
        (2018, ELSEWHERE, 48_00, "259-386 387-578 579-772 773-", 1_155_00),
        (2019, ELSEWHERE, 48_00, "262-390 391-584 585-780 781-", 1_167_00),
        (2020, ELSEWHERE, 49_00, "266-396 397-593 594-792 793-", None),
        (2025, ELSEWHERE, 56_00, "301-450 451-672 673-898 899-", 1_345_00),
    ]
    assert [s.year for s in known_scales() if s.last_start_deduced] == [2018, 2020]


def bounds_of(scale: Scale) -> str:
    """The slices in whole euros, as a source prints them."""
    euros = ((s.start_cents // 100, (s.last_cents or 0) // 100 or "") for s in scale.slices)
    return " ".join(f"{start}-{end}" for start, end in euros)


@pytest.mark.parametrize("scale", known_scales(), ids=lambda s: f"{s.year}-{s.territory}")
def test_every_row_is_well_ordered(scale: Scale) -> None:
    ends = [part.last_cents for part in scale.slices]
    bounds = [cents for part in scale.slices for cents in (part.start_cents, part.last_cents)][:-1]
    rates = [25, 35] if scale.territory is MAYOTTE else [25, 35, 45, 60]

    assert [part.percent for part in scale.slices] == rates
    assert bounds == sorted(set(bounds))
    assert [part.start_cents for part in scale.slices[1:]] == [end + 100 for end in ends[:-1]]
    assert ends[-1] is None
    assert 0 < scale.flat_cents < scale.slices[0].start_cents
    assert all(amount % 100 == 0 for amount in [scale.flat_cents, *bounds])
    assert scale.source.strip()


@pytest.mark.parametrize("territory", Territory)
def test_amounts_never_fall_from_one_year_to_the_next(territory: Territory) -> None:
    rows = [s for s in known_scales() if s.territory is territory and s.year is not None]

    for before, after in pairwise(rows):
        starts = zip(before.slices, after.slices, strict=True)
        assert all(old.start_cents <= new.start_cents for old, new in starts)
        assert before.flat_cents <= after.flat_cents


def test_only_the_codes_own_text_is_law():
    assert [s.year for s in known_scales() if s.source_kind is SourceKind.LAW] == [None]
    assert base_scale().deemed_quotient_cents == 109_600


@pytest.mark.parametrize("year", [2014, 2016, 2017, 2021, 2022, 2023, 2024, 2026, 2027])
@pytest.mark.parametrize("territory", Territory)
def test_a_year_that_nobody_saw_refuses_and_says_what_to_add(
    year: int, territory: Territory
) -> None:
    with pytest.raises(ScaleUnknown) as refusal:
        monthly_retenue(
            household(on=date(year, 6, 1), territory=territory), reading=Reading.AS_PRINTED
        )

    assert (refusal.value.year, refusal.value.territory) == (year, territory)
    assert 2018 in refusal.value.known_years
    for word in (str(year), territory, "bareme/data/scales.toml", "arrêté"):
        assert word in str(refusal.value)


@pytest.mark.parametrize("year", [2019, 2020, 2025])
def test_mayotte_never_takes_the_amounts_of_elsewhere(year: int) -> None:
    with pytest.raises(ScaleUnknown) as refusal:
        scale_of_year(year, territory=MAYOTTE)

    assert refusal.value.known_years == (2015, 2018)


def test_the_amounts_change_on_the_first_of_january():
    assert scale_on(date(2019, 12, 31)).year == 2019
    assert scale_on(date(2020, 1, 1)).year == 2020
    with pytest.raises(ScaleUnknown):
        scale_on(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("year", "territory"), [(2020, ELSEWHERE), (2015, MAYOTTE), (2018, MAYOTTE)]
)
def test_an_unknown_income_refuses_where_the_deemed_quotient_was_not_seen(
    year: int, territory: Territory
) -> None:
    unknown = household(on=date(year, 6, 1), territory=territory, resources_cents=None)

    with pytest.raises(DeemedQuotientUnknown, match=f"{year}.*deemed_quotient") as refusal:
        monthly_retenue(unknown, reading=Reading.AS_PRINTED)

    assert refusal.value.scale == scale_of_year(year, territory=territory)


def test_the_amounts_of_another_territory_refuse():
    with pytest.raises(ScaleOfAnotherTerritory):
        monthly_retenue(
            household(on=date(2025, 1, 1), territory=MAYOTTE),
            reading=Reading.AS_PRINTED,
            scale=scale_of_year(2025),
        )


@pytest.mark.parametrize(
    ("departement", "territory"), [("976", MAYOTTE), ("974", ELSEWHERE), ("2A", ELSEWHERE)]
)
def test_mayotte_is_the_departement_976(departement: str, territory: Territory) -> None:
    assert Territory.of_departement(departement) is territory


def test_a_row_added_as_the_readme_says_is_read():
    (scale,) = parse_scales(ROW)

    assert (scale.year, scale.flat_cents, scale.deemed_quotient_cents) == (2030, 6_000, 140_000)


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ("flat = 60", "flat = 310", "flat amount"),
        ("flat = 60", "flat = 0", "flat amount"),
        ("flat = 60", "flat = 60.5", "whole number"),
        ("flat = 60", "", "flat"),
        ("to = 460", "to = 310", "ends after"),
        ("to = 460, ", "", "no end"),
        ("from = 461,", "from = 461, to = 700,", "no end"),
        ("from = 461", "from = 460", "euro that follows"),
        ("from = 461", "from = 462", "euro that follows"),
        ("percent = 60", "percent = 25", "rates rise"),
        ("percent = 60", "percent = 100", "rates rise"),
        (", { from = 461, percent = 60 }", "", "two slices"),
        ("deemed_quotient = 1400", "deemed_quotient = 461", "deemed quotient"),
        ('"a test"', '" "', "source"),
        ('"law"', '"rumour"', "rumour"),
        ('"metropole-dom"', '"corse"', "corse"),
        ("year = 2030", 'year = "2030"', "not a year"),
        ("deemed_quotient", "deemed_quotent", "deemed_quotent"),
        ("[[scale]]", "[[scale", "list of rows"),
        ("[[scale]]", "[[row]]", "list of rows"),
    ],
)
def test_a_row_that_cannot_be_a_scale_is_refused(right: str, wrong: str, why: str) -> None:
    assert right in ROW

    with pytest.raises(ScaleMalformed, match=why):
        parse_scales(ROW.replace(right, wrong))


def test_a_year_given_twice_is_refused():
    with pytest.raises(ScaleMalformed, match="two rows"):
        parse_scales(ROW + ROW)
