"""A lot sent by the API: made once, told with its totals and rejects, never another fund's."""

import io
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from django.test import Client

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from echanges.models import AppelApi, Lot
from tests.echanges import files
from tests.echanges.api.keys import calling, new_key

pytestmark = pytest.mark.django_db
LOTS = "/api/v1/lots/"
NDJSON = "application/x-ndjson"


def send(client: Client, body: bytes, key: str = "appel-1", kind: str = NDJSON) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(LOTS, data=body, content_type=kind, headers=headers)


def lots() -> int:
    with national_scope():
        return Lot.objects.count()


@pytest.fixture
def client() -> Client:
    return calling(new_key("011")[1])


def test_a_lot_is_applied_and_told_with_its_totals(client: Client):
    content = files.jsonl(files.person(), files.debt())

    response = send(client, content)

    assert response.status_code == 201
    body = response.json()
    assert (body["status"], body["applied_lines"], body["rejets"]) == ("APPLIQUE", 2, [])
    assert body["totals"] == body["counted"]
    assert body["totals"]["creance"] == {"lines": 1, "cents": 300_00}
    with national_scope():
        assert Creance.objects.get().caisse.code == "011"
    assert client.get(f"{LOTS}{body['lot']}/").json() == {
        name: value for name, value in body.items() if name != "rejets"
    }


def test_csv_is_taken_as_well(client: Client):
    response = send(client, files.as_csv(files.person(), files.debt()), kind="text/csv")

    assert (response.status_code, response.json()["applied_lines"]) == (201, 2)


def test_rejected_lines_are_told_and_paged_without_what_they_held(client: Client):
    wrong = files.person(id="P2", numero="0000002", naissance="1990-02-31", nom="Secret")
    body = send(client, files.jsonl(files.person(), wrong)).json()

    page = client.get(f"{LOTS}{body['lot']}/rejets/")

    told = {
        "line": 3,
        "field": "naissance",
        "code": "DATE_INVALIDE",
        "reason": "Cette date n’existe pas ou n’est pas écrite AAAA-MM-JJ.",
        "corrected_by": None,
    }
    assert (body["rejected_lines"], body["rejets"]) == (1, [told])
    assert page.json() == {"next": None, "previous": None, "results": [told]}
    assert "Secret" not in page.content.decode()


def test_many_rejected_lines_go_on_by_cursor(client: Client):
    wrong = [files.person(id=f"P{n}", numero=f"{n:07}", naissance="x") for n in range(1, 131)]
    body = send(client, files.jsonl(*wrong)).json()

    first = client.get(f"{LOTS}{body['lot']}/rejets/").json()
    second = client.get(first["next"]).json()

    assert len(body["rejets"]) == 100
    lines = [row["line"] for row in first["results"] + second["results"]]
    assert lines == list(range(2, 132))


def test_a_lot_whose_totals_do_not_match_is_refused_whole(client: Client):
    content = files.jsonl(files.person(), files.debt(), creances_centimes=1)

    response = send(client, content)

    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    body = response.json()
    assert (body["code"], body["lot"]["status"]) == ("lot_refused", "REFUSE")
    assert body["detail"] == body["lot"]["refusal"]
    with national_scope():
        assert not Creance.objects.exists()


@pytest.mark.parametrize("content", [b"{", b"\x00\xff", b'{"type": "personne"}', b"[]", b"\n\n"])
def test_what_is_no_file_at_all_is_refused_with_words(client: Client, content: bytes):
    response = send(client, content)

    assert (response.status_code, response.json()["code"]) == (422, "lot_refused")
    assert response.json()["detail"]
    with national_scope():
        assert not Creance.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"key": ""}, 400, "idempotency_key_missing"),
        ({"key": "x" * 101}, 400, "idempotency_key_missing"),
        ({"key": "clé"}, 400, "idempotency_key_missing"),
        ({"kind": "application/json"}, 415, "unsupported_media_type"),
        ({"kind": "multipart/form-data; boundary=x"}, 415, "unsupported_media_type"),
    ],
)
def test_a_call_that_is_not_right_is_refused_and_leaves_nothing(client, sent, status, code):
    response = send(client, **{"body": files.jsonl(files.person()), **sent})

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert lots() == 0


def test_an_empty_body_is_refused(client: Client):
    said = {"CONTENT_TYPE": NDJSON, "HTTP_IDEMPOTENCY_KEY": "appel-1"}

    response = client.generic("POST", LOTS, b"", **said)

    assert (response.status_code, response.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_large_is_refused(client, settings, announced):
    settings.API_LARGEST_MEGABYTES = 1
    body = b" " * (1024 * 1024 + 1)

    if announced:
        response = send(client, body)
    else:
        with patch("echanges.api.incoming_body.int", return_value=0, create=True):
            response = send(client, body)

    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert lots() == 0


def test_a_body_cut_on_the_way_is_sent_again_under_the_same_key(client: Client):
    whole = files.jsonl(files.person(), files.debt())
    cut = {
        "wsgi.input": io.BytesIO(whole[:-40]),
        "CONTENT_LENGTH": str(len(whole)),
        "CONTENT_TYPE": NDJSON,
    }
    headers = {"Idempotency-Key": "once"}

    first = client.generic("POST", LOTS, b"", NDJSON, headers=headers, **cut)
    assert lots() == 0, "half a file is no file"
    again = client.generic("POST", LOTS, whole, NDJSON, headers=headers)

    assert first.status_code == 400
    assert "interrompu" in first.json()["detail"]
    assert (again.status_code, again.json()["applied_lines"]) == (201, 2)


def test_a_length_that_is_no_number_is_refused_in_words(client: Client):
    answer = client.generic(
        "POST", LOTS, b"{}", NDJSON,
        headers={"Idempotency-Key": "x"}, CONTENT_LENGTH="beaucoup",
    )  # fmt: skip

    assert answer.status_code == 400


def test_a_key_that_only_reads_sends_nothing():
    reader = calling(new_key("011", may_write=False)[1])

    response = send(reader, files.jsonl(files.person()))

    assert (response.status_code, response.json()["code"]) == (403, "key_reads_only")
    assert lots() == 0
    assert reader.get("/api/v1/evenements/").status_code == 200, "the control"


def test_inv04_the_same_call_again_gets_the_same_answer(client: Client):
    content = files.jsonl(files.person(), files.debt())
    first = send(client, content)

    again = send(client, content)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert lots() == 1
    with national_scope():
        assert AppelApi.objects.count() == 1


def test_the_same_content_under_another_key_is_the_same_lot(client: Client):
    content = files.jsonl(files.person(), files.debt())
    first = send(client, content)

    again = send(client, content, key="appel-2")

    assert (again.status_code, again.json()["lot"]) == (200, first.json()["lot"])
    assert lots() == 1


def test_the_same_key_with_another_content_is_refused(client: Client):
    send(client, files.jsonl(files.person()))

    response = send(client, files.jsonl(files.person(nom="Autre"), sequence=2))

    assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_reused")
    assert lots() == 1


def test_two_keys_of_a_fund_do_not_share_their_idempotency_keys(client: Client):
    send(client, files.jsonl(files.person()))
    other = calling(new_key("011", label="autre")[1])

    response = send(other, files.jsonl(files.person(nom="Autre"), sequence=2))

    assert response.status_code == 201


def test_a_refused_lot_is_answered_the_same_again(client: Client):
    content = files.jsonl(files.person(), personnes_lignes=7)
    first = send(client, content)

    again = send(client, content)

    assert (again.status_code, again.json()) == (422, first.json())


def test_a_call_cut_before_its_answer_was_kept_is_made_again(client: Client):
    content = files.jsonl(files.person(), files.debt())
    cut = patch.object(AppelApi.objects, "create", side_effect=KeyboardInterrupt)
    with cut, pytest.raises(KeyboardInterrupt):
        send(client, content)

    response = send(client, content)

    assert (response.status_code, response.json()["applied_lines"]) == (200, 2)
    assert lots() == 1


def test_inv13_another_funds_lot_is_nowhere(client: Client):
    lot = send(client, files.jsonl(files.person(naissance="x"))).json()["lot"]
    stranger = calling(new_key("331")[1])

    for address in (f"{LOTS}{lot}/", f"{LOTS}{lot}/rejets/"):
        theirs = stranger.get(address)
        nowhere = stranger.get(address.replace(lot, str(uuid4())))
        assert (theirs.status_code, theirs.json()) == (404, nowhere.json())
        assert client.get(address).status_code == 200, "the control"


def test_inv13_the_database_hides_it_even_from_a_view_that_forgot_to(client, monkeypatch):
    lot = send(client, files.jsonl(files.person())).json()["lot"]
    stranger = calling(new_key("331")[1])
    monkeypatch.setattr(Lot.objects, "filter", lambda **_: Lot.objects.all())

    assert stranger.get(f"{LOTS}{lot}/").status_code == 404
    assert client.get(f"{LOTS}{lot}/").status_code == 200, "the control"


def test_inv13_a_file_that_names_another_fund_is_refused(client: Client):
    response = send(client, files.jsonl(files.person(), caisse="331"))

    assert response.status_code == 422
    with national_scope():
        assert not Creance.objects.exists()
