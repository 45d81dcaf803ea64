"""Throws at the books of one fund everything that can happen to them, in any order.

Three debts of one fund, a platform and a bank that remember the truth, an accountant, a clock that
only goes forward over several days of Paris. Each rule is one thing that somebody or something
does; a rule that finds nothing to do does nothing. After each, every control of the invariants runs
and every account, day by day, is compared with the machine's own sums. Another fund lived the same
day before: not a row of it may change.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Compte
from payments.models import Boutique
from rapprochement.models import CompteBancaire
from rapprochement.services.writing_movements import write_movements
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.caisses.factories import agent_of
from tests.conftest import empty_tables
from tests.rapprochement.machine.accountant import Accountant
from tests.rapprochement.machine.acting import ACTS, among, mostly, picks, sometimes
from tests.rapprochement.machine.bank import Bank, Moved
from tests.rapprochement.machine.ending import the_end
from tests.rapprochement.machine.looks import agree, everything_of, proofs_hold, seal_of
from tests.rapprochement.machine.neighbour import lives_a_day
from tests.rapprochement.machine.platform import KINDS, Batch, Platform, Taken, Told
from tests.rapprochement.machine.works import PARIS
from tests.rapprochement.readers.bank_statements import IBAN

CODE = "011"
#: The days after which clocks change, a year ends, a month of winter ends, and an ordinary one.
STARTS = [date(2026, 10, 23), date(2026, 12, 30), date(2027, 2, 26), date(2027, 3, 26)]
OWED = (240_00, 75_50, 410_07)

#: Most files come.
lost = st.sampled_from([(), (), (), ("JT",), ("JRB",), ("JO", "JRI"), KINDS])
rarely = st.sampled_from([False, False, False, True])
ODD_FILES = ["late", "late", "again", "changed", "JT", "JRI"]
STYLES = ["net", "net", "net", "gross", "parts", "quiet", "less", "more", "never"]


class BooksMachine(Accountant, RuleBasedStateMachine):
    """The rules."""

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        Accountant.__init__(self)

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: date) -> None:
        """Ten o'clock; three debts, the shop's first files are those of the eve."""
        self.sound = False
        self.first_day, self.now = start, datetime.combine(start, time(10), PARIS).astimezone(UTC)
        self.begin_works()
        with national_scope():
            fund = Caisse.objects.get(code=CODE)
            self.caisse_id = fund.pk
            shop = Boutique.objects.get(caisse=fund, mode="TEST", platform="PAYZEN")
            compte = Compte.objects.get(caisse=fund, number="5121")
            CompteBancaire.objects.create(caisse=fund, iban=IBAN, label="Banque", compte=compte)
            self.asker, self.decider = agent_of(CODE, login="un"), agent_of(CODE, login="deux")
            self.accountant = agent_of(CODE, role=Role.COMPTABLE, login="comptable")
            person = AllocataireFactory()
            self.creances = [CreanceFactory(allocataire=person, initial_cents=c) for c in OWED]
        self.platform = Platform(shop.site_id, start - timedelta(days=1))
        self.bank = Bank(start - timedelta(days=1))
        for creance in self.creances:
            self.establish(creance.pk, creance.initial_cents, creance.implanted_on)
        self._write_movements()
        for file in self.platform.files_until(start):
            assert self.receives(file)
        self.neighbour = lives_a_day(self.now)
        self.beside = everything_of(self.neighbour)
        self.seals: dict[date, str] = {}
        self.touched = self.sound = True

    def _write_movements(self) -> None:
        write_movements(caisse_id=self.caisse_id, now=self.now)
        self.write_movements()

    def goes_on(self) -> None:
        if any(each.status == "AUTHORISED" for each in self.platform.taken):
            self._remits("net", 24, 0)
        elif any(not each.pk for each in self.bank.moves):
            self._dawns()
        else:
            self._pays(0, 2)

    # -- people and cards -------------------------------------------------------------------------

    @sometimes(
        4,
        which=picks,
        part=st.sampled_from([1, 1, 2, 3]),
        heard=mostly,
        meanwhile=st.sampled_from([0, 0, 0, 40_00]),
    )
    def pay(self, which: int, part: int, heard: bool, meanwhile: int) -> None:
        """A card pays a debt or part of it; the notification may be lost."""
        self._pays(which, part, heard=heard, meanwhile=meanwhile)

    def _pays(self, which: int, part: int, *, heard: bool = True, meanwhile: int = 0) -> None:
        debt = among(self.creances, which)
        cents = self.owed[debt.pk] // part
        if cents < 1_00:
            return
        taken = self.pays(debt, cents, meanwhile=meanwhile)
        if taken is not None and heard:
            self.hears_of(taken)

    @sometimes(3, which=picks, part=st.booleans(), answer_lost=rarely)
    def give_back(self, which: int, part: bool, answer_lost: bool) -> None:
        """Two agents give a payment back, whole or in part."""
        taken = self._one(self._refundable, which)
        if taken is not None:
            cents = taken.left_cents // 2 if part else taken.left_cents
            self.gives_back(taken, cents, lost=answer_lost)

    @sometimes(1, which=picks, expired=st.booleans(), heard=st.booleans())
    def not_collected(self, which: int, expired: bool, heard: bool) -> None:
        """The capture of a payment fails, or its authorisation lapses."""
        taken = self._one(self._not_remitted, which)
        if taken is not None:
            self.platform.fail(taken, self.now, self.today, expired=expired)
            if heard:
                self.hears_of(taken, taken.status)

    @sometimes(
        2, which=picks, how=st.sampled_from(["whole", "whole", "part", "too much", "unknown"])
    )
    def charge_back(self, which: int, how: str) -> None:
        """The holder's bank takes a payment back; twice, too much, or nobody knows which."""
        taken = self._one(self._remitted, which)
        if taken is not None:
            cents = {"part": taken.left_cents // 2, "too much": taken.cents + 1_00}
            cents = cents.get(how, taken.left_cents) or 1_00
            self.platform.charge_back(taken, self.now, cents, unknown=how == "unknown")

    def _refundable(self) -> list[Taken]:
        alive = {"AUTHORISED", "CAPTURED"}
        booked = [t for t in self.platform.taken if t.booked and t.status in alive]
        return [t for t in booked if t.left_cents > 1 and not t.pending and not t.twice]

    def _not_remitted(self) -> list[Taken]:
        found = [t for t in self.platform.taken if t.status == "AUTHORISED"]
        return [t for t in found if not t.pending and not t.twice]

    def _remitted(self) -> list[Taken]:
        return [t for t in self.platform.taken if t.status == "CAPTURED"]

    # -- the platform and the bank ----------------------------------------------------------------

    @sometimes(3, style=st.sampled_from(STYLES), fee=st.sampled_from([0, 24]), delay=picks)
    def remit(self, style: str, fee: int, delay: int) -> None:
        """What waits leaves for the bank, which brings it in its own way some days later."""
        self._remits(style, fee, delay)

    def _remits(self, style: str, fee: int, delay: int) -> None:
        batch = self.platform.remit(self.now, self.today, fee)
        if batch is None:
            self._pays(delay, 2)
        elif batch.net_cents and style != "never":
            on = self.today + timedelta(days=delay % 4)
            self._brought(batch, style, on)

    def _brought(self, batch: Batch, style: str, on: date) -> None:
        label, cents = f"REMISE CB {batch.number}", batch.net_cents
        amounts = {"gross": batch.gross_cents, "less": cents - 3, "more": cents + 3}
        if style == "parts" and cents > 10:
            first = cents * 3 // 5
            self._moves(first, on, "REMISES CARTES", [batch])
            self._moves(cents - first, on, "REMISES CARTES", [batch])
            return
        label = "REMISES CARTES" if style == "quiet" else label
        self._moves(amounts.get(style, cents), on, label, [batch])

    def _moves(self, cents: int, on: date, label: str, batches: list[Batch]) -> None:
        if cents:
            self.bank.moves.append(Moved(cents, on, label, batches))

    @sometimes(2, what=st.sampled_from([90_00, 75_50, -12_34, "charge", "charge", "together"]))
    def bank_moves(self, what: int | str) -> None:
        """An unknown transfer, a debit, or what the bank takes for chargebacks."""
        if isinstance(what, int):
            self.bank.moves.append(Moved(what, self.today, "VIREMENT" if what > 0 else "DIVERS"))
            return
        charges = self._not_debited()
        if not charges:
            self.charge_back(0, "whole")
            self._dawns()
            charges = self._not_debited()
        charges = charges if what == "together" else charges[:1]
        if charges:
            label = f"IMPAYE CB {charges[0].line['TRANSACTION_ID']}"
            cents = sum(told.cents for told in charges)
            label = "IMPAYES" if len(charges) > 1 else label
            self.bank.moves.append(Moved(cents, self.today, label, charges=charges))

    def _not_debited(self) -> list[Told]:
        taken = {id(told) for each in self.bank.moves for told in each.charges}
        return [t for t in self.told if t.kind == "JRI" and id(t) not in taken]

    def _tells_twice(self, which: int, kind: str) -> None:
        """The platform tells a payment twice in a file, or a chargeback again in another one."""
        if kind == "JRI":
            found = [t for t in self.told if t.kind == kind and not t.repeated]
        else:
            found = [t for t in self.platform.of_today(self.now) if self._may_repeat(t.what)]
        if found:
            told = among(found, which)
            if isinstance(told.what, Taken) and kind == "JT":
                told.what.twice = True
            self.platform.repeat(told, self.now)

    def _may_repeat(self, what: Any) -> bool:
        untouched = isinstance(what, Taken) and what.kept_cents == what.cents
        return untouched and not what.back_cents and not what.pending and not what.twice

    # -- time, files and our tasks ----------------------------------------------------------------

    @sometimes(4, without=lost, statement=mostly, camt=st.booleans(), answers=mostly)
    def morning(self, without: tuple[str, ...], statement: bool, camt: bool, answers: bool) -> None:
        """The next day at eight: files, tasks of the night."""
        self._dawns(without, statement=statement, camt=camt, answers=answers)

    def _dawns(
        self,
        without: tuple[str, ...] = (),
        *,
        statement: bool = True,
        camt: bool = False,
        answers: bool = True,
    ) -> None:
        self.goes_to(8)
        for file in self.platform.files_until(self.now.date()):
            if file.kind in without or not self.receives(file):
                self.waiting.append(file)
        if statement:
            self.receives_statement(camt=camt)
        self._reconciles(answers=answers)

    @sometimes(2, which=picks, what=st.sampled_from(ODD_FILES))
    def odd_file(self, which: int, what: str) -> None:
        """A file that was lost comes at last, one comes again, one tells something twice."""
        if what == "late" and self.waiting:
            file = among(self.waiting, which)
            if self.receives(file):
                self.waiting.remove(file)
            self._reconciles(answers=True)
        elif what in {"again", "changed"} and self.loaded:
            self.refuses_again(among(self.loaded, which), changed=what == "changed")
        else:
            self._tells_twice(which, "JT" if what == "JT" else "JRI")

    @sometimes(1, clock=st.sampled_from([(23, 30), (0, 10), (0, 30)]))
    def later(self, clock: tuple[int, int]) -> None:
        """Time passes, midnight too: nobody works."""
        self.goes_to(*clock)

    def _reconciles(self, *, answers: bool) -> None:
        self.reconciles(answers=answers)
        proofs_hold(self)

    @rule(act=st.one_of(*ACTS))
    def step(self, act: tuple[str, dict[str, Any]]) -> None:
        """Something happens, minutes after what came before."""
        name, how = act
        self.now += timedelta(minutes=7)
        self.sound, self.touched = False, True
        getattr(self, name)(**how)

    # -- what must be true ------------------------------------------------------------------------

    @invariant()
    def books_agree(self) -> None:
        """After each step."""
        if not self.touched:
            return
        self.sound = False
        agree(self)
        for day, seal in self.seals.items():
            assert seal_of(self.caisse_id, day) == seal, f"the closed {day} changed"
        assert everything_of(self.neighbour) == self.beside, "another fund was moved"
        self.sound, self.touched = True, False

    def teardown(self) -> None:
        """Everything that was lost comes, everybody answers, and every day closes."""
        try:
            if getattr(self, "sound", False):
                the_end(self)
                self.touched = True
                self.books_agree()
        finally:
            connection.close()
            empty_tables()
