"""The letter's reference: what is mistyped is refused, never taken for another debt."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocataires.forms import LetterForm
from allocataires.nomenclature import Nature
from allocataires.reference import LENGTH, Reference, ReferenceRefused

DIGITS = string.digits
SIGNS = string.digits + string.ascii_uppercase

natures = st.one_of(
    st.sampled_from(Nature.values),
    st.from_regex(r"\A[A-Z][A-Z0-9]{2}\Z"),
)
references = st.builds(
    Reference,
    caisse=st.text(DIGITS, min_size=3, max_size=3),
    numero=st.text(DIGITS, min_size=7, max_size=7),
    nature=natures,
    rang=st.text(DIGITS, min_size=3, max_size=3),
)


def compact(reference: Reference) -> str:
    return str(reference).replace(" ", "")


def refused_or_same(typed: str, reference: Reference) -> bool:
    try:
        return Reference.parse(typed) == reference
    except ReferenceRefused:
        return True


@given(references)
def test_what_is_printed_is_read_back(reference: Reference) -> None:
    assert Reference.parse(str(reference)) == reference


@given(references)
def test_every_change_of_one_sign_is_refused_or_reads_the_same(reference: Reference) -> None:
    printed = compact(reference)

    wrong = [
        typed
        for place in range(LENGTH)
        for sign in SIGNS
        if not refused_or_same(typed := printed[:place] + sign + printed[place + 1 :], reference)
    ]

    assert wrong == []


@given(references)
def test_every_swap_of_two_neighbours_is_refused_or_reads_the_same(reference: Reference) -> None:
    printed = compact(reference)

    wrong = [
        typed
        for place in range(LENGTH - 1)
        if not refused_or_same(
            typed := printed[:place] + printed[place + 1] + printed[place] + printed[place + 2 :],
            reference,
        )
    ]

    assert wrong == []


@given(references, st.integers(0, LENGTH - 1))
def test_a_sign_too_few_or_too_many_is_refused(reference: Reference, place: int) -> None:
    printed = compact(reference)

    for typed in (printed[:place] + printed[place + 1 :], printed[:place] + "7" + printed[place:]):
        with pytest.raises(ReferenceRefused):
            Reference.parse(typed)


@pytest.mark.parametrize("separator", ["", "  ", "-", ".", "\u00a0", "\u202f", "/", "\t"], ids=repr)
def test_separators_and_small_letters_do_not_matter(separator: str) -> None:
    reference = Reference("011", "1234567", "INK", "005")

    typed = f" {str(reference).replace(' ', separator).lower()} "

    assert Reference.parse(typed) == reference


def test_letters_read_for_digits_are_put_right() -> None:
    reference = Reference("011", "1012345", "IN1", "001")

    typed = compact(reference)
    typed = typed[:10].replace("0", "O").replace("1", "l") + typed[10:]

    assert Reference.parse(typed) == reference


def test_the_example_of_the_form_is_a_reference_that_can_be_typed() -> None:
    hint = str(LetterForm.base_fields["reference"].help_text)

    example = re.search(r"\d{3} \d{7} \w{3} \d{3} \d{2}", hint)

    assert example is not None
    assert str(Reference.parse(example[0])) == example[0]


@pytest.mark.parametrize(
    "typed", ["", " ", "bonjour", "٣" * LENGTH, "0" * LENGTH, "ß" * 9, "1" * 500]
)
def test_what_is_no_reference_is_refused(typed: str) -> None:
    with pytest.raises(ReferenceRefused):
        Reference.parse(typed)
