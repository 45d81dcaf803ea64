"""What a merchant types for an operation: amounts in euros, a date, a reason."""

import re

from django import forms
from django.utils.translation import gettext_lazy as _

AMOUNT = re.compile(r"(\d{1,10})(?:[.,](\d{1,2}))?")
SPACES = re.compile(r"\s")


class AmountField(forms.CharField):
    """`12,34` becomes 1234 cents; nothing typed becomes None."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(
            required=False,
            label=_("Montant (euros)"),
            widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            **kwargs,
        )

    def clean(self, value: str) -> int | None:
        """Cents."""
        text = SPACES.sub("", super().clean(value))
        if not text:
            return None
        match = AMOUNT.fullmatch(text)
        if match is None:
            raise forms.ValidationError(_("Écrivez un montant, par exemple 12,34."))
        return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


class OperationForm(forms.Form):
    """Base: every operation may bear no field at all."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)


class ModifyForm(OperationForm):
    """A lower amount, another date of remittance."""

    amount = AmountField()
    capture_on = forms.DateField(
        required=False,
        label=_("Date de remise"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class RefundForm(OperationForm):
    """How much to give back."""

    amount = AmountField(help_text=_("Vide : tout ce qui reste."))


class DuplicateForm(OperationForm):
    """How much to debit again."""

    amount = AmountField(help_text=_("Vide : le même montant."))


class ChargebackForm(OperationForm):
    """Why the bank takes the money back."""

    reason = forms.CharField(required=False, max_length=100, label=_("Motif"))
