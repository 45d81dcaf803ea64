"""The forms of a plan: how many payments and which day of the month, then the agreement."""

from collections.abc import Mapping
from typing import Any, Self

from django import forms
from django.utils.translation import gettext_lazy as _

from allocataires.services.echeanciers import FEWEST, most_dues
from payments.forms import sharing_field
from payments.gateways.base import Terms

#: Proposed at first: three payments, on the day on which the funds debit (the 10th).
_USUAL_COUNT, _USUAL_DAY = 3, 10


class PlanForm(forms.Form):
    """Read from the address of the page: a preview can be reloaded and gone back to."""

    nombre = forms.TypedChoiceField(coerce=int, label=_("En combien de paiements ?"))
    jour = forms.TypedChoiceField(
        coerce=int,
        choices=[(day, str(day)) for day in range(1, 32)],
        label=_("Quel jour du mois, pour les paiements suivants ?"),
        help_text=_("Si un mois est plus court, ce sera son dernier jour."),
    )

    def __init__(self, data: Mapping[str, Any], *, total_cents: int) -> None:
        """Offer as many payments as the total allows, each of 1 € at least."""
        super().__init__(data)
        self.fields["nombre"].choices = [
            (count, str(count)) for count in range(FEWEST, most_dues(total_cents) + 1)
        ]

    @classmethod
    def of(cls, answers: Mapping[str, Any], *, total_cents: int) -> Self:
        """What was answered, or what is proposed to somebody who has not answered yet."""
        usual = {"nombre": min(_USUAL_COUNT, most_dues(total_cents)), "jour": _USUAL_DAY}
        return cls(
            {name: answers.get(name, value) for name, value in usual.items()},
            total_cents=total_cents,
        )


class PlanConfirmationForm(forms.Form):
    """The agreement itself, and where to write when something happens."""

    email = forms.EmailField(
        required=False,
        label=_("Votre adresse électronique (facultatif, conseillé)"),
        help_text=_(
            "Pour vous prévenir à chaque paiement, et surtout si l’un d’eux est refusé. Elle ne "
            "sert à rien d’autre."
        ),
        error_messages={
            "invalid": _(
                "Cette adresse n’est pas complète. Écrivez-la comme nom@exemple.fr, "
                "ou n’écrivez rien."
            )
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    accord = forms.BooleanField(
        label=_("Je suis d’accord avec ces dates et ces montants."),
        error_messages={
            "required": _("Cochez cette case si vous êtes d’accord avec ces dates et ces montants.")
        },
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        terms: Terms,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """``terms`` are those of the fund's platform, which the address may be given to."""
        super().__init__(data, initial=initial)
        self.fields["partage"] = sharing_field(terms)
