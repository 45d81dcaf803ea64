"""An accountant books what a JRI file tells and the portal does not book by itself.

Two facts: a bank took more than what is left of a payment (or from no payment known here), or gave
back what it had taken. The whole line is written off the platform's account, dated of the bank's
day, once; the words about it are kept, and its line of the work list is settled.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from allocataires.models import Creance
from caf_portal.database.advisory import one_at_a_time
from caf_portal.money import format_euros
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models import Anomalie, Ecriture
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.settling import settle_by_action
from comptabilite.services.writing import RuleMissing
from payments.models import Transaction
from payments.services.charging_beyond import (
    RefundOnItsWay,
    charge_back_beyond,
    fitting_cents,
)
from payments.services.remains import ecriture_of
from payments.services.representing import plan_of, represent
from rapprochement.models import Impaye, LignePlateforme, SuiteImpaye
from rapprochement.models.impaye import ImpayeStatus, SuiteKind
from rapprochement.services.chargebacks import transaction_behind


class BookingRefused(Exception):
    """Nothing was written; ``str()`` is a sentence for the accountant."""


class AlreadyBooked(BookingRefused):
    """Somebody booked it before."""


@dataclass(frozen=True, slots=True)
class Booking:
    """What booking a line does, as things stand, in cents.

    ``payment_cents`` is what goes back of the payment, or what repays ``debts`` again; the rest,
    ``suspense_cents``, goes to the suspense account, of which ``beyond_cents`` is not the payment's
    and ``ends_cents`` ends the wait of what a bank had taken beyond it.
    """

    kind: SuiteKind
    debit: Transaction | None
    amount_cents: int
    payment_cents: int
    suspense_cents: int
    beyond_cents: int
    ends_cents: int = 0
    debts: tuple[tuple[Creance, int], ...] = ()


def booking_of(impaye: Impaye) -> Booking:
    """What booking it now would do; moves nothing. In the fund's scope."""
    line = impaye.plateforme
    debit = transaction_behind(line)
    if not impaye.is_given_back:
        fits = fitting_cents(debit, impaye.amount_cents)
        beyond = impaye.amount_cents - fits
        return Booking(SuiteKind.REPRIS, debit, impaye.amount_cents, fits, beyond, beyond)
    ends = min(impaye.amount_cents, _beyond_waiting(line, debit))
    plan = plan_of(debit, impaye.amount_cents, beyond_cents=ends)
    return Booking(
        kind=SuiteKind.RENDU,
        debit=debit,
        amount_cents=impaye.amount_cents,
        payment_cents=plan.debts_cents,
        suspense_cents=plan.suspense_cents,
        beyond_cents=plan.suspense_cents - plan.surplus_cents,
        ends_cents=ends,
        debts=plan.debts,
    )


@transaction.atomic
def book_by_accountant(
    *, impaye_id: int, agent: Agent, note: str, stated_cents: int, now: datetime
) -> SuiteImpaye:
    """Book the whole of a line that waits, in the accountant's name and scope.

    ``stated_cents`` is the ``payment_cents`` that the accountant saw: when something changed since,
    nothing is written. Debts, écriture, message to the person and the end of the work list's line
    live or die together. Raises ``AlreadyBooked`` or ``BookingRefused`` with a sentence that says
    what to do.
    """
    impaye = Impaye.objects.select_related("plateforme").get(pk=impaye_id)
    # Two agents, or the task that records chargebacks: the second sees what the first wrote.
    one_at_a_time("impayes", impaye.caisse_id)
    _refuse(impaye, agent, note)
    booking = booking_of(impaye)
    if booking.payment_cents != stated_cents:
        raise BookingRefused(
            _("La situation a changé depuis l’affichage : relisez ce qui sera écrit.")
        )
    _write(impaye, booking, now=now)
    suite = SuiteImpaye.objects.create(
        caisse_id=impaye.caisse_id,
        impaye=impaye,
        kind=booking.kind,
        transaction=booking.debit,
        ecriture=Ecriture.objects.get(source_id=impaye.public_id, reverses__isnull=True),
        beyond_cents=booking.beyond_cents,
        note=note.strip()[:300],
        booked_at=now,
        booked_by=agent,
    )
    _settle(impaye, booking, agent=agent, note=note, now=now)
    return suite


def may_be_booked(impaye: Impaye) -> bool:
    """Whether it waits for an accountant: the service looks again."""
    waits = impaye.status == ImpayeStatus.A_TRAITER
    return waits and not SuiteImpaye.objects.filter(impaye=impaye).exists()


def _refuse(impaye: Impaye, agent: Agent, note: str) -> None:
    if impaye.caisse_id not in rights_of(agent).comptable_ids:
        raise BookingRefused(
            _("Seule une personne habilitée comme comptable de cette caisse peut le faire.")
        )
    if not note.strip():
        raise BookingRefused(_("Écrivez ce que dit la banque de cette somme."))
    if not may_be_booked(impaye):
        raise AlreadyBooked(_("Cet impayé vient d’être enregistré : rechargez la page."))


def _beyond_waiting(line: LignePlateforme, debit: Transaction | None) -> int:
    """What banks took beyond this payment, or under this number when no payment is known, and did
    not give back yet."""
    same = Q(
        transaction__isnull=True,
        impaye__plateforme__boutique_id=line.boutique_id,
        impaye__plateforme__trans_id=line.trans_id,
        impaye__plateforme__order_reference=line.order_reference,
    )
    if debit is not None:
        same |= Q(transaction=debit)
    rows = SuiteImpaye.objects.filter(same, caisse_id=line.caisse_id)
    sums: dict[str, int] = dict(rows.values_list("kind").annotate(cents=Sum("beyond_cents")))
    return max(0, sums.get(SuiteKind.REPRIS, 0) - sums.get(SuiteKind.RENDU, 0))


def _write(impaye: Impaye, booking: Booking, *, now: datetime) -> None:
    said: dict[str, Any] = {
        "caisse_id": impaye.caisse_id,
        "debit": booking.debit,
        "amount_cents": booking.amount_cents,
        "source_id": impaye.public_id,
        "piece": _piece(impaye.plateforme, booking.debit),
        "now": now,
    }
    try:
        if booking.kind == SuiteKind.REPRIS:
            charge_back_beyond(charged_on=impaye.charged_on, **said)
        else:
            represent(given_on=impaye.charged_on, beyond_cents=booking.ends_cents, **said)
    except RefundOnItsWay as error:
        raise BookingRefused(
            _(
                "Un remboursement de ce paiement est parti chez la plateforme et n’a pas sa "
                "réponse : attendez-la, puis recommencez."
            )
        ) from error
    except RuleMissing as error:
        raise BookingRefused(
            _("Le schéma comptable n’a pas de règle pour ce cas : ajoutez-la d’abord.")
        ) from error


def _piece(line: LignePlateforme, debit: Transaction | None) -> str:
    """The payment's piece; of money without one, that of its receipt, or what the line says."""
    if debit is not None and debit.payment is not None:
        return debit.payment.reference
    received = ecriture_of(debit) if debit is not None else None
    return received.piece if received else (line.order_reference or f"IMP {line.trans_id}")[:40]


def _settle(impaye: Impaye, booking: Booking, *, agent: Agent, note: str, now: datetime) -> None:
    words = words_of(booking)
    lines = Anomalie.objects.still_open().filter(
        caisse_id=impaye.caisse_id,
        kind__in=[AnomalieKind.CHARGEBACK_TO_BOOK, AnomalieKind.CHARGEBACK],
        subject=impaye.plateforme.public_id.hex,
    )
    for pk in lines.order_by("pk").values_list("pk", flat=True):
        settle_by_action(anomalie_id=pk, agent=agent, note=f"{words} {note.strip()}", now=now)


def words_of(booking: Booking) -> str:
    """What is, or would be, written, in a sentence."""
    said = {
        "payment": format_euros(booking.payment_cents),
        "suspense": format_euros(booking.suspense_cents),
    }
    if booking.kind == SuiteKind.REPRIS:
        return (
            _(
                "%(payment)s repris sur le paiement, dont les dettes sont de nouveau dues ; "
                "%(suspense)s au compte d’attente, au-delà de ce qui restait."
            )
            % said
        )
    return (
        _("%(payment)s remboursent de nouveau les dettes ; %(suspense)s au compte d’attente.")
        % said
    )
