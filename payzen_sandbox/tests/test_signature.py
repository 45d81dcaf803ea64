"""The sandbox's own signature against published and computed vectors."""

import json
from pathlib import Path

import pytest

from payzen_sandbox.protocol.signature import ALGORITHMS, is_authentic, sign, signed_text

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
CASES = [
    pytest.param(vector, algorithm, id=f"{vector['name']}-{algorithm}")
    for vector in VECTORS["vectors"]
    for algorithm in ALGORITHMS
]


@pytest.mark.parametrize(("vector", "algorithm"), CASES)
def test_every_vector_is_reproduced(vector, algorithm):
    signature = sign(vector["fields"], key=vector["key"], algorithm=algorithm)

    assert signed_text(vector["fields"], key=vector["key"]) == vector["string_to_sign"]
    assert signature == vector["signatures"][algorithm]


def test_the_published_signatures_are_among_the_vectors():
    published = {
        signature
        for vector in VECTORS["vectors"]
        for signature in (vector["published"] or {}).values()
    }

    assert "606b369759fac4f0864144c803c73676cbe470ff" in published
    assert "ycA5Do5tNvsnKdc/eP1bj2xa19z9q3iWPy9/rpesfS0=" in published


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_one_changed_character_is_seen(algorithm):
    fields = {"vads_amount": "5124", "vads_order_info": ""}
    fields["signature"] = sign(fields, key="1122334455667788", algorithm=algorithm)

    assert is_authentic(fields, key="1122334455667788", algorithm=algorithm)
    for changed in ({"vads_amount": "5125"}, {"vads_order_info": " "}, {"vads_new": "1"}):
        assert not is_authentic({**fields, **changed}, key="1122334455667788", algorithm=algorithm)


def test_a_missing_signature_is_not_authentic():
    assert not is_authentic({"vads_amount": "1"}, key="k", algorithm="SHA-1")


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(ValueError, match="MD5"):
        sign({}, key="k", algorithm="MD5")
