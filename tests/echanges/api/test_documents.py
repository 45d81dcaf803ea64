"""The OpenAPI document is complete and valid, problems included."""

from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from echanges.api.event_serializers import PAYLOADS
from echanges.models.sortie import EvenementKind


@pytest.fixture
def document(tmp_path: Path) -> dict:
    path = tmp_path / "schema.yml"
    call_command("spectacular", file=str(path), validate=True, fail_on_warn=True)
    return yaml.safe_load(path.read_text())


def test_every_operation_documents_its_problems(document: dict):
    told = {
        (path, verb): set(operation["responses"])
        for path, operations in document["paths"].items()
        for verb, operation in operations.items()
    }

    assert all({"400", "403", "404", "406"} <= codes for codes in told.values())
    keyed = {path for path, _ in told if "lots" in path or "evenements" in path}
    assert len(keyed) == 4
    for (path, _verb), codes in told.items():
        assert ({"401", "429"} <= codes) == (path in keyed)
    assert {"200", "201", "409", "413", "415", "422"} <= told["/api/v1/lots/", "post"]


def test_a_problem_has_one_form(document: dict):
    for path, operations in document["paths"].items():
        # A file is given as its bytes, and refused like anything else.
        given = "application/octet-stream" if "/fichiers/" in path else "application/json"
        for operation in operations.values():
            for code, response in operation["responses"].items():
                kinds = set(response["content"])
                assert kinds == {given if code < "300" else "application/problem+json"}


def test_every_kind_of_event_has_its_schema(document: dict):
    schemas = document["components"]["schemas"]

    assert set(PAYLOADS) == set(EvenementKind)
    one_of = schemas["EventPayload"]["oneOf"]
    assert {each["$ref"].rpartition("/")[2] for each in one_of} == {
        serializer.__name__.removesuffix("Serializer") for serializer in PAYLOADS.values()
    }


def test_a_key_and_a_session_are_told_apart(document: dict):
    schemes = document["components"]["securitySchemes"]

    assert schemes["fundKey"]["scheme"] == "bearer"
    assert document["paths"]["/api/v1/lots/"]["post"]["security"] == [{"fundKey": []}]
    assert document["paths"]["/api/v1/payments/"]["get"]["security"] == [{"cookieAuth": []}]
