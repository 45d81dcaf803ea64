"""The code of a document: hard to guess, easy to copy, and mistakes are seen."""

from itertools import pairwise

import pytest

from allocataires.proofs.code import ALPHABET, RANDOM_LENGTH, CodeRefused, ProofCode


def test_a_code_is_drawn_with_sixty_bits_and_reads_back():
    drawn = {str(ProofCode.draw(caisse="011")) for _ in range(500)}

    assert len(drawn) == 500
    assert len(set(ALPHABET)) ** RANDOM_LENGTH >= 2**60
    assert not set("ILOU") & set("".join(drawn))
    for code in drawn:
        assert str(ProofCode.parse(code)) == code


def test_spaces_small_letters_and_lookalikes_are_put_right():
    code = str(ProofCode("011", "7K3M9QXT2B01"))

    for typed in (code.lower(), code.replace("-", " "), code.replace("-", ""), f" {code}\u00a0"):
        assert str(ProofCode.parse(typed)) == code
    assert str(ProofCode.parse(code.replace("01-", "OI-").replace("2BOI", "2BOl"))) == code


def test_every_single_mistyped_character_is_refused():
    code = str(ProofCode("331", "7K3M9QXT2B4H")).replace("-", "")

    for at, right in enumerate(code):
        signs = "0123456789" if at < 3 or at >= 15 else ALPHABET
        for sign in set(signs) - {right}:
            with pytest.raises(CodeRefused):
                ProofCode.parse(code[:at] + sign + code[at + 1 :])


def test_every_swap_of_two_neighbours_is_refused():
    code = str(ProofCode("331", "7K3M9QXT2B4H")).replace("-", "")

    for at, (left, right) in enumerate(pairwise(code)):
        if left != right:
            with pytest.raises(CodeRefused):
                ProofCode.parse(code[:at] + right + left + code[at + 2 :])


@pytest.mark.parametrize(
    "typed", ["", "011", "011-7K3M-9QXT-2B4H", "U11-7K3M-9QXT-2B4H-58", "é" * 17, "٠١١" * 6, "\x00"]
)
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(CodeRefused):
        ProofCode.parse(typed)
