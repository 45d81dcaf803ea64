"""An accountant says what a bank line is."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from caf_portal.money import format_euros
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models import Ligne
from comptabilite.services.writing import RuleMissing
from rapprochement.models import Imputation, LigneBanque, Remise
from rapprochement.models.matches import ImputationKind, Regle
from rapprochement.services.imputation_writing import (
    Decision,
    ImputationRefused,
    Share,
    event_of,
    fee_left_of,
    hold,
    left_of,
    write_imputation,
)
from rapprochement.services.lettering_511 import letter_covered


class Difference(StrEnum):
    """What the accountant says of the difference between a line and what it brings."""

    NONE = ""
    #: The bank kept fees that the platform's file does not tell.
    FEE = "FRAIS"
    #: A settlement gap, small (``SETTLEMENT_GAP_MAX_CENTS``).
    GAP = "ECART"
    #: The rest of the remittance comes with other lines.
    PART = "PARTIE"


@transaction.atomic
def impute_by_agent(
    *,
    ligne_id: int,
    kind: ImputationKind,
    agent: Agent,
    note: str,
    now: datetime,
    remise_ids: Sequence[int] = (),
    charge_ids: Sequence[int] = (),
    difference: Difference = Difference.NONE,
) -> Imputation:
    """Write what a bank line is, in the accountant's name, and letter what it ends.

    In the agent's scope. ``remise_ids`` are the remittances that it brings (or takes), for what no
    line brought of them yet, and ``charge_ids`` the lines of 511x of the chargebacks that it takes.
    The amounts agree to the cent, unless ``difference`` says why they do not. Raises
    ``ImputationRefused`` with a sentence that says what to do.
    """
    line = LigneBanque.objects.select_related("releve__compte_bancaire").get(pk=ligne_id)
    _refuse_unless_accountant(line, agent)
    hold([line.pk], remise_ids)
    _refuse_what_does_not_fit(line, kind, note, remise_ids, charge_ids)
    decision = Decision(
        kind=kind,
        regle=Regle.AGENT,
        shares=_shares(line, remise_ids, difference, note),
        charges=_charges(line, charge_ids),
        agent=agent,
        note=note.strip(),
    )
    try:
        imputation = write_imputation(line=line, decision=decision, now=now)
    except RuleMissing as error:
        raise ImputationRefused(
            _("Le schéma comptable n’a pas de règle pour ce cas : ajoutez-la d’abord.")
        ) from error
    if decision.shares or decision.charges:
        letter_covered(caisse_id=line.caisse_id, now=now)
    return imputation


def _refuse_unless_accountant(line: LigneBanque, agent: Agent) -> None:
    if line.caisse_id not in rights_of(agent).comptable_ids:
        raise ImputationRefused(
            _("Seule une personne habilitée comme comptable de cette caisse peut imputer.")
        )


def _refuse_what_does_not_fit(
    line: LigneBanque,
    kind: ImputationKind,
    note: str,
    remise_ids: Sequence[int],
    charge_ids: Sequence[int],
) -> None:
    event_of(line, kind)
    of_the_platform = kind in {ImputationKind.REMISE, ImputationKind.REPRISE}
    if (remise_ids or charge_ids) and not of_the_platform:
        raise ImputationRefused(_("Ne choisissez des remises que pour une remise ou une reprise."))
    if kind == ImputationKind.REMISE and not (remise_ids or charge_ids):
        raise ImputationRefused(
            _("Choisissez la remise, ou l’impayé rendu, que cette ligne apporte.")
        )
    if remise_ids and charge_ids:
        raise ImputationRefused(_("Choisissez des remises ou des impayés, pas les deux."))
    if not (remise_ids or charge_ids or note.strip()):
        raise ImputationRefused(_("Écrivez ce qu’est cette ligne de banque."))


def _shares(
    line: LigneBanque, remise_ids: Sequence[int], difference: Difference, note: str
) -> list[Share]:
    remises = list(_remises(line, remise_ids))
    left = {each.pk: left_of(each) for each in remises}
    net = [Share(each.pk, left[each.pk], fee_left_of(each, left[each.pk])) for each in remises]
    gross = [Share(each.pk, left[each.pk]) for each in remises]
    for shares in (net, gross):
        if sum(each.gross_cents - each.fee_cents for each in shares) == line.amount_cents:
            return shares
    return _with_difference(line, net, difference, note) if remises else []


def _with_difference(
    line: LigneBanque, shares: list[Share], difference: Difference, note: str
) -> list[Share]:
    lacking = sum(each.gross_cents - each.fee_cents for each in shares) - line.amount_cents
    if difference == Difference.NONE:
        raise ImputationRefused(
            _(
                "La ligne est de %(line)s et les remises choisies de %(remises)s : il y a "
                "%(gap)s d’écart. Choisissez d’autres remises, ou dites ce qu’est l’écart."
            )
            % {
                "line": format_euros(line.amount_cents),
                "remises": format_euros(line.amount_cents + lacking),
                "gap": format_euros(abs(lacking)),
            }
        )
    if not note.strip():
        raise ImputationRefused(_("Écrivez pourquoi les montants diffèrent."))
    if difference == Difference.FEE:
        return _with_fee(shares, lacking)
    if difference == Difference.PART:
        return [_part_of(shares, line)]
    if abs(lacking) > settings.SETTLEMENT_GAP_MAX_CENTS:
        raise ImputationRefused(
            _("Un écart de règlement ne peut pas dépasser %(limit)s.")
            % {"limit": format_euros(settings.SETTLEMENT_GAP_MAX_CENTS)}
        )
    return shares


def _with_fee(shares: list[Share], lacking: int) -> list[Share]:
    """The fee goes with the largest remittance."""
    largest = max(shares, key=lambda share: abs(share.gross_cents))
    if lacking <= 0 or lacking > abs(largest.gross_cents):
        raise ImputationRefused(
            _("Des frais retenus font une ligne plus petite que la remise : vérifiez le montant.")
        )
    kept = Share(largest.remise_id, largest.gross_cents, largest.fee_cents + lacking)
    return [kept if share is largest else share for share in shares]


def _part_of(shares: list[Share], line: LigneBanque) -> Share:
    """As much of the remittance as the line brings, with as much of its fee."""
    whole = shares[0]
    net_cents = whole.gross_cents - whole.fee_cents
    smaller = line.amount_cents * net_cents > 0 and abs(line.amount_cents) < abs(net_cents)
    if len(shares) > 1 or not smaller:
        raise ImputationRefused(
            _("Une partie de remise est celle d’une seule remise, plus grande que la ligne.")
        )
    fee_cents = whole.fee_cents * line.amount_cents // net_cents
    return Share(whole.remise_id, line.amount_cents + fee_cents, fee_cents)


def _remises(line: LigneBanque, remise_ids: Sequence[int]) -> QuerySet[Remise]:
    found = Remise.objects.filter(caisse_id=line.caisse_id, pk__in=remise_ids).order_by("pk")
    if found.count() != len(set(remise_ids)):
        raise ImputationRefused(_("Une des remises choisies n’existe pas : rechargez la page."))
    return found


def _charges(line: LigneBanque, charge_ids: Sequence[int]) -> list[int]:
    found = Ligne.objects.filter(
        caisse_id=line.caisse_id, pk__in=charge_ids, appariements__kind="JRI"
    ).exclude(lettrages__live=True)
    cents = sum(each.debit_cents - each.credit_cents for each in found)
    if len(found) != len(set(charge_ids)) or (charge_ids and cents != line.amount_cents):
        raise ImputationRefused(
            _("Les impayés choisis ne font pas le montant de la ligne, ou sont déjà repris.")
        )
    return [each.pk for each in found]
