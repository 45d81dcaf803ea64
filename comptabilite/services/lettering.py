"""Letters lines of an account that answer each other, and takes a lettrage back.

Balanced, of one account, a line in one live lettrage: the database refuses anything else
(invariant 18). What an accountant letters by hand stays until somebody undoes it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from comptabilite.models import Lettrage, Ligne, LigneLettree

_ADD_LINES = """
INSERT INTO comptabilite_lignelettree (caisse_id, lettrage_id, ligne_id, live)
SELECT %s, %s, x, true FROM unnest(%s::bigint[]) AS x
"""


class LetteringRefused(Exception):
    """These lines do not make a lettrage; ``str()`` is a sentence for the accountant."""


@transaction.atomic
def letter(
    *, caisse_id: int, compte_id: int, ligne_ids: Sequence[int], reason: str, now: datetime
) -> Lettrage:
    """Letter these lines of one account, whose debits equal their credits; in the caller's scope.

    The caller has checked that the agent is an accountant of the fund. Raises ``LetteringRefused``:
    fewer than two lines, a line of another account, a line lettered already, sums that
    differ, no reason.
    """
    words = reason.strip()
    if not words:
        raise LetteringRefused(_("Écrivez pourquoi ces lignes se répondent."))
    # Writing the row takes the account's turn: what follows reads what others have finished.
    lettrage = Lettrage.objects.create(
        caisse_id=caisse_id,
        compte_id=compte_id,
        rank=0,
        lettered_on=paris_date(now),
        lettered_at=now,
        reason=words[:120],
    )
    _refuse_lines(caisse_id, compte_id, set(ligne_ids))
    with connection.cursor() as cursor:
        cursor.execute(_ADD_LINES, [caisse_id, lettrage.pk, sorted(set(ligne_ids))])
    lettrage.refresh_from_db()
    return lettrage


def _refuse_lines(caisse_id: int, compte_id: int, ligne_ids: set[int]) -> None:
    lines = list(Ligne.objects.filter(caisse_id=caisse_id, compte_id=compte_id, pk__in=ligne_ids))
    if len(lines) != len(ligne_ids) or len(lines) < 2:
        raise LetteringRefused(_("Choisissez au moins deux lignes de ce compte."))
    if LigneLettree.objects.filter(caisse_id=caisse_id, ligne__in=ligne_ids, live=True).exists():
        raise LetteringRefused(
            _("Une de ces lignes est déjà lettrée : délettrez-la ou choisissez-en d’autres.")
        )
    difference = sum(line.debit_cents - line.credit_cents for line in lines)
    if difference:
        raise LetteringRefused(
            _("Débits et crédits doivent être égaux : il y a %(montant)s d’écart.")
            % {"montant": format_euros(abs(difference))}
        )


@transaction.atomic
def undo(*, lettrage_id: int, reason: str, now: datetime) -> Lettrage:
    """Take a lettrage back, once and whole, in the caller's scope: its lines are open again.

    The rows stay, so that what was lettered on a past day is still known. The caller has checked
    that the agent is an accountant of the fund. Raises ``LetteringRefused`` without a reason, or
    when it was taken back already.
    """
    words = reason.strip()
    if not words:
        raise LetteringRefused(_("Écrivez pourquoi ces lignes ne se répondent plus."))
    changed = Lettrage.objects.filter(pk=lettrage_id, undone_at__isnull=True).update(
        undone_at=now, undone_reason=words[:120]
    )
    if not changed:
        raise LetteringRefused(_("Ce lettrage a déjà été défait."))
    return Lettrage.objects.get(pk=lettrage_id)
