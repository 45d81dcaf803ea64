"""The forms of a plan that no card pays: how much, which day, how; then the agreement."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance
from allocataires.models.echeancier import PlanMeans
from allocataires.services.plan_calendar import USUAL_DAY
from caf_portal.money import NotAnAmount, format_plain_euros, parse_euros
from recouvrement.services.plan_agreeing import LONGEST_NOTE


class SpreadForm(forms.Form):
    """Read from the address of the page: a preview can be reloaded and gone back to."""

    mensualite = forms.CharField(
        max_length=20,
        label=_("Combien par mois, en euros ?"),
        help_text=_("Par exemple : 45,50"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": _("Écrivez ce que vous pouvez payer chaque mois.")},
    )
    jour = forms.TypedChoiceField(
        coerce=int,
        choices=[(day, str(day)) for day in range(1, 32)],
        label=_("Quel jour du mois ?"),
        help_text=_(
            "Les prestations sont versées le 5. Dans un mois plus court, c’est le dernier jour."
        ),
        error_messages={"invalid_choice": _("Choisissez un jour du mois, de 1 à 31.")},
    )
    moyen = forms.ChoiceField(
        label=_("Comment payer chaque mois ?"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choisissez une des réponses proposées.")},
    )
    debut = forms.ChoiceField(
        required=False,
        label=_("Par quelle dette commencer ?"),
        error_messages={"invalid_choice": _("Choisissez une des dettes proposées.")},
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, creances: Iterable[Creance], by_card: bool
    ) -> None:
        """``by_card`` when the fund's platform debits plans; ``creances`` are those to spread."""
        super().__init__(data, initial={"jour": USUAL_DAY, "moyen": PlanMeans.DEMANDE})
        means = [
            (PlanMeans.DEMANDE, gettext("En ligne, chaque mois, après un rappel")),
            (PlanMeans.AUTRE, gettext("Par virement ou par chèque")),
        ]
        if by_card:
            means.append((PlanMeans.CARTE, gettext("Par carte, débitée automatiquement")))
        self.fields["moyen"].choices = means
        law = ("", gettext("La plus ancienne, puis les autres (ordre prévu par la loi)"))
        self.fields["debut"].choices = [
            law,
            *((each.public_id.hex, f"{each.get_nature_display()} ({each})") for each in creances),
        ]

    def clean_mensualite(self) -> int:
        """Cents."""
        try:
            return parse_euros(self.cleaned_data["mensualite"])
        except NotAnAmount as error:
            raise forms.ValidationError(
                _("Écrivez une somme en euros, par exemple 45 ou 45,50.")
            ) from error

    def clean_debut(self) -> UUID | None:
        """The debt to repay first, if one was named."""
        named = self.cleaned_data["debut"]
        return UUID(hex=named) if named else None

    def as_query(self) -> dict[str, str]:
        """The answers, as the page's address and the confirmation carry them."""
        data = self.cleaned_data
        first = data["debut"]
        return {
            "mensualite": format_plain_euros(data["mensualite"]),
            "jour": str(data["jour"]),
            "moyen": data["moyen"],
            "debut": first.hex if first else "",
        }


class OwnPlanForm(forms.Form):
    """The agreement, and what the person wants to say when the fund must answer."""

    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        label=_("Un mot pour votre Caf (facultatif)"),
        help_text=_("Aucun justificatif n’est demandé. 500 caractères au plus."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("C’est trop long : 500 caractères au plus.")},
    )
    accord = forms.BooleanField(
        label=_("Je suis d’accord avec ces dates et ces montants."),
        error_messages={
            "required": _("Cochez cette case si vous êtes d’accord avec ces dates et ces montants.")
        },
    )


class MoveForm(forms.Form):
    """Another day for one due."""

    date = forms.DateField(
        label=_("Nouvelle date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choisissez une date."),
            "invalid": _("Écrivez une date, par exemple 15/01/2027."),
        },
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
