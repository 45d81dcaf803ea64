"""What an agent writes to make a payment link, and to send it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allocataires.models import Allocataire, Creance
from caf_portal.money import NotAnAmount, format_euros, format_plain_euros, parse_euros
from payments.services.links import LONGEST_DAYS

_USUAL = timedelta(days=30)
_PREFIX = "somme_"


class AmountField(forms.CharField):
    """An amount in euros, or nothing: gives cents, 0 for nothing."""

    def clean(self, value: Any) -> int:
        """The cents of what was typed."""
        typed = super().clean(value)
        try:
            return parse_euros(typed) if typed else 0
        except NotAnAmount as error:
            raise forms.ValidationError(
                _("Écrivez un montant en euros, par exemple 45,50.")
            ) from error


class NewLinkForm(forms.Form):
    """One amount for each debt that can be paid online, and the last day of the link."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, creances: Sequence[Creance]
    ) -> None:
        super().__init__(data)
        for creance in creances:
            self.fields[f"{_PREFIX}{creance.public_id.hex}"] = AmountField(
                required=False,
                max_length=20,
                label=f"{creance} ({creance.get_nature_display()})",
                initial=format_plain_euros(creance.balance_cents),
                help_text=_("Reste %(left)s. Laissez vide pour ne pas la mettre dans le lien.")
                % {"left": format_euros(creance.balance_cents)},
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
        self.fields["last_on"] = forms.DateField(
            label=_("Dernier jour"),
            initial=timezone.localdate() + _USUAL,
            help_text=_("Au plus tard dans %(days)s jours.") % {"days": LONGEST_DAYS},
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )

    def shares(self) -> dict[UUID, int]:
        """Cents by debt, those left empty apart."""
        return {
            UUID(hex=name.removeprefix(_PREFIX)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(_PREFIX) and value
        }


class SendLinkForm(forms.Form):
    """To whom, and in which language."""

    email = forms.EmailField(label=_("Adresse électronique"))
    langue = forms.ChoiceField(label=_("Langue du message"), choices=settings.LANGUAGES)

    @classmethod
    def offering(cls, allocataire: Allocataire) -> "SendLinkForm":
        """The empty form, with the address and the language on file."""
        return cls(initial={"email": allocataire.email, "langue": allocataire.langue})
