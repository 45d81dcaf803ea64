"""What must follow from each fact, as the rules of the trade say it: debts and books, in Python."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from tests.rapprochement.machine.bank import Bank, Moved, Said
from tests.rapprochement.machine.ledger import (
    BANK,
    DEBTS,
    ELSEWHERE,
    ESTABLISHED,
    FEES,
    GAP_LOST,
    GAP_WON,
    PLATFORM,
    SUSPENSE,
    WITHHELD,
    Ledger,
)
from tests.rapprochement.machine.platform import Back, Platform, Taken, Told

#: How long the portal asks the platform about what its files tell and the books do not.
ASKED_FOR = timedelta(days=15)


class Consequences:
    """The debts, the ledger, and what the portal was told so far."""

    platform: Platform
    bank: Bank

    def __init__(self) -> None:
        self.ledger = Ledger()
        #: What is left on each debt, by key, in cents.
        self.owed: dict[int, int] = {}
        #: Lines of the files that were loaded, in the order of their loading.
        self.told: list[Told] = []
        #: Movements of the fund's software that the books do not have yet.
        self.to_write: list[tuple[date, list[tuple[str, int]]]] = []

    # -- debts ----------------------------------------------------------------------------------

    def establish(self, debt: int, cents: int, on: date) -> None:
        """A debt of that day."""
        self.owed[debt] = cents
        self.to_write.append((on, [(DEBTS, cents), (ESTABLISHED, -cents)]))

    def withhold(self, debt: int, cents: int, on: date) -> None:
        """The fund's software takes something off a debt; the books follow later."""
        self.owed[debt] -= cents
        self.to_write.append((on, [(WITHHELD, cents), (DEBTS, -cents)]))

    def write_movements(self) -> None:
        """What the fund's software told is written."""
        for on, parts in self.to_write:
            self.ledger.write(on, parts)
        self.to_write.clear()

    # -- the platform ---------------------------------------------------------------------------

    def book(self, taken: Taken, on: date) -> None:
        """The portal learns of a card payment, taken that day: what its debt owes no more waits."""
        taken.booked = True
        taken.on_debt = min(taken.cents, self.owed[taken.debt])
        taken.on_suspense = taken.cents - taken.on_debt
        self.owed[taken.debt] -= taken.on_debt
        parts = [(PLATFORM, taken.cents), (DEBTS, -taken.on_debt), (SUSPENSE, -taken.on_suspense)]
        self.ledger.write(on, parts, operation=True)

    def take_back(self, taken: Taken, cents: int, on: date) -> None:
        """Given back, or charged back: first from what waits, then from the debt, owed again."""
        waiting = min(cents, taken.on_suspense)
        taken.on_suspense -= waiting
        taken.on_debt -= cents - waiting
        taken.back_cents += cents
        self.owed[taken.debt] += cents - waiting
        parts = [(PLATFORM, -cents), (SUSPENSE, waiting), (DEBTS, cents - waiting)]
        self.ledger.write(on, parts, operation=True)

    def hear_of_refunds(self, on: date) -> None:
        """The platform is asked about the refunds whose answer was lost."""
        for taken in self.platform.taken:
            if taken.pending is not None:
                back, taken.pending = taken.pending, None
                back.booked = True
                self.take_back(taken, back.cents, on)

    def hear_of_lost(self, today: date) -> None:
        """The platform is asked about what its JT tells and the books do not know."""
        for told in self.told:
            taken = told.what
            if told.kind != "JT" or not isinstance(taken, Taken) or taken.booked:
                continue
            if told.day_on >= today - ASKED_FOR and taken.status in {"AUTHORISED", "CAPTURED"}:
                self.book(taken, told.day_on)

    def record_chargebacks(self) -> None:
        """What JRI files told is recorded: once a payment, within what is left of it."""
        for told in self.told:
            if told.kind == "JRI" and not told.status:
                told.status = self._charged_back(told)

    def _charged_back(self, told: Told) -> str:
        taken, cents = told.what, -told.cents
        if not isinstance(taken, Taken) or not taken.booked or taken.contested:
            return "A_TRAITER"
        if cents > taken.left_cents and taken.pending and cents <= taken.cents:
            return ""
        taken.contested = True
        if cents > taken.left_cents:
            return "A_TRAITER"
        taken.charged_back = True
        self.take_back(taken, cents, told.day_on)
        return "ROUVERT"

    # -- the bank -------------------------------------------------------------------------------

    def say(
        self, moved: Moved, pk: int, kind: str, shares: Iterable[tuple[int, int]], on: date
    ) -> None:
        """What the books say of a bank line, once it is said what it is; ``shares`` are cents of
        remittances, gross and kept by the bank."""
        shares = list(shares)
        gross = sum(each for each, _fee in shares)
        fee = sum(each for _gross, each in shares)
        written = self.ledger.write(on, _PARTS[kind](moved.cents, fee))
        gap = gross - fee - moved.cents if shares else 0
        lost, won = max(gap, 0), max(-gap, 0)
        written_gap = self.ledger.write(
            on, [(GAP_LOST, lost), (GAP_WON, -won), (PLATFORM, won - lost)]
        )
        waits = max(moved.cents, 0) if kind == "ATTENTE" else 0
        moved.said = Said(
            pk, kind, written, written_gap, gross if shares else None, waiting_cents=waits
        )

    def take_said_back(self, moved: Moved) -> None:
        """What was said of a bank line is taken back, on the day of the bank."""
        said = moved.said
        assert said is not None
        self.ledger.reverse(said.written, moved.on)
        if not said.gap_reversed:
            self.ledger.reverse(said.gap, moved.on)
        moved.said, moved.corrected = None, True

    def give_to_debt(self, moved: Moved, debt: int, cents: int, on: date) -> None:
        """Money of a bank line that waited repays a debt."""
        assert moved.said is not None
        moved.said.waiting_cents -= cents
        moved.said.placed_cents += cents
        self.owed[debt] -= cents
        self.ledger.write(on, [(SUSPENSE, cents), (DEBTS, -cents)])

    # -- what a proof must say ------------------------------------------------------------------

    def figures(self, day: date) -> Mapping[str, int]:
        """The six figures of a day."""
        told = [each for each in self.told if each.kind != "JRB"]
        covered = sum(_covered(each) for each in self.bank.moves if each.pk and each.on <= day)
        return {
            "gateway_cents": sum(each.cents for each in told if each.day_on == day),
            "ledger_cents": self.ledger.moved(PLATFORM, day, operations=True),
            "bank_cents": sum(m.cents for m in self.bank.moves if m.pk and m.on == day),
            "ledger_bank_cents": self.ledger.moved(BANK, day),
            "owed_cents": sum(e.cents for e in told if e.day_on <= day) - covered,
            "ledger_owed_cents": self.ledger.balance(PLATFORM, day),
        }

    def is_known(self, told: Told) -> bool:
        """Whether the books have what this line tells."""
        what = told.what
        if told.kind == "JRI":
            return told.status == "ROUVERT"
        # That the bank will not remit a payment is written by nobody: an agent decides.
        kinds = Back if told.kind == "JO" else Taken | Back
        return isinstance(what, kinds) and what.booked


def _covered(moved: Moved) -> int:
    """What a bank line brought of what the platform owed."""
    said = moved.said
    if said is None or said.kind not in {"REMISE", "REPRISE"}:
        return 0
    if said.gross_cents is not None:
        return said.gross_cents
    return -sum(entry.cents for entry in said.written if entry.account == PLATFORM)


def _remittance(cents: int, fee: int) -> list[tuple[str, int]]:
    return [(BANK, cents), (FEES, fee), (PLATFORM, -cents - fee)]


def _withdrawal(cents: int, fee: int) -> list[tuple[str, int]]:
    return [(PLATFORM, -cents - fee), (FEES, fee), (BANK, cents)]


_PARTS = {
    "REMISE": _remittance,
    "REPRISE": _withdrawal,
    "FRAIS": lambda cents, _fee: [(FEES, -cents), (BANK, cents)],
    "ATTENTE": lambda cents, _fee: [(BANK, cents), (SUSPENSE, -cents)],
    "ETRANGERE": lambda cents, _fee: [(BANK, cents), (ELSEWHERE, -cents)],
}
