"""Writes what a bank line is: its imputation, its écriture, and what it brought of remittances."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from caf_portal.database.advisory import one_at_a_time
from caf_portal.money import format_euros
from caisses.models import Agent
from comptabilite.models import Ecriture, Ligne
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.events import Evenement
from comptabilite.services.scheme_rules import rules_of_open_day
from comptabilite.services.settling import settle_by_fact
from comptabilite.services.writing import Part, write_ecriture
from rapprochement.models import Imputation, LigneBanque, Remise, RemiseBanque
from rapprochement.models.matches import ImputationKind, Regle
from rapprochement.services.lettering_511 import letter_chargebacks

#: The event of each kind of line: for what comes in, for what goes out.
EVENTS: dict[ImputationKind, tuple[Evenement | None, Evenement | None]] = {
    ImputationKind.REMISE: (Evenement.REMITTANCE, None),
    ImputationKind.REPRISE: (None, Evenement.BANK_WITHDRAWAL),
    ImputationKind.FRAIS: (None, Evenement.BANK_FEE),
    ImputationKind.ATTENTE: (Evenement.BANK_RECEIPT, Evenement.BANK_PAYMENT),
    ImputationKind.ETRANGERE: (Evenement.BANK_OUTSIDE_IN, Evenement.BANK_OUTSIDE_OUT),
}
_FEES = {
    Evenement.REMITTANCE: Evenement.REMITTANCE_FEE,
    Evenement.BANK_WITHDRAWAL: Evenement.BANK_WITHDRAWAL_FEE,
}
#: Events whose rule debits the bank's account.
_COMES_IN = frozenset({Evenement.REMITTANCE, Evenement.BANK_RECEIPT, Evenement.BANK_OUTSIDE_IN})


class ImputationRefused(Exception):
    """Nothing was written; ``str()`` is a sentence for the agent."""


class AlreadyImputed(ImputationRefused):
    """Somebody, or the portal, said what this line is meanwhile."""


@dataclass(frozen=True, slots=True)
class Share:
    """What a line brings of a remittance: signed cents, gross, and what the bank kept of it."""

    remise_id: int
    gross_cents: int
    fee_cents: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a line is, by which rule, and what it answers: remittances, or lines of chargebacks."""

    kind: ImputationKind
    regle: Regle
    shares: Sequence[Share] = ()
    charges: Sequence[int] = ()
    agent: Agent | None = None
    note: str = ""

    @property
    def fee_cents(self) -> int:
        """What the bank kept, all remittances together."""
        return sum(share.fee_cents for share in self.shares)

    def gap_cents(self, line: LigneBanque) -> int:
        """What the bank did not bring of these remittances; negative when it brought more."""
        if not self.shares:
            return 0
        return sum(each.gross_cents for each in self.shares) - self.fee_cents - line.amount_cents


def hold(line_ids: Sequence[int], remise_ids: Sequence[int] = ()) -> None:
    """Wait for whoever imputes these lines or these remittances, until the transaction ends."""
    for key in sorted(line_ids):
        one_at_a_time("ligne de banque", key)
    for key in sorted(remise_ids):
        one_at_a_time("remise", key)


def write_imputation(*, line: LigneBanque, decision: Decision, now: datetime) -> Imputation:
    """Write the imputation of a line that the caller holds, its écriture, dated of the line's
    booking, its remittances, and the gap if there is one.

    In the caller's transaction and scope. Raises ``AlreadyImputed``, ``ImputationRefused`` when a
    remittance was brought meanwhile, and ``RuleMissing``.
    """
    if Imputation.objects.in_force().filter(ligne=line).exists():
        raise AlreadyImputed(_("Cette ligne de banque vient d’être imputée : rechargez la page."))
    _refuse_above(decision.shares)
    ecriture = _ecriture(line, decision, now=now)
    imputation = Imputation.objects.create(
        caisse_id=line.caisse_id,
        ligne=line,
        kind=decision.kind,
        regle=decision.regle,
        ecriture=ecriture,
        note=decision.note[:300],
        imputed_at=now,
        imputed_by=decision.agent,
    )
    RemiseBanque.objects.bulk_create(
        RemiseBanque(
            caisse_id=line.caisse_id,
            imputation=imputation,
            remise_id=share.remise_id,
            gross_cents=share.gross_cents,
            fee_cents=share.fee_cents,
        )
        for share in decision.shares
    )
    _write_gap(imputation, line, decision, now=now)
    _letter_charges(ecriture, decision, now=now)
    settle_by_fact(
        caisse_id=line.caisse_id,
        kinds=[AnomalieKind.BANK_LINE],
        subjects=[f"banque {line.public_id.hex}"],
        note=_settled_words(imputation),
        now=now,
    )
    return imputation


def _settled_words(imputation: Imputation) -> str:
    """What settles the line of the work list: what the bank line is, and who said it."""
    who = imputation.imputed_by.get_username() if imputation.imputed_by else "le portail"
    return f"Imputée par {who} : {imputation.get_kind_display()}. {imputation.note}".rstrip()


def gap_source(imputation: Imputation) -> UUID:
    """The source of the écriture of a gap: named by its imputation."""
    return _named(f"ecart:{imputation.pk}")


def source_of(line: LigneBanque) -> UUID:
    """The source of the écriture that an imputation of this line writes: the line's own name, and
    after a correction, its name and the rank of the imputation."""
    rank = Imputation.objects.filter(ligne=line).count()
    return _named(f"imputation:{line.public_id}:{rank}") if rank else line.public_id


def _named(words: str) -> UUID:
    return UUID(hashlib.md5(words.encode(), usedforsecurity=False).hexdigest())


def left_of(remise: Remise) -> int:
    """Gross cents that no bank line brought yet, signed as the remittance."""
    brought = RemiseBanque.objects.in_force().filter(remise=remise)
    return remise.gross_cents - (brought.aggregate(c=Sum("gross_cents"))["c"] or 0)


def fee_left_of(remise: Remise, left: int) -> int:
    """The fee that goes with what is left of a remittance, its gross cents ``left``."""
    if left == remise.gross_cents:
        return remise.fee_cents
    kept = sum(remise.banques.in_force().values_list("fee_cents", flat=True))
    return max(0, remise.fee_cents - kept)


def _refuse_above(shares: Sequence[Share]) -> None:
    remises = Remise.objects.in_bulk([share.remise_id for share in shares])
    for share in shares:
        remise = remises[share.remise_id]
        left = left_of(remise)
        if share.gross_cents * left <= 0 or abs(share.gross_cents) > abs(left):
            raise ImputationRefused(
                _("La %(remise)s est déjà reçue en banque, ou il n’en reste que %(left)s.")
                % {"remise": remise, "left": format_euros(left)}
            )


def piece_of(line: LigneBanque) -> str:
    """The piece of all that is written of a bank line: its own, as references are not unique."""
    return f"BQ{line.pk}"


def _ecriture(line: LigneBanque, decision: Decision, *, now: datetime) -> Ecriture:
    event = event_of(line, decision.kind)
    return write_ecriture(
        caisse_id=line.caisse_id,
        event=event,
        parts=_parts(line, event, decision),
        source_id=source_of(line),
        piece=piece_of(line),
        label=_words_of(event),
        now=now,
        fact_on=line.booked_on,
        instead=_own_account(line, event),
    )


def event_of(line: LigneBanque, kind: ImputationKind) -> Evenement:
    """The event that the line is as this kind; raises ``ImputationRefused`` for the wrong way."""
    event = EVENTS[kind][0 if line.amount_cents > 0 else 1]
    if event is None:
        raise ImputationRefused(
            _("Une ligne de %(amount)s ne peut pas être « %(kind)s ».")
            % {"amount": format_euros(line.amount_cents), "kind": kind.label}
        )
    return event


def _words_of(event: Evenement) -> str:
    """What the books say: never the bank's words, which may name people (invariant 15); the piece
    leads to them. In French, whoever acts."""
    with override("fr"):
        return str(event.label)


def _parts(line: LigneBanque, event: Evenement, decision: Decision) -> list[Part]:
    """The bank's side sums to the line: what came in and the fee make the gross; what went out is
    the gross and the fee."""
    fee, cents = decision.fee_cents, abs(line.amount_cents)
    label = _words_of(event)
    if event == Evenement.BANK_WITHDRAWAL:
        cents -= fee
    parts = [Part(event, cents, label)]
    if fee:
        parts.append(Part(_FEES[event], fee, label))
    return parts


def _own_account(line: LigneBanque, event: Evenement) -> dict[int, int]:
    """The line's own bank account in the place of the scheme's."""
    rules, _open_on = rules_of_open_day(line.caisse_id, line.booked_on, {event})
    rule = rules.rule_for(event)
    usual = rule.debit_id if event in _COMES_IN else rule.credit_id
    return {usual: line.releve.compte_bancaire.compte_id}


def _write_gap(
    imputation: Imputation, line: LigneBanque, decision: Decision, *, now: datetime
) -> None:
    gap = decision.gap_cents(line)
    if not gap:
        return
    event = Evenement.GAP_LOSS if gap > 0 else Evenement.GAP_GAIN
    label = _words_of(event)
    write_ecriture(
        caisse_id=line.caisse_id,
        event=event,
        parts=[Part(event, abs(gap), label)],
        source_id=gap_source(imputation),
        piece=imputation.ecriture.piece,
        label=label,
        now=now,
        fact_on=line.booked_on,
    )


def _letter_charges(ecriture: Ecriture, decision: Decision, *, now: datetime) -> None:
    if not decision.charges:
        return
    compte_id = Ligne.objects.values_list("compte_id", flat=True).get(pk=decision.charges[0])
    answer = ecriture.lignes.get(compte_id=compte_id)
    letter_chargebacks(
        caisse_id=ecriture.caisse_id,
        ligne_ids=decision.charges,
        bank_ligne_id=answer.pk,
        compte_id=compte_id,
        came_in=decision.kind == ImputationKind.REMISE,
        now=now,
    )
