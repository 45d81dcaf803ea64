"""The relay of the outbox, with a real SMTP server and real commits."""

import contextlib
import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import override_settings

from caf_portal.database.scope import national_scope
from relation_usager.models import Message
from relation_usager.models.message import MessageKind
from relation_usager.services import relay
from relation_usager.services.relay import MailServerDown, delay_after, relay_messages
from relation_usager.tasks import relay_messages as relay_task
from tests.relation_usager.factories import NOW, MessageFactory
from tests.relation_usager.mail_server import Inbox, mail_server

pytestmark = pytest.mark.usefixtures("committed_db")
HOUR = timedelta(hours=1)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as received:
        yield received


def outbox(**changes: object) -> Message:
    with national_scope():
        return MessageFactory(**changes)


def read_back(message: Message) -> Message:
    with national_scope():
        return Message.objects.get(pk=message.pk)


def test_a_message_that_is_due_is_sent_once_and_marked(inbox):
    message = outbox(to_address="personne@example.org")

    first = relay_messages(now=NOW, limit=10)
    second = relay_messages(now=NOW + HOUR, limit=10)

    assert (first.sent, first.failed) == (1, 0)
    assert (second.sent, second.failed) == (0, 0)
    assert [sent["to"] for sent in inbox.messages] == ["personne@example.org"]
    assert read_back(message).sent_at == NOW


def test_a_message_that_is_not_due_yet_waits(inbox):
    outbox(next_attempt_at=NOW + HOUR)

    relayed = relay_messages(now=NOW, limit=10)

    assert relayed.sent == 0
    assert inbox.messages == []


def test_what_is_said_is_the_amount_the_reference_the_fund_and_no_name(inbox):
    message = outbox()
    with national_scope():
        person = message.allocataire

    relay_messages(now=NOW, limit=10)

    (sent,) = inbox.messages
    text = sent.get_body(("plain",)).get_content()
    assert sent["subject"] == "Paiement de 45,50\xa0€ enregistré"
    assert "45,50\xa0€" in text
    assert "20 novembre 2026 à 10:30 (heure de Paris)" in text
    assert "CAF de l'Ain" in text
    assert f"http://testserver/paiement/{message.source_id}/" in text
    assert person.nom not in text
    assert person.prenom not in text
    assert person.numero not in text


def test_the_html_says_the_same_with_links_and_nothing_of_it_is_markup(inbox):
    said = {"amount_cents": 100, "paid_at": NOW.isoformat(), "payment_id": "abc"}
    outbox(context={**said, "reference": "<script>alert(1)</script>"})

    relay_messages(now=NOW, limit=10)

    html = inbox.messages[0].get_body(("html",)).get_content()
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert '<a href="http://testserver/paiement/abc/"' in html


@pytest.mark.parametrize("kind", MessageKind.values)
def test_each_kind_is_written_in_french_and_in_english(inbox, kind):
    outbox(kind=kind, langue="fr")
    outbox(kind=kind, langue="en")

    relay_messages(now=NOW, limit=10)

    french, english = (sent.get_body(("plain",)).get_content() for sent in inbox.messages)
    assert french.startswith("Bonjour,")
    assert english.startswith("Hello,")
    assert "20 November 2026" in english or kind != MessageKind.PAYMENT_BOOKED


def test_one_bad_address_does_not_stop_the_others(inbox):
    bad = outbox(to_address="mauvaise@example.org")
    good = outbox(to_address="bonne@example.org", next_attempt_at=NOW)

    relayed = relay_messages(now=NOW, limit=10)

    assert (relayed.sent, relayed.failed) == (1, 1)
    assert read_back(good).sent_at == NOW
    failed = read_back(bad)
    assert failed.sent_at is None
    assert failed.attempts == 1
    assert failed.next_attempt_at == NOW + delay_after(1)
    assert failed.last_error == "SMTPRecipientsRefused 550"


def test_an_error_never_keeps_the_address(inbox):
    bad = outbox(to_address="mauvaise@example.org")

    relay_messages(now=NOW, limit=10)

    assert "mauvaise" not in read_back(bad).last_error


def test_attempts_are_spaced_further_and_further_then_stop(inbox):
    bad = outbox(to_address="mauvaise@example.org")
    now, waits = NOW, []

    while relay_messages(now=now, limit=1).failed:
        due = read_back(bad).next_attempt_at
        waits.append(due - now)
        now = due

    assert len(waits) == relay.MAX_ATTEMPTS
    assert waits == sorted(waits)
    assert waits[0] == relay.FIRST_DELAY
    assert waits[-1] == relay.LONGEST_DELAY


def test_giving_up_is_an_error_in_the_log_without_the_address(inbox, caplog):
    outbox(to_address="mauvaise@example.org", attempts=relay.MAX_ATTEMPTS - 1)

    relay_messages(now=NOW, limit=1)

    (record,) = [said for said in caplog.records if said.name == relay.logger.name]
    assert (record.levelname, record.message) == ("ERROR", "relation_usager.relay.gave_up")
    assert "mauvaise" not in str(vars(record))


def test_nothing_is_sent_inside_a_transaction(inbox, monkeypatch):
    outbox()
    sendmail, inside = smtplib.SMTP.sendmail, []

    def watched(*args: object, **kwargs: object) -> object:
        inside.append(connection.in_atomic_block)
        return sendmail(*args, **kwargs)

    monkeypatch.setattr(smtplib.SMTP, "sendmail", watched)
    relay_messages(now=NOW, limit=1)

    assert inside == [False]


def test_a_message_that_cannot_be_written_does_not_stop_the_others(inbox):
    broken = outbox(context={})
    good = outbox()

    relayed = relay_messages(now=NOW, limit=10)

    assert (relayed.sent, relayed.failed) == (1, 1)
    assert read_back(good).sent_at == NOW
    assert read_back(broken).last_error == "KeyError"


def test_without_a_server_nothing_is_claimed_and_the_task_does_not_fail():
    message = outbox()
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    smtp = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_PORT": port}

    with override_settings(**smtp):
        with pytest.raises(MailServerDown):
            relay_messages(now=NOW, limit=10)
        relay_task()

    waiting = read_back(message)
    assert (waiting.attempts, waiting.next_attempt_at) == (0, NOW)


def test_a_server_that_goes_away_ends_the_run_and_spares_the_others(inbox, monkeypatch):
    first, second = outbox(), outbox()

    def vanish(*args: object, **kwargs: object) -> None:
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr(smtplib.SMTP, "sendmail", vanish)
    relayed = relay_messages(now=NOW, limit=10)

    assert (relayed.sent, relayed.failed) == (0, 1)
    assert read_back(first).attempts == 1
    assert read_back(second).attempts == 0


class Killed(BaseException):
    """What no ``except Exception`` catches, like the end of the process."""


def test_a_worker_killed_after_its_claim_leaves_the_message_due_again(inbox, monkeypatch):
    message = outbox()

    def die(*args: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(relay, "render_message", die)
        with pytest.raises(Killed):
            relay_messages(now=NOW, limit=10)
    at_once = relay_messages(now=NOW, limit=10)
    later = relay_messages(now=NOW + delay_after(1), limit=10)

    assert (at_once.sent, later.sent) == (0, 1)
    assert len(inbox.messages) == 1
    assert read_back(message).sent_at == NOW + delay_after(1)


def test_a_copy_sent_again_bears_the_same_identifier(inbox):
    message = outbox()
    relay_messages(now=NOW, limit=10)
    with national_scope():
        Message.objects.update(sent_at=None)

    relay_messages(now=NOW + HOUR, limit=10)

    first, again = inbox.messages
    assert first["message-id"] == again["message-id"]
    assert str(message.source_id) in first["message-id"]
    assert first["auto-submitted"] == "auto-generated"


def relay_twice_at_once() -> None:
    """Two relays that both look for a message before either has claimed it, if they can."""
    meeting = threading.Barrier(2)
    look = relay.next_due

    def look_together(now: datetime) -> Message | None:
        found = look(now)
        if found is not None:
            # With the lock the other one finds nothing and never comes: do not wait for ever.
            with contextlib.suppress(threading.BrokenBarrierError):
                meeting.wait(timeout=1)
        return found

    def run() -> None:
        try:
            relay_messages(now=NOW, limit=1)
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(relay, "next_due", look_together)
        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_without_the_lock_two_relays_at_once_send_twice(inbox, monkeypatch):
    outbox()
    monkeypatch.setattr(relay, "next_due", lambda now: Message.objects.due(now).first())

    relay_twice_at_once()

    assert len(inbox.messages) == 2


def test_two_relays_at_once_send_once(inbox):
    outbox()

    relay_twice_at_once()

    assert len(inbox.messages) == 1
