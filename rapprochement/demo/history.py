"""Six days of a demonstration fund, played through the services that real days go through.

Payments, files, matches and proofs; four days closed, two left open with something to explain. The
bank's account is emptied at the end: the sandbox's own statements, which begin at nothing, follow.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings

from allocataires.demo.cast import cast
from allocataires.models import Creance
from allocataires.session import Debtor
from allocataires.states import CreanceState, RecoveryMode
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import PARIS, paris_date
from caisses.models import Agent
from payments.demo.loading import NotADemonstration
from payments.models import Boutique, Payment
from payments.services.departing import hand_over
from payments.services.starting import start_payment
from rapprochement.demo.bank_files import Movement, statement_file
from rapprochement.demo.platform import DemoPlatform, Taken
from rapprochement.models import CompteBancaire, FichierReleve
from rapprochement.models.files import Arrivee
from rapprochement.services.chargebacks import record_all_chargebacks
from rapprochement.services.closing import close_day
from rapprochement.services.receiving import receive_file
from rapprochement.services.reconciling import reconcile_fund
from rapprochement.services.writing_movements import write_movements

CODE, ACCOUNTANT = "011", "comptable011"
#: Days before today that are played, and how many of them end closed.
DAYS, CLOSED = 6, 4
#: Cents of what people pay: a list a day, the first one the oldest.
_PAYMENTS = ((85_00, 42_50, 60_00), (120_00, 35_00), (75_00,), (50_00, 96_40), (64_00, 30_00), ())
_FEE_CENTS = 45
#: What the bank kept beyond what the platform's file tells, on the first open day.
_TOLD_BY_NOBODY_CENTS = 35
_UNIDENTIFIED_CENTS = 90_00


def load_demo_history(*, now: datetime, count_rows: Callable[[], None] = lambda: None) -> int:
    """Play the days before today; returns how many, 0 when the fund has payments or files.

    ``count_rows`` is called once the old debts are in the books: thousands of rows have just been
    written, and the database chooses its ways by what it last counted. Raises
    ``NotADemonstration`` unless ``settings.DEMO``.
    """
    if not settings.DEMO:
        raise NotADemonstration("settings.DEMO is not true: this portal takes no invented past.")
    with national_scope():
        account = CompteBancaire.objects.filter(caisse__code=CODE).first()
        begun = (
            Payment.objects.filter(caisse__code=CODE).exists()
            or FichierReleve.objects.filter(caisse__code=CODE).exists()
        )
    if account is None or begun:
        return 0
    history = _History(account, today=paris_date(now))
    write_movements(caisse_id=account.caisse_id, now=_at(paris_date(now) - timedelta(days=DAYS), 6))
    count_rows()
    for back in range(DAYS, 0, -1):
        history.play(back)
    return DAYS


class _History:
    """The fund, its platform and its bank; ``back`` counts days before today."""

    def __init__(self, account: CompteBancaire, *, today: date) -> None:
        self._account, self._today, self._fund = account, today, account.caisse_id
        with national_scope():
            shop = Boutique.objects.in_service().get(caisse_id=self._fund)
            self._accountant = Agent.objects.get(username=ACCOUNTANT)
            self._debts = _debts(self._fund, before=today - timedelta(days=DAYS + 1))
        self._platform = DemoPlatform(shop)
        self._taken: list[Taken] = []
        self._first: Taken | None = None
        self._balance_cents = 0
        self._moves: defaultdict[date, list[Movement]] = defaultdict(list)

    def play(self, back: int) -> None:
        """The remittance of the night, the payments of the day; its files come the next morning."""
        day = self._today - timedelta(days=back)
        self._remit(back, day)
        for rank, cents in enumerate(_PAYMENTS[DAYS - back]):
            self._pay(cents, at=_at(day, 10 + 2 * rank))
        if back == DAYS - 3 and self._first:
            self._platform.charges_back(self._first, on=day)
            cents = self._first.payment.amount_cents
            self._moves[day].append(Movement(-cents, f"IMPAYE CB {self._first.trans_id}"))
        if back == DAYS - CLOSED:
            self._moves[day].append(Movement(_UNIDENTIFIED_CENTS, "VIREMENT RECU SANS MOTIF"))
        self._morning_after(day, last=back == 1, closes=back > DAYS - CLOSED)

    def _pay(self, cents: int, *, at: datetime) -> None:
        creance = next(debt for debt in self._debts if debt.balance_cents >= cents)
        self._debts.remove(creance)
        debtor = Debtor(caisse_id=self._fund, allocataire_id=creance.allocataire_id)
        shares = {creance.public_id: cents}
        with caisse_scope(self._fund):
            payment = start_payment(debtor=debtor, shares=shares, email="", langue="fr", now=at)
        hand_over(payment=payment, now=at)
        with caisse_scope(self._fund):
            trans_id = payment.redirections.latest("pk").trans_id
        taken = self._platform.takes(payment, trans_id=trans_id, at=at + timedelta(minutes=2))
        self._taken.append(taken)
        self._first = self._first or taken

    def _remit(self, back: int, day: date) -> None:
        """What was taken the day before; once, the bank keeps more than was said."""
        taken, self._taken = self._taken, []
        if not taken:
            return
        # Far from the numbers of the sandbox, which begin at one.
        number = 900_000 + DAYS - back
        at = _at(day, 6)
        net_cents = self._platform.remits(number, *taken, at=at, fee_cents=_FEE_CENTS)
        if back == DAYS - CLOSED:
            net_cents -= _TOLD_BY_NOBODY_CENTS
        self._moves[day].append(Movement(net_cents, f"REMISE CB {number}"))

    def _morning_after(self, day: date, *, last: bool, closes: bool) -> None:
        """The files of the day come in, what matches is matched, and the accountant closes."""
        moves = self._moves[day]
        if last:
            left_cents = self._balance_cents + sum(each.cents for each in moves)
            moves.append(Movement(-left_cents, "NIVELLEMENT DE TRESORERIE"))
        now = _at(day + timedelta(days=1), 0 if last else 8)
        for name, content in [*self._platform.files(day), self._statement(day, moves)]:
            receive_file(content=content, filename=name, arrivee=Arrivee.DOSSIER, now=now)
        record_all_chargebacks(now=now)
        reconcile_fund(caisse_id=self._fund, now=now)
        if closes:
            with caisse_scope(self._fund):
                close_day(caisse_id=self._fund, day_on=day, agent=self._accountant, now=now)

    def _statement(self, day: date, moves: list[Movement]) -> tuple[str, bytes]:
        opening_cents = self._balance_cents
        self._balance_cents += sum(each.cents for each in moves)
        return statement_file(
            iban=self._account.iban, day=day, opening_cents=opening_cents, movements=moves
        )


def _debts(caisse_id: int, *, before: date) -> list[Creance]:
    """Ordinary debts that nobody of the printed letters owes, one a person."""
    debts = Creance.objects.payable().filter(
        caisse_id=caisse_id,
        notified_on__lt=before,
        state=CreanceState.EN_RECOUVREMENT,
        recovery_mode=RecoveryMode.DIRECT,
    )
    printed = [member.person.numero for member in cast(before)]
    others = debts.exclude(allocataire__numero__in=printed).select_related("allocataire")
    one_each = {debt.allocataire_id: debt for debt in others.order_by("-pk")}
    return list(one_each.values())


def _at(day: date, hour: int) -> datetime:
    """An hour of a day, Paris time."""
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)
