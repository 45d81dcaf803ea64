"""Events are posted in order, signed, tried again, and never stop anything of ours."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection

from allocataires.services.etapes import Why, move_creance
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from caf_portal.database.advisory import held
from caf_portal.database.scope import ScopeOpen, caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models import Anomalie
from echanges import tasks
from echanges.gateways import webhook
from echanges.models import Abonnement, EvenementSortant, Livraison
from echanges.services import subscriptions
from echanges.services.delivering import DELAYS, serve, subscribers_to_serve
from echanges.services.publishing import publish_all
from tests.allocataires.factories import CreanceFactory
from tests.echanges.receiver import Receiver, listening
from tests.payments import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as each:
        yield each


@pytest.fixture
def abonnement(receiver: Receiver) -> Abonnement:
    with national_scope():
        caisse = Caisse.objects.get(code="011")
        made, receiver.secret = subscriptions.subscribe(caisse=caisse, url=receiver.url, now=NOW)
    return made


def happen(times: int = 1) -> None:
    """So many facts in the fund, published."""
    with national_scope():
        for creance in CreanceFactory.create_batch(times):
            move_creance(creance, CreanceState.SUSPENDUE, why=Why(EtapeCause.AGENT), now=NOW)
    publish_all(now=NOW)


def run(now: datetime = NOW) -> int:
    """What a worker does, at one instant."""
    return sum(serve(each, clock=clock_at(now)) for each in subscribers_to_serve(now=now))


def clock_at(now: datetime) -> Callable[[], datetime]:
    return lambda: now


def tries(abonnement: Abonnement) -> list[tuple[int, int, int | None, str]]:
    with national_scope():
        rows = Livraison.objects.filter(abonnement=abonnement).order_by("pk")
        return list(rows.values_list("number", "attempt", "status_code", "error"))


def test_events_come_in_order_each_once_and_signed(receiver, abonnement):
    happen(3)

    assert run() == 3
    assert run() == 0

    assert [event["number"] for event in receiver.events] == [1, 2, 3]
    assert all(receiver.believes(*each) for each in receiver.raw)
    assert tries(abonnement) == [(number, 1, 200, "") for number in (1, 2, 3)]


def test_what_comes_is_what_the_api_says(receiver, abonnement):
    happen()

    run()

    with national_scope():
        event = EvenementSortant.objects.get()
    headers, _content = receiver.raw[0]
    assert receiver.events[0] == {
        "id": "011-1",
        "caisse": "011",
        "number": 1,
        "kind": "STATE",
        "occurred_at": event.occurred_at.isoformat(),
        "published_at": event.published_at.isoformat(),
        "payload": event.payload,
    }
    assert headers["X-Caf-Event"] == "011-1"
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Caf-Signature"].startswith(f"t={int(NOW.timestamp())},v1=")


def test_a_signature_is_good_for_one_content_and_one_instant(receiver, abonnement):
    happen()
    run()
    headers, content = receiver.raw[0]
    later = headers["X-Caf-Signature"].replace(f"t={int(NOW.timestamp())}", "t=1")

    assert receiver.believes(headers, content), "the control"
    assert not receiver.believes(headers, content + b" ")
    assert not receiver.believes({"X-Caf-Signature": later}, content)
    receiver.secret += "x"
    assert not receiver.believes(headers, content)


def test_a_refused_event_is_tried_again_and_the_others_wait_behind_it(receiver, abonnement):
    receiver.answers = [500, 503, 200]
    happen(2)

    first = run()
    too_soon = run(NOW + DELAYS[0] - timedelta(seconds=1))
    second = run(NOW + DELAYS[0])
    third = run(NOW + DELAYS[0] + DELAYS[1])

    assert (first, too_soon, second, third) == (0, 0, 0, 2)
    assert [event["number"] for event in receiver.events] == [1, 1, 1, 2]
    assert tries(abonnement) == [(1, 1, 500, ""), (1, 2, 503, ""), (1, 3, 200, ""), (2, 1, 200, "")]


def test_the_waits_are_bounded(receiver, abonnement):
    receiver.answers = [500]
    happen()
    now = NOW
    for wait in [*DELAYS, DELAYS[-1], DELAYS[-1]]:
        run(now)
        assert subscribers_to_serve(now=now + wait - timedelta(seconds=1)) == []
        now += wait
        assert len(subscribers_to_serve(now=now)) == 1

    assert max(DELAYS) == timedelta(hours=1)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 401, 404, 410, 500])
def test_only_a_success_is_one_and_no_redirect_is_followed(receiver, abonnement, status):
    receiver.answers = [status]
    receiver.headers = {"Location": receiver.url}
    happen()

    assert run() == 0

    assert len(receiver.raw) == 1
    assert tries(abonnement) == [(1, 1, status, "")]


def test_an_agent_is_told_once_after_a_day(receiver, abonnement):
    receiver.answers = [500]
    happen()
    now = NOW
    while now < NOW + timedelta(hours=30):
        run(now)
        with national_scope():
            told = Anomalie.objects.filter(kind="EXCHANGE_FAILED").count()
        assert told == (1 if now >= NOW + timedelta(days=1, hours=1) else told)
        assert now >= NOW + timedelta(days=1) or told == 0
        now += timedelta(hours=1)

    with national_scope():
        (anomalie,) = Anomalie.objects.filter(kind="EXCHANGE_FAILED")
    assert "Rien n’est perdu" in anomalie.detail


def test_nothing_of_ours_stops_when_nobody_listens(receiver, abonnement, client):
    with national_scope():
        abonnement.url = "http://127.0.0.1:9/"
        abonnement.save(update_fields=["url"])
    happen(2)

    assert run() == 0

    ((number, attempt, status, error),) = tries(abonnement)
    assert (number, attempt, status) == (1, 1, None)
    assert error
    happen()
    assert client.get("/healthz").status_code == 200


def test_another_subscription_does_not_wait_for_one_that_is_down(receiver, abonnement):
    with national_scope():
        down, _secret = subscriptions.subscribe(
            caisse=Caisse.objects.get(code="011"), url="http://127.0.0.1:9/", now=NOW
        )
    happen(2)

    assert run() == 2
    assert len(tries(down)) == 1


def test_a_machine_that_says_one_word_now_and_then_is_left(receiver, monkeypatch):
    monkeypatch.setattr(webhook, "LONGEST", 0.3)
    receiver.slow = 0.05

    outcome = webhook.post(receiver.url, body=b"{}", headers={})

    assert (outcome.status_code, outcome.error) == (None, "Pas de réponse à temps.")
    assert outcome.took_ms < 3_000


def test_a_machine_that_draws_out_the_beginning_of_tls_is_left(monkeypatch):
    monkeypatch.setattr(webhook, "LONGEST", 0.3)
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        dripping = Thread(target=_begin_tls_slowly, args=(server,))
        dripping.start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}/"

        outcome = webhook.post(url, body=b"secret", headers={})

        dripping.join(timeout=10)
    assert (outcome.status_code, outcome.error) == (None, "Pas de réponse à temps.")
    assert outcome.took_ms < 2_000


def _begin_tls_slowly(server: socket.socket) -> None:
    """A record of the handshake that never ends, a byte at a time."""
    with suppress(OSError), server.accept()[0] as line:
        line.sendall(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc")
        for _ in range(60):
            line.sendall(b"\x00")
            time.sleep(0.05)


def test_a_machine_that_says_nothing_is_left(receiver, monkeypatch):
    monkeypatch.setattr(webhook, "SILENCE", 0.2)
    receiver.slow = 2.0

    outcome = webhook.post(receiver.url, body=b"{}", headers={})

    assert (outcome.status_code, outcome.error) == (None, "Pas de réponse à temps.")


def test_a_machine_that_does_not_speak_tls_is_not_spoken_to(receiver):
    outcome = webhook.post(receiver.url.replace("http:", "https:"), body=b"secret", headers={})

    assert outcome.status_code is None
    assert "sécurisée" in outcome.error
    assert receiver.raw == []


def test_a_name_that_changes_to_an_inside_address_is_not_followed(receiver, abonnement, settings):
    settings.WEBHOOK_NETWORKS = []
    happen()

    assert run() == 0

    assert receiver.raw == []
    assert tries(abonnement)[0][3] == "Cette adresse mène dans un réseau privé ou réservé."


def test_nothing_is_posted_inside_a_scope(receiver):
    with national_scope(), pytest.raises(ScopeOpen):
        webhook.post(receiver.url, body=b"{}", headers={})


def test_a_subscription_begins_with_what_happens_after_it(receiver):
    happen(2)
    with national_scope():
        caisse = Caisse.objects.get(code="011")
        subscriptions.subscribe(caisse=caisse, url=receiver.url, now=NOW)

    assert run() == 0
    happen()
    assert run() == 1
    assert receiver.events[0]["number"] == 3


def test_stopped_it_receives_nothing_and_goes_on_from_there(receiver, abonnement):
    with caisse_scope(abonnement.caisse_id):
        subscriptions.switch(abonnement=abonnement, active=False)
    happen(2)
    stopped = run()
    with caisse_scope(abonnement.caisse_id):
        subscriptions.switch(abonnement=abonnement, active=True)

    assert (stopped, run()) == (0, 2)


def test_a_new_secret_signs_from_the_next_event_on(receiver, abonnement):
    with caisse_scope(abonnement.caisse_id):
        former, receiver.secret = receiver.secret, subscriptions.renew_secret(abonnement=abonnement)
    happen()

    run()

    assert receiver.believes(*receiver.raw[0])
    receiver.secret = former
    assert not receiver.believes(*receiver.raw[0])


def test_an_address_is_subscribed_once_and_a_wrong_one_never(abonnement, receiver):
    with national_scope():
        caisse = Caisse.objects.get(code="011")
        with pytest.raises(subscriptions.SubscriptionRefused, match="déjà"):
            subscriptions.subscribe(caisse=caisse, url=receiver.url, now=NOW)
        with pytest.raises(subscriptions.SubscriptionRefused, match="privé"):
            subscriptions.subscribe(caisse=caisse, url="https://10.0.0.1/", now=NOW)
        assert Abonnement.objects.count() == 1


def test_inv13_a_fund_receives_its_own_events_only(receiver, abonnement):
    with national_scope():
        creance = CreanceFactory(allocataire__caisse=Caisse.objects.get(code="331"))
        move_creance(creance, CreanceState.SUSPENDUE, why=Why(EtapeCause.AGENT), now=NOW)
    publish_all(now=NOW)

    assert run() == 0
    assert receiver.raw == []


def test_two_workers_do_not_post_the_same_event_together(receiver, abonnement):
    happen()
    begun, over = Event(), Event()

    def another_worker() -> None:
        with closing(connection), held("echanges.deliver", abonnement.pk):
            begun.set()
            over.wait(10)

    thread = Thread(target=another_worker)
    thread.start()
    begun.wait(10)

    while_it_works = run()
    over.set()
    thread.join(timeout=10)

    assert (while_it_works, receiver.raw) == (0, [])
    assert run() == 1


def test_the_sweep_gives_each_subscription_a_task_of_its_own(receiver, abonnement, monkeypatch):
    happen(2)
    given: list[dict[str, int]] = []
    monkeypatch.setattr(
        tasks.serve_subscriber, "apply_async", lambda kwargs, expires: given.append(kwargs)
    )

    tasks.serve_subscribers()
    for kwargs in given:
        tasks.serve_subscriber(**kwargs)

    assert given == [{"abonnement_id": abonnement.pk, "caisse_id": abonnement.caisse_id}]
    assert [event["number"] for event in receiver.events] == [1, 2]


def test_a_fact_travels_from_its_transaction_to_the_receiver_by_the_two_sweeps(
    receiver, abonnement, monkeypatch
):
    with national_scope():
        move_creance(CreanceFactory(), CreanceState.SUSPENDUE, why=Why(EtapeCause.AGENT), now=NOW)
    monkeypatch.setattr(
        tasks.serve_subscriber,
        "apply_async",
        lambda kwargs, expires: tasks.serve_subscriber(**kwargs),
    )

    tasks.publish_events()
    tasks.serve_subscribers()

    assert [event["kind"] for event in receiver.events] == ["STATE"]
