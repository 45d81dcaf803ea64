"""The four charts of a dashboard: which figures, in which words. ``drawing`` gives them a shape."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from caf_portal.money import format_euros
from rapprochement.pictures.drawing import Chart, Series, draw
from rapprochement.pictures.figures import Figures
from rapprochement.pictures.periods import Span, Step
from rapprochement.pictures.scale import days_of_age, short_euros


def charts_of(lines: Sequence[Figures], step: Step) -> list[Chart]:
    """Money in and out, what is to explain, what the gateway owes, the oldest anomaly."""
    labels = [_label(line.span, step) for line in lines]
    drawn = [
        (
            "argent",
            _("Encaissé, rendu et repris"),
            _("Au-dessus de la ligne, ce qui est entré ; au-dessous, ce qui est ressorti."),
            _money_series(lines),
        ),
        (
            "expliquer",
            _("Écarts à expliquer"),
            _("Ce que la preuve des journées laisse sans explication."),
            [Series("reste", _("À expliquer"), [_unexplained(line) for line in lines])],
        ),
        (
            "chemin",
            _("Encore chez la plateforme"),
            _("Encaissé par carte, pas encore arrivé en banque, à la dernière journée prouvée."),
            [Series("attente", _("Chez la plateforme"), [_owed(line) for line in lines])],
        ),
    ]
    money = [draw(*one, labels=labels, told=format_euros, tick=short_euros) for one in drawn]
    ages = [Series("reste", _("Âge en jours"), [line.age_days or 0 for line in lines])]
    words = _("Le nombre de jours depuis son ouverture, à la fin de chaque période.")
    title = _("Âge de la plus ancienne anomalie")
    age = draw("age", title, words, ages, labels=labels, told=days_of_age, tick=str)
    return [*money, age]


def _money_series(lines: Sequence[Figures]) -> list[Series]:
    def of(read: Callable[[Figures], int]) -> list[int | None]:
        return [read(line) for line in lines]

    return [
        Series("paye", _("Encaissé"), of(lambda line: line.money.paid_cents)),
        Series("attente", _("À identifier"), of(lambda line: line.money.unidentified_cents)),
        Series("rendu", _("Rendu"), of(lambda line: line.money.refunded_cents), below=True),
        Series(
            "repris",
            _("Repris (impayés)"),
            of(lambda line: line.money.charged_back_cents),
            below=True,
        ),
    ]


def _unexplained(line: Figures) -> int | None:
    return line.proved.unexplained_cents if line.proved else None


def _owed(line: Figures) -> int | None:
    return line.proved.owed_cents if line.proved else None


def _label(span: Span, step: Step) -> str:
    return f"{span.first_on:%m/%y}" if step == Step.MOIS else f"{span.first_on:%d/%m}"
