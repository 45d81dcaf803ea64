"""What a person tells of their household, to read the scale: nothing is required, nothing kept."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bareme import Household, Situation, Territory
from bareme.situation import MOST_CENTS, MOST_CHILDREN
from caf_portal.money import NotAnAmount, format_euros, parse_euros

_TYPED = {"inputmode": "decimal", "autocomplete": "off"}
_NOT_AN_AMOUNT = _("Écrivez une somme par mois en euros, par exemple 850 ou 850,50.")


class ScaleForm(forms.Form):
    """Household, children, resources, benefits, housing: all optional."""

    foyer = forms.ChoiceField(
        required=False,
        label=_("Vous vivez"),
        choices=[
            ("", _("Je ne précise pas")),
            ("single", _("Seul(e)")),
            ("couple", _("En couple")),
        ],
    )
    enfants = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_CHILDREN,
        label=_("Nombre d’enfants à charge"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Écrivez un nombre d’enfants, de 0 à 20."),
            "min_value": _("Écrivez un nombre d’enfants, de 0 à 20."),
            "max_value": _("Écrivez un nombre d’enfants, de 0 à 20."),
        },
    )
    ressources = forms.CharField(
        required=False,
        max_length=20,
        label=_("Vos ressources par mois, en euros"),
        help_text=_(
            "Salaires, chômage, pensions de tout le foyer, avant impôt. "
            "Si vous ne savez pas, laissez vide."
        ),
        widget=forms.TextInput(attrs=_TYPED),
    )
    prestations = forms.CharField(
        required=False,
        max_length=20,
        label=_("Ce que la Caf vous verse par mois, en euros"),
        widget=forms.TextInput(attrs=_TYPED),
    )
    logement = forms.CharField(
        required=False,
        max_length=20,
        label=_("Votre loyer ou votre prêt par mois, en euros"),
        help_text=_("Sans loyer ni prêt, écrivez 0. Si vous ne savez pas, laissez vide."),
        widget=forms.TextInput(attrs=_TYPED),
    )

    def clean_ressources(self) -> int | None:
        """Cents, or nothing."""
        return _cents(self.cleaned_data["ressources"])

    def clean_prestations(self) -> int | None:
        """Cents, or nothing."""
        return _cents(self.cleaned_data["prestations"])

    def clean_logement(self) -> int | None:
        """Cents, or nothing."""
        return _cents(self.cleaned_data["logement"])

    def situation(self, *, on: date, territory: Territory) -> Situation:
        """The household for the scale; somebody who says nothing of it is counted alone."""
        data: dict[str, Any] = self.cleaned_data
        return Situation(
            on=on,
            household=Household(data["foyer"] or "single"),
            children=data["enfants"] or 0,
            resources_cents=data["ressources"],
            benefits_cents=data["prestations"] or 0,
            housing_cents=data["logement"],
            territory=territory,
        )


def _cents(typed: str) -> int | None:
    """The cents typed, or nothing."""
    if not typed.strip():
        return None
    try:
        cents = parse_euros(typed)
    except NotAnAmount as error:
        raise forms.ValidationError(_NOT_AN_AMOUNT) from error
    if cents > MOST_CENTS:
        raise forms.ValidationError(
            _("C’est plus que %(most)s par mois : vérifiez."),
            params={"most": format_euros(MOST_CENTS)},
        )
    return cents
