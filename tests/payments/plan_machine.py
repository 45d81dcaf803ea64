"""The payment machine with a plan of three dues, which the platform debits one by one.

Dues are refused and paid online, plans are stopped, weeks go by: all that may happen to payments
happens meanwhile.
"""

from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from allocataires.models import Echeance
from allocataires.models.echeancier import EcheanceStatus
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from payments.gateways.base import GatewayError
from payments.models import Payment
from payments.services import departing, otherwise, plan_polling, starting, stopping
from payments.status import Cause
from tests.payments.factories import debtor_of
from tests.payments.machine_works import Work, do_nothing
from tests.payments.payment_machine import (
    WORKS,
    PaymentMachine,
    mishaps,
    picks,
    refund_troubles,
    statements,
    troubles,
)
from tests.payments.plan_platform import DueOperation, PlanPlatform
from tests.payments.plan_story import one_plan_story
from tests.payments.plans import agreed_plan, dues_of
from tests.payments.platform_double import Operation

OF_PLANS = ["pay_due", "pay_due", "stop", "ask"]
works = st.tuples(st.sampled_from([*WORKS, *OF_PLANS]), picks)
of_plans = st.tuples(st.sampled_from(OF_PLANS), picks)
#: What the bank says on a due's day, or somebody in the platform's back office before it.
ENDS = st.sampled_from(["AUTHORISED", "AUTHORISED", "CAPTURED", "REFUSED", "REFUSED", "CANCELLED"])


class PlanMachine(PaymentMachine):
    """Everything that happens to payments, while a plan runs."""

    new_platform = PlanPlatform
    platform: PlanPlatform

    @initialize(paid=st.sampled_from([1, 1, 2, 0]))
    def begin(self, paid: int = 0) -> None:
        """The same person leaves with a plan, and pays its first due once, on two pages, or not."""
        super().begin()
        if paid == 2:
            self.person("resume", 0, None)
        for _ in range(paid):
            self.start_the_plan(keep=False)

    @rule(keep=st.booleans())
    def start_the_plan(self, keep: bool) -> None:
        """The first due is paid and told."""
        pages = [page for page in self._pages() if page.payment.echeancier_id is not None]
        if pages:
            self.platform.attempt(pages[0], "CAPTURED")
            self._do(self._delivering(-1, keep=keep), None)

    @rule(which=picks, status=ENDS, total=st.booleans(), told=st.booleans(), closed=st.booleans())
    def due_day(self, which: int, status: str, total: bool, told: bool, closed: bool) -> None:
        """A due's day comes; the platform tells in one of its two ways, and may be heard.

        Most often every attempt made until then was asked about for the last time long ago.
        """
        dues = self.platform.dues_to_come()
        if dues and closed:
            self._quiet()
        if dues:
            self._end(self._among(dues, which), status, total=total, told=told)

    @rule(which=picks)
    def present_again(self, which: int) -> None:
        """The bank that refused a due accepts it after all: nobody asks, the platform tells."""
        refused = self.platform.refused_dues()
        if refused:
            self._end(self._among(refused, which), "AUTHORISED", total=False, told=True)

    def _end(self, due: DueOperation, status: str, *, total: bool, told: bool) -> None:
        self.now = max(self.now, datetime.combine(due.due_on, time(9), tzinfo=UTC))
        due.tells_total = total
        self.platform.become(due, status)
        if told:
            self._do(self._delivering(-1, keep=False), None)

    @rule(trouble=troubles, mishap=mishaps)
    def ask_about_plans(self, trouble: str, mishap: Any) -> None:
        """The worker asks about plans with a due whose day is past."""
        self.platform.trouble = trouble
        self._do(self._asking(), mishap)
        self.platform.trouble = ""

    @rule(which=picks, trouble=refund_troubles, mishap=mishaps)
    def stop_a_plan(self, which: int, trouble: str, mishap: Any) -> None:
        """The person stops what remains; the platform may do it and not say so."""
        self.platform.trouble = trouble
        self._do(self._stopping(), mishap)
        self.platform.trouble = ""

    @rule(which=picks, paid=st.booleans(), told=st.booleans(), mishap=mishaps)
    def pay_a_refused_due(self, which: int, paid: bool, told: bool, mishap: Any) -> None:
        """The person leaves to pay a refused due by a payment of its own.

        When no due is refused, the next one is first.
        """
        if not self._refused():
            for due in self.platform.dues_to_come()[:1]:
                self._end(due, "REFUSED", total=False, told=True)
        before = len(self.platform.pages)
        self._do(self._paying_due(which), mishap)
        for page in self.platform.pages[before:] if paid else ():
            self.platform.attempt(page, "CAPTURED")
            if told:
                self._do(self._delivering(-1, keep=False), None)

    @rule(first=of_plans, second=works, statement=statements)
    def at_once_with_a_plan(
        self, first: tuple[str, int], second: tuple[str, int], statement: int
    ) -> None:
        """Something comes in the middle of a stop, of a question, of a due paid otherwise."""
        self._overlap(first, second, statement)

    @rule(first=works, second=of_plans, statement=statements)
    def at_once_within(
        self, first: tuple[str, int], second: tuple[str, int], statement: int
    ) -> None:
        """A stop, a question or a due paid otherwise comes in the middle of something."""
        self._overlap(first, second, statement)

    # -- the works ----------------------------------------------------------------------------

    def _named(self, name: str, which: int) -> Work:
        match name:
            case "stop":
                return self._stopping()
            case "ask":
                return self._asking()
            case "pay_due":
                return self._paying_due(which)
            case _:
                return super()._named(name, which)

    def _first_departure(self) -> Work:
        now = self.now

        def run() -> Payment:
            payment = agreed_plan(*self.creances, count=3, day=5, now=now)
            departing.hand_over(payment=payment, now=now)
            return payment

        return Work(run, self._left)

    def _asking(self) -> Work:
        now, money = self.now, self._money_by_key()

        def run() -> set[int]:
            targets = plan_polling.late_plans(now=now)
            return {each.payment_id for each in targets if plan_polling.check_plan(each, now=now)}

        def learn(answered: set[int] | None) -> None:
            for key in answered or ():
                self.known |= money.get(key, set())

        return Work(run, learn)

    def _stopping(self) -> Work:
        plan, now = self._plan(), self.now
        target = stopping.PlanToStop(plan.pk, plan.caisse_id)

        def run() -> None:
            with suppress(stopping.PlanNotRunning, stopping.PlanNotStopped, GatewayError):
                stopping.stop_plan(target, cause=Cause.PERSON, now=now)
                assert not self.platform.dues_to_come(), "said to be stopped, and it goes on"

        return Work(run)

    def _paying_due(self, which: int) -> Work:
        plan, now = self._plan(), self.now
        refused = self._refused()
        if not refused:
            return Work(do_nothing)
        due = self._among(refused, which)

        def run() -> Payment | None:
            with suppress(starting.PaymentRefused):
                with caisse_scope(plan.caisse_id):
                    payment = otherwise.pay_due(
                        debtor=debtor_of(self.creances[0]),
                        plan=plan,
                        due=due,
                        email="personne@example.org",
                        langue="fr",
                        now=now,
                    )
                departing.hand_over(payment=payment, now=now)
                return payment
            return None

        return Work(run, self._left)

    # -- what there is to choose from, and what must be true ------------------------------------

    def _plan(self) -> Payment:
        return next(each for each in self.payments.values() if each.echeancier_id is not None)

    def _refused(self) -> list[Echeance]:
        return [due for due in dues_of(self._plan()) if due.status == EcheanceStatus.REFUSED]

    def _money_by_key(self) -> dict[int, set[str]]:
        money = self.platform.money()
        return {
            key: {op.uuid for op in money if op.order == payment.reference}
            for key, payment in self.payments.items()
        }

    def _moving(self) -> list[Operation]:
        """What the bank does to a later due has its own rule."""
        return [
            each
            for each in super()._moving()
            if not (isinstance(each, DueOperation) and each.is_to_come)
        ]

    def _agree(self) -> None:
        super()._agree()
        one_plan_story(self._plan())

    def _settle(self) -> None:
        """Months pass; what is still to come is debited, nobody tells, and the workers ask."""
        self._quiet()
        for _ in range(5):
            self.now += timedelta(days=20)
            for due in self.platform.dues_to_come():
                if due.due_on < paris_date(self.now):
                    self.platform.become(due, "AUTHORISED")
            self._asking().run()
        super()._settle()
