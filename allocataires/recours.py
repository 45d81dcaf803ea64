"""What a person may do about a debt, by family of benefit, in plain words.

Only what the texts cited say and that was read in the code; for the other families the letter is
the reference and the page says so (``docs/domaine.md`` lists what is not confirmed).
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allocataires.nomenclature import Famille

Sentence = str | Promise


@dataclass(frozen=True, slots=True)
class Recours:
    """Sentences shown on a debt's page, and the articles that they rest on."""

    disagree: tuple[Sentence, ...]
    cannot_pay: tuple[Sentence, ...]
    law: str


_RECTIFICATION = _(
    "Vous avez 20 jours après la notification pour demander à votre Caf de corriger la dette."
)
_COMMISSION = _(
    "Vous pouvez aussi écrire à la commission de recours amiable de votre Caf, dans les 2 mois."
)
_SUSPENDED = _("Pendant que votre demande est étudiée, le remboursement est suspendu.")
_LETTER = _("Le courrier de votre Caf indique à qui écrire, et dans quel délai.")
_REMISSION_HARDSHIP = _(
    "Si votre situation est difficile, vous pouvez demander une remise : la dette est alors "
    "réduite ou effacée. Ce n’est pas possible en cas de fraude ou de fausse déclaration."
)
_REMISSION_GOOD_FAITH = _(
    "Si vous êtes de bonne foi ou si votre situation est difficile, vous pouvez demander une "
    "remise : la dette est alors réduite ou effacée. Ce n’est pas possible en cas de fraude ou de "
    "fausse déclaration."
)
_ASK = _("Dites-le à votre Caf : elle vous indiquera ce qui est possible pour cette dette.")

_BY_FAMILLE: dict[str, Recours] = {
    Famille.FAMILLE: Recours(
        disagree=(_RECTIFICATION, _COMMISSION),
        cannot_pay=(_REMISSION_HARDSHIP,),
        law="L.553-2, R.133-9-2, R.142-1 CSS",
    ),
    Famille.PRIME_ACTIVITE: Recours(
        disagree=(_RECTIFICATION, _COMMISSION, _SUSPENDED),
        cannot_pay=(_REMISSION_GOOD_FAITH,),
        law="L.845-2, L.845-3, R.847-1-1, R.847-2 CSS",
    ),
    Famille.RSA: Recours(
        disagree=(
            _("Vous pouvez écrire au président du conseil départemental."),
            _LETTER,
            _SUSPENDED,
        ),
        cannot_pay=(_REMISSION_GOOD_FAITH,),
        law="L.262-46, L.262-47 CASF",
    ),
}
_OTHERWISE = Recours(disagree=(_LETTER,), cannot_pay=(_ASK,), law="")


def recours_of(famille: Famille) -> Recours:
    """What may be done about a debt of this family; the letter's word where nothing is certain."""
    return _BY_FAMILLE.get(famille, _OTHERWISE)
