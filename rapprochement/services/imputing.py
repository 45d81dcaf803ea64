"""Says what bank lines are, when one reading only is possible: never by guess."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import structlog
from django.db import connection

from caf_portal.database.scope import caisse_scope
from caf_portal.sweeping import try_each
from comptabilite.models import SchemaComptable
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.schema import RemittanceMode
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.writing import RuleMissing
from rapprochement.models import LigneBanque, Remise
from rapprochement.models.matches import ImputationKind, Regle
from rapprochement.services.imputation_writing import (
    Decision,
    ImputationRefused,
    Share,
    hold,
    write_imputation,
)
from rapprochement.services.imputing_by_agent import impute_by_agent
from rapprochement.services.lettering_511 import letter_covered
from rapprochement.statements import statement, take_time

__all__ = ["impute_bank_lines", "impute_by_agent"]

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """One reading of some lines: the remittances or the chargebacks that they bring or take."""

    caisse_id: int
    regle: Regle
    lines: Sequence[int]
    remises: Sequence[int]
    charges: Sequence[int]


def impute_bank_lines(*, caisse_id: int, now: datetime) -> int:
    """Impute the lines that can be read in one way only, then letter what is over; returns how
    many lines were imputed.

    Each reading in its own transaction, under the locks that an agent takes too. One that cannot
    be written (a rule that the scheme lacks, a remittance that somebody brought meanwhile) is left,
    and the others go on. Running it again imputes what came since.
    """
    with caisse_scope(caisse_id), connection.cursor() as cursor:
        take_time()
        cursor.execute(statement("find_bank"), {"caisse_id": caisse_id})
        found = [_Found(caisse_id, Regle(rule), *rest) for rule, *rest in cursor.fetchall()]
    imputed = sum(try_each(found, partial(_impute, now=now)))
    letter_covered(caisse_id=caisse_id, now=now)
    return imputed


def _impute(found: _Found, *, now: datetime) -> int:
    try:
        with caisse_scope(found.caisse_id):
            return _write(found, now=now)
    except ImputationRefused as refusal:
        logger.info("rapprochement.imputing.refused", lines=found.lines, why=str(refusal))
    except RuleMissing:
        _tell_rule_missing(found.caisse_id, now=now)
    return 0


def _write(found: _Found, *, now: datetime) -> int:
    hold(found.lines, found.remises)
    lines = LigneBanque.objects.select_related("releve__compte_bancaire").in_bulk(found.lines)
    ordered = [lines[key] for key in found.lines]
    for line, shares in zip(ordered, _shares(found, ordered), strict=True):
        came_in = line.amount_cents > 0
        decision = Decision(
            kind=ImputationKind.REMISE if came_in else ImputationKind.REPRISE,
            regle=found.regle,
            shares=shares,
            charges=found.charges,
        )
        write_imputation(line=line, decision=decision, now=now)
    return len(ordered)


def _shares(found: _Found, lines: Sequence[LigneBanque]) -> list[list[Share]]:
    """What each line brings: whole remittances for one line, or parts of one for several lines."""
    remises = list(Remise.objects.filter(pk__in=found.remises).order_by("pk"))
    net = _is_net(found.caisse_id, lines[0])
    if len(lines) == 1:
        return [
            [Share(each.pk, each.gross_cents, each.fee_cents if net else 0) for each in remises]
        ]
    return parts_of(remises[0], lines, fee_cents=remises[0].fee_cents if net else 0)


def parts_of(remise: Remise, lines: Sequence[LigneBanque], *, fee_cents: int) -> list[list[Share]]:
    """One share a line; the fee is spread as the amounts are, the last line bears the rounding."""
    total, left, shares = sum(line.amount_cents for line in lines), fee_cents, []
    for line in lines:
        fee = fee_cents * line.amount_cents // total if line is not lines[-1] else left
        left -= fee
        shares.append([Share(remise.pk, line.amount_cents + fee, fee)])
    return shares


def _is_net(caisse_id: int, line: LigneBanque) -> bool:
    schema = SchemaComptable.objects.in_force(caisse_id=caisse_id, on=line.booked_on).first()
    return schema is None or schema.remittance_mode == RemittanceMode.NETTE


def _tell_rule_missing(caisse_id: int, *, now: datetime) -> None:
    with caisse_scope(caisse_id):
        open_anomalie(
            caisse_id=caisse_id,
            kind=AnomalieKind.LEDGER_RULE_MISSING,
            subject="BANQUE",
            detail=(
                "Lignes de banque : le schéma comptable n’a pas de règle pour les remises ou leurs "
                "frais. Ajoutez-la dans une nouvelle version : elles seront imputées d’elles-mêmes."
            ),
            now=now,
        )
