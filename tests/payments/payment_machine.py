"""Throws everything that can happen to payments at the portal, in any order, and looks at once.

One person with two debts, a platform that remembers the truth, a clock that only goes forward.
Each rule is one thing that somebody or something does; deaths of our processes and works that
overlap are arguments of rules, so that a failure shrinks to the few steps that matter. A rule that
finds nothing to do does nothing: what may be drawn never depends on what the database answered.
"""

from collections import Counter
from contextlib import ExitStack, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, national_scope
from payments.gateways.payzen.notification import SignatureWrong
from payments.models import Payment
from payments.services import notifications, polling, settled_checks
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.allocataires.states import put_in_state
from tests.caisses.factories import agent_of
from tests.conftest import empty_tables
from tests.payments.machine_ledger import agree, nothing_lost
from tests.payments.machine_works import Works
from tests.payments.mishaps import Meanwhile, before_statement, die, lose_the_database
from tests.payments.platform_double import NEXT, Platform

#: More statements than any of the works has: past the last one, nothing strikes.
LAST_STATEMENT = 45

picks = st.integers(min_value=0, max_value=9)
statements = st.integers(min_value=1, max_value=LAST_STATEMENT)
#: Half of the works end well.
mishaps = st.one_of(st.none(), st.tuples(st.sampled_from([die, lose_the_database]), statements))
#: Those that overlap in life come more often.
WORKS = [
    *["deliver"] * 3,
    *["poll"] * 2,
    *["sweep", "start", "resume", "withhold", "comeback", "refund", "send"],
]
works = st.tuples(st.sampled_from(WORKS), picks)
troubles = st.sampled_from(["", "", "", "down", "nonsense"])
#: What may befall a request that moves money: done and the answer lost, or never done.
refund_troubles = st.sampled_from(["", "", "lost", "never", "down"])


class PaymentMachine(Works, RuleBasedStateMachine):
    """The rules; ``agree`` is asked after each of them."""

    new_platform = Platform

    @initialize()
    def begin(self) -> None:
        """One person of the Ain who owes 240 € and 75,50 €."""
        self.stack = ExitStack()
        self.platform = self.new_platform()
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
        with connection.cursor() as cursor:
            # Sweeps take rows by chance; here, by the same one every time.
            cursor.execute("SELECT setseed(0.5)")
        self._do(self._first_departure(), None)

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

    @rule(which=picks, status=st.sampled_from(["AUTHORISED", "CAPTURED", "REFUSED", *sorted(NEXT)]))
    def try_a_card(self, which: int, status: str) -> None:
        """The person types a card's number; whether we are told is another matter."""
        if not self._pages():
            return
        self.platform.attempt(self._among(self._pages(), which), status)

    @rule(which=picks, odd=st.sampled_from([(1_00, "978"), (999_99, "978"), (240_00, "840"), None]))
    def do_something_else(self, which: int, odd: tuple[int, str] | None) -> None:
        """Another amount or currency is taken than the one asked, or the person gives up."""
        if not self._pages():
            return
        page = self._among(self._pages(), which)
        if odd is None:
            self.platform.abandon(page)
        else:
            self.platform.attempt(page, "AUTHORISED", cents=odd[0], currency=odd[1])

    # -- what the platform does ---------------------------------------------------------------

    @rule(which=picks, to=picks)
    def time_passes_there(self, which: int, to: int) -> None:
        """The bank answers, the remittance leaves, an authorisation lapses."""
        if not self._moving():
            return
        operation = self._among(self._moving(), which)
        self.platform.become(operation, self._among(NEXT[operation.status], to))

    @rule(which=picks, part=st.booleans(), again=st.booleans())
    def somebody_acts_there(self, which: int, part: bool, again: bool) -> None:
        """In the platform's own back office: a notification sent again, or money given back."""
        if not self.platform.money():
            return
        operation = self._among(self.platform.money(), which)
        left = self.platform.kept_cents(operation.uuid)
        if again or left < 2:
            self.platform.tell(operation)
        else:
            self.platform.give_back(operation, left // 2 if part else left)

    @rule(which=picks, keep=st.booleans(), mishap=mishaps)
    def deliver(self, which: int, keep: bool, mishap: Any) -> None:
        """A notification arrives, any of those on their way; ``keep`` lets it come again."""
        if self._on_their_way():
            self._do(self._delivering(which, keep=keep), mishap)

    @rule(which=picks, old=st.sampled_from([b"", b"vads_trans_status=", b"vads_amount="]))
    def lose_or_forge(self, which: int, old: bytes) -> None:
        """A notification never arrives, or somebody sends one that they changed."""
        if not self.platform.on_their_way:
            return
        told = self._among(self.platform.on_their_way, which)
        if not old:
            self.platform.on_their_way.remove(told)
            return
        self.touched = True
        with suppress(SignatureWrong):
            self._receive(told.body.replace(old, old + b"9"))
            raise AssertionError("a forged notification was believed")

    # -- what agents and our machines do --------------------------------------------------------

    @rule(which=picks, part=st.booleans(), mishap=mishaps)
    def ask_and_approve(self, which: int, part: bool, mishap: Any) -> None:
        """One agent asks for a refund, another one approves it."""
        if not self.known:
            return
        self._do(self._refunding(which, part=part), mishap)

    @rule(trouble=refund_troubles, mishap=mishaps)
    def send_refunds(self, trouble: str, mishap: Any) -> None:
        """The worker sends what was approved; the platform may do it and not say so."""
        if not self.approved:
            return
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
            put_in_state(creance, what)

    @rule(first=works, second=works, statement=statements)
    def at_once(self, first: tuple[str, int], second: tuple[str, int], statement: int) -> None:
        """One work comes in the middle of another, and each waits where a lock stops it."""
        self._overlap(first, second, statement)

    def _overlap(self, first: tuple[str, int], second: tuple[str, int], statement: int) -> None:
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
        self._agree()
        self.sound, self.touched = True, False

    def _agree(self) -> None:
        agree(
            self.platform,
            known=self.known,
            payments=list(self.payments.values()),
            expected=self.expected,
        )
        for uuid, cents in self.platform.given_back_for_us.items():
            assert cents <= self.approved[uuid], "given back more than two agents agreed to"

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
        self._quiet()
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

    def _quiet(self) -> None:
        for _ in range(2):
            self.now += timedelta(minutes=31)
            notifications.finish_notifications(now=self.now, looking_back=None)
            for target in polling.open_payments(now=self.now):
                polling.check_payment(target, now=self.now)
            self._sending().run()

    def _look_again(self) -> None:
        self.touched = True
        self.books_agree()
