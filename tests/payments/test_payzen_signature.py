"""The signature against vectors that we did not compute."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.gateways.payzen.signature import is_authentic, sign, string_to_sign

VECTORS = json.loads((Path(__file__).parent / "data" / "payzen_vectors.json").read_text("utf-8"))
CASES = [
    pytest.param(vector, algorithm, id=f"{vector['name']}-{algorithm}")
    for vector in VECTORS["vectors"]
    for algorithm in ("SHA-1", "HMAC-SHA-256")
]


@pytest.mark.parametrize(("vector", "algorithm"), CASES)
def test_a_vector_is_signed_as_its_source_says(vector, algorithm):
    assert string_to_sign(vector["fields"], key=vector["key"]) == vector["string_to_sign"]
    expected = vector["signatures"][algorithm]
    assert sign(vector["fields"], key=vector["key"], algorithm=algorithm) == expected


def test_the_published_examples_are_among_the_vectors():
    published = [v for v in VECTORS["vectors"] if v.get("published")]

    assert {v["name"] for v in published} >= {"doc_2009", "doc_2017"}
    for vector in published:
        for algorithm in vector["published"].keys() - {"where"}:
            assert vector["published"][algorithm] == vector["signatures"][algorithm]


def test_an_unknown_algorithm_is_an_error_and_not_a_silent_default():
    with pytest.raises(ValueError, match="MD5"):
        sign({"vads_amount": "1"}, key="k", algorithm="MD5")


@given(
    fields=st.dictionaries(
        st.from_regex(r"vads_[a-z0-9_]{1,12}", fullmatch=True), st.text(max_size=20), min_size=1
    ),
    algorithm=st.sampled_from(["SHA-1", "HMAC-SHA-256"]),
    data=st.data(),
)
def test_changing_any_value_breaks_the_signature(fields, algorithm, data):
    signature = sign(fields, key="1122334455667788", algorithm=algorithm)
    name = data.draw(st.sampled_from(sorted(fields)))
    changed = {**fields, name: fields[name] + "x", "signature": signature}

    intact = {**fields, "signature": signature}
    assert is_authentic(intact, key="1122334455667788", algorithm=algorithm)
    # Joining by «+» lets a character slide to a neighbour: then the signed text is the same.
    same_text = string_to_sign(changed, key="k") == string_to_sign(fields, key="k")
    assert same_text or not is_authentic(changed, key="1122334455667788", algorithm=algorithm)


def test_no_signature_at_all_is_not_authentic():
    assert not is_authentic({"vads_amount": "100"}, key="k" * 16, algorithm="HMAC-SHA-256")
