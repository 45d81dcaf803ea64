"""What a period must satisfy to be closed, and how a refusal is told to the accountant."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models import Cloture
from comptabilite.services.open_days import first_day_to_close
from rapprochement.models import Rapprochement
from rapprochement.models.proof import ResiduKind


class ClosingRefused(Exception):
    """The period does not close; ``str()`` is a sentence for the accountant."""


class NotExplained(ClosingRefused):
    """Something of the day's proof is left to explain."""


def refuse_unless_accountant(*, caisse_id: int, agent: Agent) -> None:
    """Closing is the act of the fund's own accountant; raises ``ClosingRefused`` for others."""
    if caisse_id not in rights_of(agent).comptable_ids:
        raise ClosingRefused(
            _("Seule une personne habilitée comme comptable de cette caisse peut clôturer.")
        )


def refuse_out_of_turn(caisse_id: int, day_on: date, now: datetime) -> None:
    """A day closes once over, after the one before it; raises ``ClosingRefused``."""
    if day_on >= paris_date(now):
        raise ClosingRefused(
            _("Le %(jour)s n’est pas terminé : il pourra être clôturé à partir du lendemain.")
            % {"jour": long_day(day_on)}
        )
    expected = first_day_to_close(caisse_id=caisse_id)
    started = Cloture.objects.days(caisse_id=caisse_id).exists()
    if started and expected is not None and day_on < expected:
        raise ClosingRefused(_("Le %(jour)s est déjà clôturé.") % {"jour": long_day(day_on)})
    if not started:
        _refuse_too_early(expected, day_on, now)
    # The first day may be chosen before the first money that came in, never after it.
    if expected is not None and (day_on > expected or (started and day_on != expected)):
        raise ClosingRefused(
            _("Les jours se clôturent l’un après l’autre : clôturez d’abord le %(jour)s.")
            % {"jour": long_day(expected)}
        )


def _refuse_too_early(expected: date | None, day_on: date, now: datetime) -> None:
    """A first day is of the year of the first money, or of last year when there is none: every day
    from it on is to be closed, and a year mistyped would make centuries of them."""
    earliest = date(expected.year if expected else paris_date(now).year - 1, 1, 1)
    if day_on < earliest:
        raise ClosingRefused(
            _("La clôture ne peut pas commencer avant le %(jour)s.") % {"jour": long_day(earliest)}
        )


def refuse_unexplained(proof: Rapprochement) -> None:
    """Nothing of the proof may be left to explain; raises ``NotExplained``, saying how much."""
    if not proof.unexplained:
        return
    if not proof.unexplained_cents:
        raise NotExplained(_without_amount(proof))
    raise NotExplained(
        ngettext(
            "Le %(jour)s ne peut pas être clôturé : il reste %(nombre)s écart à expliquer, de "
            "%(montant)s. Ouvrez le rapprochement de ce jour et réglez-le.",
            "Le %(jour)s ne peut pas être clôturé : il reste %(nombre)s écarts à expliquer, de "
            "%(montant)s en tout. Ouvrez le rapprochement de ce jour et réglez-les.",
            proof.unexplained,
        )
        % {
            "jour": long_day(proof.day_on),
            "nombre": proof.unexplained,
            "montant": format_euros(proof.unexplained_cents),
        }
    )


def why_not_closed(proof: Rapprochement | None) -> str:
    """What closing the day of this proof would be refused for, as far as is known; or ""."""
    try:
        if proof is not None:
            refuse_unexplained(proof)
    except NotExplained as refusal:
        return str(refusal)
    return ""


def _without_amount(proof: Rapprochement) -> str:
    """No sum tells what a missing file hides: the sentence says that one lacks, not how much."""
    said = {"jour": long_day(proof.day_on), "nombre": proof.unexplained}
    others = proof.residus.filter(explained=False).exclude(kind=ResiduKind.FICHIER_MANQUANT)
    if others.exists():
        words = ngettext(
            "Le %(jour)s ne peut pas être clôturé : il reste %(nombre)s écart à expliquer. Ouvrez "
            "le rapprochement de ce jour et réglez-le.",
            "Le %(jour)s ne peut pas être clôturé : il reste %(nombre)s écarts à expliquer. Ouvrez "
            "le rapprochement de ce jour et réglez-les.",
            proof.unexplained,
        )
    else:
        words = ngettext(
            "Le %(jour)s ne peut pas être clôturé : il reste %(nombre)s écart à expliquer, un "
            "fichier attendu manque. Déposez-le, ou expliquez son absence dans le rapprochement.",
            "Le %(jour)s ne peut pas être clôturé : il reste %(nombre)s écarts à expliquer, des "
            "fichiers attendus manquent. Déposez-les, ou expliquez leur absence dans le "
            "rapprochement.",
            proof.unexplained,
        )
    return words % said


def long_day(day: date) -> str:
    """A day as it is said: “3 mars 2026”."""
    return date_format(day, "j F Y")
