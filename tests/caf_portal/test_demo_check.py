"""The check of the demo can fail: its browser, its journey and its look at the journal."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
import responses

from caf_portal.demo.browser import Browser, PageRefused
from caf_portal.demo.journal import JournalWrong, check_journal
from caf_portal.embedded.places import Place
from caf_portal.embedded.postgres import database_url, running_postgres
from tests.caf_portal.embedded_places import connect, throwaway

URL = "http://127.0.0.1:8000/payer/"
FORM = """
<a href="/aide/">Aide</a>
<form method="post" action="verifier/">
  <input type="hidden" name="csrf" value="abc">
  <input type="radio" name="x-how" value="tout">
  <input type="radio" name="x-how" value="rien" checked>
  <input type="checkbox" name="unticked" value="1">
  <input name="x-amount" value="">
  <button name="decline" value="1">Refuser</button>
</form>
"""
PAYMENT = UUID(int=7)
SCHEMA = """
CREATE TABLE payments_payment (public_id uuid, reference text, caisse_id int);
CREATE TABLE comptabilite_journal (id int, code text, caisse_id int);
CREATE TABLE comptabilite_ecriture (id int, piece text, caisse_id int, journal_id int);
CREATE TABLE comptabilite_ligne
    (ecriture_id int, debit_cents bigint, credit_cents bigint, caisse_id int);
INSERT INTO payments_payment VALUES ('00000000-0000-0000-0000-000000000007', 'ref', 11);
INSERT INTO comptabilite_journal VALUES (1, 'CBL', 11);
"""


@pytest.fixture
def answers() -> Iterator[responses.RequestsMock]:
    """Answers given to the browser instead of the network's."""
    with responses.RequestsMock() as mock:
        yield mock


def test_a_form_is_sent_as_the_page_wrote_it_with_what_was_typed(
    answers: responses.RequestsMock,
) -> None:
    answers.get(URL, FORM, content_type="text/html")
    answers.post(
        f"{URL}verifier/",
        "ok",
        match=[
            responses.matchers.urlencoded_params_matcher(
                {"csrf": "abc", "x-how": "rien", "x-amount": "12,34"}
            )
        ],
    )
    browser = Browser()

    page = browser.open(URL)
    form = page.form_with("decline")
    after = browser.submit(page, form, {form.name_ending("-amount"): "12,34"})

    assert page.link_to("aide") == "http://127.0.0.1:8000/aide/"
    assert after.text == "ok"


def test_an_error_of_the_server_is_no_page(answers: responses.RequestsMock) -> None:
    answers.get(URL, status=500)

    with pytest.raises(PageRefused, match="answered 500"):
        Browser().open(URL)


def test_a_page_without_the_form_or_the_link_is_refused(answers: responses.RequestsMock) -> None:
    answers.get(URL, FORM, content_type="text/html")
    page = Browser().open(URL)

    with pytest.raises(PageRefused, match="no form"):
        page.form_with("number")
    with pytest.raises(PageRefused, match="no link"):
        page.link_to("recu.pdf")
    with pytest.raises(PageRefused, match="no field"):
        page.forms[0].name_ending("-code")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The few columns that the check reads, and one payment of fund 11."""
    place = throwaway(tmp_path_factory.mktemp("journal") / "place")
    with running_postgres(place):
        with connect(place, role="caf_owner") as owner:
            owner.execute(SCHEMA)
        yield place


@pytest.fixture
def owner(cluster: Place) -> Iterator[psycopg.Connection]:
    """The owner's connection; what it writes is removed."""
    with connect(cluster, role="caf_owner") as connection:
        yield connection
        connection.execute("DELETE FROM comptabilite_ligne")
        connection.execute("DELETE FROM comptabilite_ecriture")


def write(owner: psycopg.Connection, *lines: tuple[int, int, int], number: int = 1) -> None:
    """An écriture of fund 11 with these lines (debit, credit, fund)."""
    owner.execute("INSERT INTO comptabilite_ecriture VALUES (%s, 'ref', 11, 1)", (number,))
    for debit, credit, fund in lines:
        row = (number, debit, credit, fund)
        owner.execute("INSERT INTO comptabilite_ligne VALUES (%s, %s, %s, %s)", row)


def journal_of(cluster: Place) -> str:
    """What the check finds for the payment, expected to be of 12,34 €."""
    url = database_url(cluster, role="caf_app")
    return check_journal(url, payment_id=str(PAYMENT), amount_cents=1234)


def test_the_journal_of_a_booked_payment_is_found(
    cluster: Place, owner: psycopg.Connection
) -> None:
    write(owner, (1234, 0, 11), (0, 1234, 11))

    assert journal_of(cluster) == "CBL"


def test_a_payment_without_ecriture_or_with_two_is_told(
    cluster: Place, owner: psycopg.Connection
) -> None:
    with pytest.raises(JournalWrong, match="0 écritures"):
        journal_of(cluster)

    write(owner, (1234, 0, 11), (0, 1234, 11))
    write(owner, (1234, 0, 11), (0, 1234, 11), number=2)

    with pytest.raises(JournalWrong, match="2 écritures"):
        journal_of(cluster)


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([(1234, 0, 11), (0, 1233, 11)], id="unbalanced"),
        pytest.param([(1000, 0, 11), (0, 1000, 11)], id="another amount"),
        pytest.param([(1234, 0, 11), (0, 1234, 22)], id="a line of another fund"),
    ],
)
def test_a_wrong_ecriture_is_told(
    cluster: Place, owner: psycopg.Connection, lines: list[tuple[int, int, int]]
) -> None:
    write(owner, *lines)

    with pytest.raises(JournalWrong, match="expected 1234"):
        journal_of(cluster)
