"""The works of the payment machine: each is something that runs on its own, from start to end."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection

from allocataires.models import Creance, Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caisses.models import Agent
from payments.models import Payment, Transaction
from payments.services import (
    departing,
    notifications,
    polling,
    refund_sending,
    refunding,
    starting,
    waiting,
)
from payments.services.remains import refundable_cents
from tests.payments.factories import debtor_of
from tests.payments.mishaps import Killed, before_statement
from tests.payments.platform_double import NEXT, Operation, Page, Platform, Told

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Work:
    """Something that runs on its own, and what the model learns when it has ended well."""

    run: Callable[[], Any]
    learn: Callable[[Any], None] = lambda _result: None


def do_nothing() -> None:
    """The work of somebody who finds nothing to do."""


class Works:
    """What may be done in the state that the machine is in; ``named`` makes one of them."""

    platform: Platform
    now: datetime
    creances: list[Creance]
    agents: tuple[Agent, Agent]
    #: Payments that left for the bank, by key.
    payments: dict[int, Payment]
    #: Transactions whose money we have certainly been told of.
    known: set[str]
    #: Cents that two agents agreed to give back, by transaction.
    approved: Counter[str]
    #: What each debt would be without any card.
    expected: dict[int, int]
    #: Whether anything was done since the books were last looked at.
    touched: bool

    # -- the works ----------------------------------------------------------------------------

    def _named(self, name: str, which: int) -> Work:
        """One of the works, by its name; nothing when there is nothing to do it on."""
        match name:
            case "deliver" if self._on_their_way():
                return self._delivering(which, keep=which % 2 == 0)
            case "poll":
                return self._polling(which)
            case "sweep":
                return self._sweeping()
            case "start":
                return self._starting(which, part=True)
            case "resume":
                return self._resuming(which)
            case "withhold":
                return self._withholding(which, 40_00)
            case "refund" if self.known:
                return self._refunding(which, part=True)
            case "send":
                return self._sending()
            case "comeback":
                return self._coming_back(which, cancelled=True)
            case _:
                return Work(do_nothing)

    def _first_departure(self) -> Work:
        return self._starting(2, part=False)

    def _starting(self, which: int, *, part: bool) -> Work:
        chosen = [self.creances[:1], self.creances[1:], self.creances][which % 3]
        now = self.now

        def run() -> Payment | None:
            with suppress(starting.PaymentRefused):
                with caisse_scope(chosen[0].caisse_id):
                    fresh = Creance.objects.in_bulk([creance.pk for creance in chosen])
                    payment = starting.start_payment(
                        debtor=debtor_of(chosen[0]),
                        shares={
                            creance.public_id: creance.balance_cents // (2 if part else 1)
                            for creance in fresh.values()
                        },
                        email="personne@example.org",
                        langue="fr",
                        now=now,
                    )
                departing.hand_over(payment=payment, now=now)
                return payment
            return None

        return Work(run, self._left)

    def _resuming(self, which: int) -> Work:
        payment, now = self._among(list(self.payments.values()), which), self.now

        def run() -> Payment | None:
            with suppress(starting.PaymentRefused):
                departing.hand_over(payment=payment, now=now)
                return payment
            return None

        return Work(run, self._left)

    def _left(self, payment: Payment | None) -> None:
        if payment is not None:
            self.payments[payment.pk] = payment
            self.platform.open_page(payment, now=self.now)

    def _coming_back(self, which: int, *, cancelled: bool) -> Work:
        payment, now = self._among(list(self.payments.values()), which), self.now

        def run() -> None:
            with caisse_scope(payment.caisse_id):
                fresh = Payment.objects.get(pk=payment.pk)
                waiting.request_check(payment=fresh, cancelled=cancelled, now=now)

        return Work(run)

    def _delivering(self, which: int, *, keep: bool) -> Work:
        told = self._among(self.platform.on_their_way, which)
        if not keep:
            self.platform.on_their_way.remove(told)

        def learn(_outcome: Any) -> None:
            if told.says_paid and self.platform.find(told.uuid).is_money:
                self.known.add(told.uuid)

        now = self.now
        return Work(lambda: self._receive(told.body, now=now), learn)

    def _receive(self, body: bytes, *, now: datetime | None = None) -> str:
        return notifications.receive_notification(body=body, content_type=FORM, now=now or self.now)

    def _polling(self, which: int) -> Work:
        payment, now = self._among(list(self.payments.values()), which), self.now
        target = polling.Target(payment.pk, payment.caisse_id)
        money = {op.uuid for op in self.platform.money() if op.order == payment.reference}

        def learn(status: Any) -> None:
            if status is not None:
                self.known |= money

        return Work(lambda: polling.check_payment(target, now=now), learn)

    def _sweeping(self) -> Work:
        now = self.now + timedelta(seconds=16)
        return Work(lambda: notifications.finish_notifications(now=now))

    def _refunding(self, which: int, *, part: bool) -> Work:
        told = [each.uuid for each in self.platform.operations if each.uuid in self.known]
        uuid, now = self._among(told, which), self.now
        asker, decider = self.agents

        def run() -> None:
            with national_scope():
                debit = Transaction.objects.get(uuid=uuid)
            with suppress(refunding.RefundRefused):
                with caisse_scope(debit.caisse_id):
                    left = refundable_cents(debit)
                    refund = refunding.ask_refund(
                        agent=asker,
                        transaction_id=debit.pk,
                        amount_cents=left // 3 if part else left,
                        stated_cents=left,
                        reason="payé deux fois",
                        now=now,
                    )
                with caisse_scope(debit.caisse_id):
                    self.approved[uuid] += refund.amount_cents
                    refunding.approve_refund(agent=decider, refund_id=refund.pk, now=now)

        return Work(run)

    def _sending(self) -> Work:
        now = self.now

        def run() -> None:
            for target in refund_sending.refunds_on_their_way(now=now):
                refund_sending.send_refund(target, now=now)

        return Work(run)

    def _withholding(self, which: int, cents: int) -> Work:
        creance, now = self._among(self.creances, which), self.now

        def run() -> int:
            with caisse_scope(creance.caisse_id):
                fresh = Creance.objects.filter(pk=creance.pk).locked().get()
                taken = min(cents, fresh.balance_cents)
                if taken:
                    Mouvement.objects.create(
                        caisse_id=creance.caisse_id,
                        creance=fresh,
                        kind="RETENUE",
                        sens="BAISSE",
                        amount_cents=taken,
                        value_on=paris_date(now),
                        recorded_at=now,
                    )
                return taken

        def learn(taken: int) -> None:
            self.expected[creance.pk] -= taken

        return Work(run, learn)

    def _do(self, work: Work, mishap: Any) -> None:
        """Run a work to its end, or to the statement where something strikes."""
        self.touched = True
        with _struck(mishap), ExitStack() as around:
            if mishap is not None:
                strike, number = mishap
                around.enter_context(before_statement(number, strike))
            work.learn(work.run())
        assert not connection.in_atomic_block

    # -- what there is to choose from ---------------------------------------------------------

    def _on_their_way(self) -> list[Told]:
        """Notifications that may arrive; when there are none, the platform repeats its last."""
        if not self.platform.on_their_way and self.platform.operations:
            self.platform.tell(self.platform.operations[-1])
        return self.platform.on_their_way

    def _pages(self) -> list[Page]:
        return [page for page in self.platform.pages if page.is_alive(now=self.now)]

    def _moving(self) -> list[Operation]:
        return [op for op in self.platform.operations if op.status in NEXT]

    @staticmethod
    def _among(things: Any, which: int) -> Any:
        return things[which % len(things)]


@contextmanager
def _struck(mishap: Any) -> Iterator[None]:
    """Only the mishap that was asked for may end a work early."""
    try:
        yield
    except Killed:
        assert mishap is not None
    except OperationalError:
        if mishap is None:
            raise
