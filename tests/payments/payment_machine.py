"""Throws everything that can happen to payments at the portal, in any order, and looks at once.

One person with two debts, a platform that remembers the truth, a clock that only goes forward.
Each rule is one thing that somebody or something does; deaths of our processes and works that
overlap are arguments of rules, so that a failure shrinks to the few steps that matter.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from allocataires.models import Creance, Mouvement
from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.payzen.notification import SignatureWrong
from payments.models import Payment, Transaction
from payments.services import (
    departing,
    notifications,
    polling,
    refund_sending,
    refunding,
    settled_checks,
    starting,
    waiting,
)
from payments.services.remains import refundable_cents
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of
from tests.conftest import empty_tables
from tests.payments.factories import debtor_of
from tests.payments.machine_ledger import agree, nothing_lost
from tests.payments.mishaps import Killed, Meanwhile, before_statement, die, lose_the_database
from tests.payments.platform_double import NEXT, Operation, Page, Platform

FORM = "application/x-www-form-urlencoded"
#: More statements than any of the works has: past the last one, nothing strikes.
LAST_STATEMENT = 45

picks = st.integers(min_value=0, max_value=9)
statements = st.integers(min_value=1, max_value=LAST_STATEMENT)
#: Half of the works end well.
mishaps = st.one_of(st.none(), st.tuples(st.sampled_from([die, lose_the_database]), statements))
works = st.tuples(
    st.sampled_from(
        ["deliver", "poll", "sweep", "start", "resume", "withhold", "comeback", "refund", "send"]
    ),
    picks,
)
troubles = st.sampled_from(["", "", "", "down", "nonsense"])
#: What may befall a request that moves money: done and the answer lost, or never done.
refund_troubles = st.sampled_from(["", "", "lost", "never", "down"])


@dataclass(frozen=True)
class Work:
    """Something that runs on its own, and what the model learns when it has ended well."""

    run: Callable[[], Any]
    learn: Callable[[Any], None] = lambda _result: None


def do_nothing() -> None:
    """The work of somebody who finds nothing to do."""


class PaymentMachine(RuleBasedStateMachine):
    """The rules; ``agree`` is asked after each of them."""

    @initialize()
    def begin(self) -> None:
        """One person of the Ain who owes 240 € and 75,50 €."""
        self.stack = ExitStack()
        self.platform = Platform()
        self.stack.enter_context(self.platform.listening())
        self.now: datetime = timezone.now()
        self.payments: dict[int, Payment] = {}
        self.known: set[str] = set()
        self.approved: Counter[str] = Counter()
        self.sound = self.touched = True
        with national_scope():
            self.agents = agent_of("011", login="demande"), agent_of("011", login="decide")
            person = AllocataireFactory()
            self.creances: list[Creance] = [
                CreanceFactory(allocataire=person, initial_cents=cents) for cents in (240_00, 75_50)
            ]
        self.expected = {creance.pk: creance.initial_cents for creance in self.creances}
        self._do(self._starting(2, part=False), None)

    # -- what people do -----------------------------------------------------------------------

    @rule(what=st.sampled_from(["start", "resume", "comeback"]), which=picks, mishap=mishaps)
    def person(self, what: str, which: int, mishap: Any) -> None:
        """The person leaves for the bank, leaves again in another tab, or comes back."""
        self._do(self._named(what, which), mishap)

    @rule(which=picks, status=st.sampled_from(["AUTHORISED", "CAPTURED"]), keep=st.booleans())
    def pay(self, which: int, status: str, keep: bool) -> None:
        """What happens nearly always: the person leaves, the card is accepted, we are told."""
        for leave in ("start", "resume"):
            if not self._pages():
                self._do(self._named(leave, which), None)
        if self._pages():
            self.platform.attempt(self._among(self._pages(), which), status)
            self._do(self._delivering(-1, keep=keep), None)

    @precondition(lambda self: self._pages())
    @rule(which=picks, status=st.sampled_from(["AUTHORISED", "CAPTURED", "REFUSED", *sorted(NEXT)]))
    def try_a_card(self, which: int, status: str) -> None:
        """The person types a card's number; whether we are told is another matter."""
        self.platform.attempt(self._among(self._pages(), which), status)

    @precondition(lambda self: self._pages())
    @rule(which=picks, odd=st.sampled_from([(1_00, "978"), (999_99, "978"), (240_00, "840"), None]))
    def do_something_else(self, which: int, odd: tuple[int, str] | None) -> None:
        """Another amount or currency is taken than the one asked, or the person gives up."""
        page = self._among(self._pages(), which)
        if odd is None:
            self.platform.abandon(page)
        else:
            self.platform.attempt(page, "AUTHORISED", cents=odd[0], currency=odd[1])

    # -- what the platform does ---------------------------------------------------------------

    @precondition(lambda self: self._moving())
    @rule(which=picks, to=picks)
    def time_passes_there(self, which: int, to: int) -> None:
        """The bank answers, the remittance leaves, an authorisation lapses."""
        operation = self._among(self._moving(), which)
        self.platform.become(operation, self._among(NEXT[operation.status], to))

    @precondition(lambda self: self.platform.money())
    @rule(which=picks, part=st.booleans(), again=st.booleans())
    def somebody_acts_there(self, which: int, part: bool, again: bool) -> None:
        """In the platform's own back office: a notification sent again, or money given back."""
        operation = self._among(self.platform.money(), which)
        left = self.platform.kept_cents(operation.uuid)
        if again or left < 2:
            self.platform.tell(operation)
        else:
            self.platform.give_back(operation, left // 2 if part else left)

    @precondition(lambda self: self.platform.on_their_way)
    @rule(which=picks, keep=st.booleans(), mishap=mishaps)
    def deliver(self, which: int, keep: bool, mishap: Any) -> None:
        """A notification arrives, any of those on their way; ``keep`` lets it come again."""
        self._do(self._delivering(which, keep=keep), mishap)

    @precondition(lambda self: self.platform.on_their_way)
    @rule(which=picks, old=st.sampled_from([b"", b"vads_trans_status=", b"vads_amount="]))
    def lose_or_forge(self, which: int, old: bytes) -> None:
        """A notification never arrives, or somebody sends one that they changed."""
        told = self._among(self.platform.on_their_way, which)
        if not old:
            self.platform.on_their_way.remove(told)
            return
        self.touched = True
        with suppress(SignatureWrong):
            self._receive(told.body.replace(old, old + b"9"))
            raise AssertionError("a forged notification was believed")

    # -- what agents and our machines do --------------------------------------------------------

    @precondition(lambda self: self.known)
    @rule(which=picks, part=st.booleans(), mishap=mishaps)
    def ask_and_approve(self, which: int, part: bool, mishap: Any) -> None:
        """One agent asks for a refund, another one approves it."""
        self._do(self._refunding(which, part=part), mishap)

    @precondition(lambda self: self.approved)
    @rule(trouble=refund_troubles, mishap=mishaps)
    def send_refunds(self, trouble: str, mishap: Any) -> None:
        """The worker sends what was approved; the platform may do it and not say so."""
        self.platform.trouble = trouble
        self._do(self._sending(), mishap)
        self.platform.trouble = ""

    @rule(which=picks, sweep=st.booleans(), trouble=troubles, mishap=mishaps)
    def work(self, which: int, sweep: bool, trouble: str, mishap: Any) -> None:
        """The worker asks about one attempt, or takes up what was kept and never judged."""
        self.platform.trouble = trouble
        self._do(self._sweeping() if sweep else self._named("poll", which), mishap)
        self.platform.trouble = ""

    @rule(minutes=st.sampled_from([1, 3, 5, 16, 21]))
    def wait(self, minutes: int) -> None:
        """Time passes."""
        self.now += timedelta(minutes=minutes)

    @rule(which=picks, what=st.sampled_from([1, 40_00, 300_00, "SUSPENDUE", "EN_RECOUVREMENT"]))
    def touch_a_debt(self, which: int, what: int | str) -> None:
        """The fund's own software takes something off a debt, suspends it or takes it up again."""
        creance = self._among(self.creances, which)
        if isinstance(what, int):
            self._do(self._withholding(which, what), None)
            return
        with caisse_scope(creance.caisse_id):
            Creance.objects.filter(pk=creance.pk).update(state=what)

    @rule(first=works, second=works, statement=statements)
    def at_once(self, first: tuple[str, int], second: tuple[str, int], statement: int) -> None:
        """One work comes in the middle of another, and each waits where a lock stops it."""
        self.touched = True
        slow, quick = self._named(*first), self._named(*second)
        meanwhile = Meanwhile(quick.run)
        with before_statement(statement, meanwhile.start):
            result = slow.run()
        meanwhile.finish()
        slow.learn(result)
        quick.learn(meanwhile.result)

    # -- what must be true --------------------------------------------------------------------

    @invariant()
    def books_agree(self) -> None:
        """Every rule holds and the books say what the platform knows."""
        if not self.touched:
            return
        self.sound = False
        agree(
            self.platform,
            known=self.known,
            payments=list(self.payments.values()),
            expected=self.expected,
        )
        for uuid, cents in self.platform.given_back_for_us.items():
            assert cents <= self.approved[uuid], "given back more than two agents agreed to"
        self.sound, self.touched = True, False

    def teardown(self) -> None:
        """In the end no notification arrives any more, and still nothing may be lost."""
        try:
            if self.sound:
                self._settle()
        finally:
            self.stack.close()
            connection.close()
            empty_tables()

    def _settle(self) -> None:
        """Half an hour of quiet, twice: what the workers find by themselves must be everything.

        What the platform's people did afterwards is asked for by an agent: no rule of ours makes
        the platform tell it.
        """
        for _ in range(2):
            self.now += timedelta(minutes=31)
            notifications.finish_notifications(now=self.now)
            for target in polling.open_payments(now=self.now):
                polling.check_payment(target, now=self.now)
            self._sending().run()
        self.known |= {operation.uuid for operation in self.platform.money()}
        self._look_again()
        self.now += timedelta(minutes=31)
        for payment in self.payments.values():
            with caisse_scope(payment.caisse_id):
                fresh = Payment.objects.get(pk=payment.pk)
                settled_checks.request_settled_check(payment=fresh, now=self.now)
            target = polling.Target(payment.pk, payment.caisse_id)
            settled_checks.ask_about_settled(target, now=self.now)
        self._look_again()
        nothing_lost(self.platform)

    def _look_again(self) -> None:
        self.touched = True
        self.books_agree()

    # -- the works ----------------------------------------------------------------------------

    def _named(self, name: str, which: int) -> Work:
        match name:
            case "deliver" if self.platform.on_their_way:
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
        uuid, now = self._among(sorted(self.known), which), self.now
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
                        value_on=now.date(),
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
