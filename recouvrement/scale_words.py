"""The arithmetic of the scale in words: one sentence for each line that ``bareme`` gives."""

from fractions import Fraction

from django.utils.translation import gettext as _

from bareme import Line, LineCode, Retenue, to_cents
from bareme.retenue import Assumption
from caf_portal.money import format_euros


def sentences_of(retenue: Retenue) -> list[str]:
    """The whole computation, in its order."""
    return [_sentence(line) for line in retenue.lines]


def assumptions_of(retenue: Retenue) -> list[str]:
    """What the amount rests on besides the figures given."""
    said = {
        Assumption.INCOME_UNKNOWN: _(
            "Vous n’avez pas indiqué vos ressources : la règle retient alors un quotient fixé "
            "d’avance, souvent plus élevé que le vrai. Indiquez-les si vous le pouvez."
        ),
        Assumption.HOUSING_UNKNOWN: _(
            "Vous n’avez pas indiqué de loyer : la règle compte alors un quart de ce que vous "
            "touchez. Si vous n’en avez pas, écrivez 0."
        ),
        Assumption.AMOUNTS_FROM_PRESS: _(
            "Les montants du barème ont été lus dans la presse, pas dans l’arrêté officiel."
        ),
        Assumption.SCALE_OF_ANOTHER_YEAR: _(
            "Les montants de cette année ne sont pas connus ici : ce sont ceux de %(year)s, un peu "
            "plus bas ou un peu plus hauts."
        )
        % {"year": retenue.scale.year},
        Assumption.LAST_START_DEDUCED: _("Le début de la dernière tranche a été déduit."),
    }
    return [said[assumption] for assumption in retenue.assumptions]


def _sentence(line: Line) -> str:
    words = {name: _shown(line, name) for name in (number.name for number in line.numbers)}
    return _SENTENCES[line.code]() % {**words, "result": _result(line)}


def _shown(line: Line, name: str) -> str:
    unit = next(number.unit for number in line.numbers if number.name == name)
    if unit == "cents":
        return _euros(line[name])
    return f"{_plain(line[name])} %" if unit == "percent" else _plain(line[name])


def _result(line: Line) -> str:
    return _euros(line.result) if line.unit == "cents" else _plain(line.result)


def _euros(cents: Fraction) -> str:
    whole = to_cents(cents)
    return format_euros(whole) if whole >= 0 else f"−{format_euros(-whole)}"


def _plain(number: Fraction) -> str:
    return f"{float(number):g}".replace(".", ",")


def _slice() -> str:
    return _("Sur la tranche qui commence à %(start)s, %(taken)s × %(rate)s = %(result)s.")


_SENTENCES = {
    LineCode.HOUSING_ESTIMATED: lambda: _(
        "Logement estimé : %(rate)s de %(resources)s + %(benefits)s = %(result)s."
    ),
    LineCode.NET_RESOURCES: lambda: _(
        "Ressources %(resources)s + prestations %(benefits)s − logement %(housing)s = %(result)s."
    ),
    LineCode.PARTS: lambda: _(
        "Nombre de parts : %(adults)s pour le foyer + %(children)s enfant(s) × %(per_child)s = "
        "%(result)s."
    ),
    LineCode.QUOTIENT: lambda: _(
        "Quotient : %(net_resources)s ÷ %(parts)s parts = %(result)s par part."
    ),
    LineCode.QUOTIENT_FLOORED: lambda: _(
        "Quotient : %(net_resources)s est en dessous de zéro, on compte %(result)s."
    ),
    LineCode.QUOTIENT_DEEMED: lambda: _("Quotient fixé d’avance par la règle : %(result)s."),
    LineCode.FLAT: lambda: _(
        "Somme fixe, pour la part du quotient sous %(threshold)s : %(result)s."
    ),
    LineCode.SLICE: _slice,
    LineCode.TOTAL: lambda: _("Total : %(flat)s + %(slices)s = %(result)s."),
    LineCode.FRAUD_UPLIFT: lambda: _("Majoration de %(rate)s : %(uplift)s, soit %(result)s."),
    LineCode.ROUNDED: lambda: _("Arrondi au centime : %(result)s par mois."),
}
