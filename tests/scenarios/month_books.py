"""What an accountant looks at in the books of a fund, as plain figures and lines of text."""

from contextlib import AbstractContextManager
from datetime import date

from django.db.models import Sum

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope
from comptabilite.models import Anomalie, Ecriture, Ligne, Validation
from rapprochement.models import Rapprochement


class Books:
    """Those of the fund ``caisse_id``; amounts in cents, days of March 2027."""

    caisse_id: int

    @property
    def scope(self) -> AbstractContextManager[None]:
        """What an agent of the fund sees."""
        return caisse_scope(self.caisse_id)

    def balances(self) -> dict[str, int]:
        """Debits less credits of each account that moved, in cents."""
        with self.scope:
            rows = Ligne.objects.values("compte__number").order_by("compte__number")
            sums = rows.annotate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
            return {row["compte__number"]: row["debit"] - row["credit"] for row in sums}

    def balance(self, number: str) -> int:
        """That of one account; 0 when it never moved."""
        return self.balances().get(number, 0)

    def trial_balance(self) -> list[str]:
        """``number | debits | credits | balance`` of each account that moved."""
        with self.scope:
            rows = Ligne.objects.values_list("compte__number").order_by("compte__number")
            sums = rows.annotate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
            return [_table(number, debit, credit) for number, debit, credit in sums]

    def owed_by_the_books(self) -> dict[str, int]:
        """What each auxiliary account of a debt sums to, in cents, when that is not nothing."""
        with self.scope:
            lines = Ligne.objects.exclude(auxiliaire="").values_list("auxiliaire")
            sums = lines.annotate(cents=Sum("debit_cents") - Sum("credit_cents"))
            return {name: cents for name, cents in sums.order_by("auxiliaire") if cents}

    def owed_by_the_debts(self) -> dict[str, int]:
        """What is left on each debt, in cents, when that is not nothing."""
        with self.scope:
            debts = Creance.objects.filter(balance_cents__gt=0).select_related("allocataire")
            found = {f"{d.allocataire.numero}-{d.nature}-{d.rang}": d.balance_cents for d in debts}
        return dict(sorted(found.items()))

    def proofs(self) -> list[Rapprochement]:
        """Those of the days of March, in order."""
        with self.scope:
            month = (date(2027, 3, 1), date(2027, 3, 31))
            return list(Rapprochement.objects.filter(day_on__range=month).order_by("day_on"))

    def work_list(self) -> list[str]:
        """What waits for somebody: the kind of each open line, the oldest first."""
        with self.scope:
            rows = Anomalie.objects.still_open().order_by("opened_at", "pk")
            return list(rows.values_list("kind", flat=True))

    def all_ecritures(self) -> int:
        """How many were ever written."""
        with self.scope:
            return Ecriture.objects.count()

    def final_ecritures(self) -> int:
        """How many have their number and their place in the chain."""
        with self.scope:
            return Validation.objects.count()

    def moved_by_operations(self) -> int:
        """What card payments, refunds and chargebacks made of 5115, in cents."""
        events = ["CARD_PAYMENT", "CARD_REFUND", "CHARGEBACK"]
        with self.scope:
            lines = Ligne.objects.filter(compte__number="5115", ecriture__event__in=events)
            sums = lines.aggregate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
        return sums["debit"] - sums["credit"]

    def days_of_the_facts(self, nature: str) -> list[str]:
        """The day of March of each écriture of card on a debt of this nature, in order."""
        with self.scope:
            lines = Ligne.objects.filter(
                auxiliaire__contains=nature, ecriture__journal__code="CBL"
            ).order_by("ecriture_id")
            days = lines.values_list("ecriture__origin_on", flat=True)
            return [f"{day:%d}" for day in days]

    def last_written(self, event: str = "") -> tuple[str, str, str]:
        """The last écriture: its event, the day of its fact, its accounting day."""
        with self.scope:
            found = Ecriture.objects.filter(event=event) if event else Ecriture.objects.all()
            last = found.latest("pk")
        return last.event, f"{last.origin_on}", f"{last.accounting_on}"


def _table(number: str, debit: int, credit: int) -> str:
    amounts = [
        f"{cents / 100:>8.2f}".replace(".", ",") for cents in (debit, credit, debit - credit)
    ]
    return f"{number:6} | " + " | ".join(amounts)
