"""An accountant says which line of the books a line of the platform tells."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from caisses.models import Agent
from caisses.perms import rights_of
from rapprochement.models import Appariement, LignePlateforme
from rapprochement.models.matches import Regle
from rapprochement.services.lettering_511 import letter_covered
from rapprochement.services.proposing_pairs import candidates


class PairingRefused(Exception):
    """Nothing was written; ``str()`` is a sentence for the accountant."""


@transaction.atomic
def pair_by_agent(
    *, plateforme_id: int, ligne_id: int, agent: Agent, now: datetime
) -> tuple[Appariement, set[date]]:
    """Match two lines that say the same amount, in the accountant's name, and letter what is over
    by that; returns the days (Paris) whose proofs change.

    In the agent's scope. Only what the portal itself could propose is taken: it looks again, for
    somebody may have matched either line meanwhile. Nothing is written in the books. Raises
    ``PairingRefused``.
    """
    line = LignePlateforme.objects.get(pk=plateforme_id)
    if line.caisse_id not in rights_of(agent).comptable_ids:
        raise PairingRefused(
            _("Seule une personne habilitée comme comptable de cette caisse peut rapprocher.")
        )
    possible = candidates(line.caisse_id, {line.day_on}).get(line.public_id.hex, [])
    chosen = next((row for row in possible if row["id"] == ligne_id), None)
    if chosen is None:
        raise _changed()
    try:
        with transaction.atomic():
            made = Appariement.objects.create(
                caisse_id=line.caisse_id,
                plateforme=line,
                kind=line.kind,
                ligne_id=ligne_id,
                regle=Regle.AGENT,
                matched_at=now,
                matched_by=agent,
            )
    except IntegrityError as error:
        raise _changed() from error
    letter_covered(caisse_id=line.caisse_id, now=now)
    return made, {line.day_on, chosen["on"]}


def _changed() -> PairingRefused:
    return PairingRefused(
        _("L’une des deux lignes a été rapprochée entre-temps, ou elles diffèrent : recalculez.")
    )
