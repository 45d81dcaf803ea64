"""What an agent writes to ask for a refund."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from caf_portal.money import NotAnAmount, format_plain_euros, parse_euros


class AskRefundForm(forms.Form):
    """The amount in euros and why; ``stated_cents`` is what was refundable on the page."""

    amount = forms.CharField(
        label=_("Montant à rendre, en euros"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Par exemple : 45,50"),
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=200,
        widget=forms.TextInput(attrs={"size": 80}),
        help_text=_("Lu par la personne qui décidera et gardé avec le remboursement."),
    )
    stated_cents = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    @classmethod
    def offering(cls, left_cents: int, filled: Mapping[str, str]) -> "AskRefundForm":
        """The form before it is sent: everything that is left, or what ``filled`` proposes.

        ``filled`` comes from an address: it is shown, and checked like anything typed.
        """
        offered = {"amount": format_plain_euros(left_cents), "reason": ""}
        proposed = {name: filled[name][:200] for name in offered if name in filled}
        return cls(initial={**offered, **proposed, "stated_cents": left_cents})

    def clean_amount(self) -> int:
        """The amount in cents."""
        try:
            return parse_euros(str(self.cleaned_data["amount"]))
        except NotAnAmount as error:
            raise forms.ValidationError(
                _("Écrivez un montant en euros, par exemple 45,50.")
            ) from error

    def said(self) -> dict[str, Any]:
        """The valid answers, as ``ask_refund`` takes them."""
        cleaned = self.cleaned_data
        return {
            "amount_cents": cleaned["amount"],
            "stated_cents": cleaned["stated_cents"],
            "reason": cleaned["reason"],
        }
