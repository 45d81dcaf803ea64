"""Records the chargebacks that a JRI file tells: each once, and none by guess."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import structlog
from django.db import transaction

from caf_portal.database.advisory import one_at_a_time
from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.money import format_euros
from caf_portal.sweeping import try_each
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.writing import RuleMissing
from payments.models import Payment, Transaction
from payments.services.charging_back import ChargedBack, charge_back
from payments.services.remains import booked_transactions
from rapprochement.models import FichierReleve, Impaye, LignePlateforme
from rapprochement.models.files import FichierKind
from rapprochement.models.impaye import ImpayeStatus
from rapprochement.readers.gateway.reading import read_gateway_file
from rapprochement.services.file_pieces import content_of

logger = structlog.get_logger(__name__)

#: How long a chargeback that waits for the end of a refund is looked at again.
LOOK_BACK = timedelta(days=60)
_GIVEN_BACK = "La banque rend de l’argent : un comptable dit ce que c’est"
_UNKNOWN = "Aucun paiement encaissé ici ne répond à cet impayé"
_UNFIT = "Le montant repris ne répond pas à ce qui reste de ce paiement"
_AGAIN = "Un impayé est déjà enregistré sur cette transaction"


@dataclass(frozen=True, slots=True)
class _Found:
    """The transaction that a line is about, if there is only one that it can be."""

    payment: Payment | None = None
    debit: Transaction | None = None


def files_to_record(*, now: datetime) -> list[int]:
    """The JRI files of the last weeks with a line that nothing was made of yet."""
    with national_scope():
        recent = FichierReleve.objects.filter(kind=FichierKind.JRI, received_at__gt=now - LOOK_BACK)
        todo = recent.filter(lignes_plateforme__impaye__isnull=True, lines__gt=0)
        return list(todo.order_by("pk").values_list("pk", flat=True).distinct())


def record_all_chargebacks(*, now: datetime) -> int:
    """Record what every recent JRI file tells and nobody recorded; returns how many."""
    recorder = partial(_record, now=now)
    return sum(try_each(files_to_record(now=now), recorder))


def record_chargebacks(*, fichier_id: int, now: datetime) -> int:
    """Record each line of a JRI file that is not yet: an ``Impaye``, its effects on the debts, an
    anomaly for an agent. Returns how many were recorded.

    Each line in its own transaction; doing it again does nothing again. One that the portal does
    not know, whose amount does not fit, or by which the bank gives money back, waits for an
    accountant (``A_TRAITER``, ``chargeback_by_accountant``) and moves no money.
    One whose money is being refunded right now is left for the next time.
    """
    with national_scope():
        fichier = FichierReleve.objects.get(pk=fichier_id, kind=FichierKind.JRI)
    with caisse_scope(fichier.caisse_id):
        todo = LignePlateforme.objects.filter(fichier=fichier, impaye__isnull=True)
        lines = list(todo.exclude(amount_cents=0).order_by("rank"))
        paid_on = _payment_dates(fichier, lines)
    recorded = [_record_line(line, paid_on.get(line.rank), now=now) for line in lines]
    return sum(recorded)


def _record(fichier_id: int, *, now: datetime) -> int:
    return record_chargebacks(fichier_id=fichier_id, now=now)


def _payment_dates(fichier: FichierReleve, lines: list[LignePlateforme]) -> dict[int, date]:
    """The UTC days of payment, read again from the file when an identifier is not enough."""
    if all(line.transaction_uuid for line in lines):
        return {}
    content = b"".join(content_of(fichier))
    found = read_gateway_file(content, filename=fichier.filename)
    return {line.rank: line.paid_on for line in found.lines if line.paid_on is not None}


def _record_line(line: LignePlateforme, paid_on: date | None, *, now: datetime) -> bool:
    with caisse_scope(line.caisse_id), transaction.atomic():
        # Two workers, or two lines about one transaction: the second sees what the first wrote.
        one_at_a_time("impayes", line.caisse_id)
        if _is_recorded(line):
            return False
        found = _find(line, paid_on)
        try:
            with transaction.atomic():
                status, why = _effects(line, found, now=now)
        except RuleMissing:
            _tell_rule_missing(line, now=now)
            return False
        if status is None:
            return False
        known = found.debit if why not in {_AGAIN, _GIVEN_BACK} else None
        Impaye.objects.create(
            caisse_id=line.caisse_id,
            public_id=line.public_id,
            plateforme=line,
            payment=found.payment,
            transaction=known,
            amount_cents=abs(line.amount_cents),
            charged_on=line.day_on,
            reason=line.reason,
            status=status,
            recorded_at=now,
        )
        _tell_agents(line, found, why, now=now)
    logger.info("rapprochement.chargeback.recorded", ligne=str(line.public_id), status=status)
    return True


def _is_recorded(line: LignePlateforme) -> bool:
    return Impaye.objects.filter(plateforme=line).exists()


def _effects(
    line: LignePlateforme, found: _Found, *, now: datetime
) -> tuple[ImpayeStatus | None, str]:
    """What becomes of the line, and why it waits for an agent; no status: try again later."""
    if line.amount_cents > 0:
        return ImpayeStatus.A_TRAITER, _GIVEN_BACK
    if found.debit is None:
        return ImpayeStatus.A_TRAITER, _UNKNOWN
    if Impaye.objects.filter(transaction=found.debit).exists():
        return ImpayeStatus.A_TRAITER, _AGAIN
    done = charge_back(
        debit=found.debit,
        amount_cents=-line.amount_cents,
        charged_on=line.day_on,
        source_id=line.public_id,
        now=now,
    )
    if done == ChargedBack.WAITS:
        return None, ""
    return (
        (ImpayeStatus.ROUVERT, "")
        if done == ChargedBack.BOOKED
        else (ImpayeStatus.A_TRAITER, _UNFIT)
    )


def transaction_behind(line: LignePlateforme) -> Transaction | None:
    """The transaction that a line of a JRI file is about, as far as the portal knows today."""
    return _find(line, _payment_dates(line.fichier, [line]).get(line.rank)).debit


def _find(line: LignePlateforme, paid_on: date | None) -> _Found:
    if line.transaction_uuid is not None:
        debits = Transaction.objects.filter(
            caisse_id=line.caisse_id, boutique_id=line.boutique_id, uuid=line.transaction_uuid
        )
        debit = debits.select_related("payment").first()
        return _Found(debit.payment, debit) if debit else _Found()
    payments = list(_payments_of(line, paid_on))
    if len(payments) != 1:
        return _Found()
    booked = booked_transactions(payments[0].pk)
    return _Found(payments[0], booked[0] if len(booked) == 1 else None)


def _payments_of(line: LignePlateforme, paid_on: date | None) -> Iterator[Payment]:
    """Those that left for the bank with this number, that day (or just before its midnight), under
    the order that the line names."""
    if paid_on is None:
        return iter(())
    found = Payment.objects.filter(
        caisse_id=line.caisse_id,
        boutique_id=line.boutique_id,
        redirections__trans_id=line.trans_id,
        redirections__utc_on__range=(paid_on - timedelta(days=1), paid_on),
    )
    if line.order_reference:
        found = found.filter(reference=line.order_reference)
    return iter(found.distinct().order_by("pk"))


def _tell_agents(line: LignePlateforme, found: _Found, why: str, *, now: datetime) -> None:
    """That a debt is due again, or that an accountant must book what the portal does not."""
    cents = abs(line.amount_cents)
    did = "rendu" if line.amount_cents > 0 else "repris"
    detail = f"La banque a {did} {format_euros(cents)} le {line.day_on:%d/%m/%Y}"
    if found.payment is not None:
        detail += f", sur le paiement {found.payment.reference}"
    detail += f" (transaction {line.trans_id}, commande {line.order_reference or 'non dite'}"
    detail += f", motif : {line.reason or 'non dit'})."
    detail += (
        f" {why} : rien n’a été passé, un comptable l’enregistre."
        if why
        else (" La dette est de nouveau due, la personne est prévenue.")
    )
    debit = found.debit
    open_anomalie(
        caisse_id=line.caisse_id,
        kind=AnomalieKind.CHARGEBACK_TO_BOOK if why else AnomalieKind.CHARGEBACK,
        subject=(debit.uuid if debit and not why else line.public_id).hex,
        amount_cents=cents,
        detail=detail,
        now=now,
    )


def _tell_rule_missing(line: LignePlateforme, *, now: datetime) -> None:
    open_anomalie(
        caisse_id=line.caisse_id,
        kind=AnomalieKind.LEDGER_RULE_MISSING,
        subject="CHARGEBACK",
        detail=(
            "Impayé : le schéma comptable n’a pas de règle. Ajoutez-la dans une nouvelle version : "
            "les impayés qui attendent seront enregistrés d’eux-mêmes."
        ),
        now=now,
    )
