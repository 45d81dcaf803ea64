"""What is asked before lettering lines, and why a lettrage is taken back."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comptabilite.models import Compte


class CompteField(forms.ModelChoiceField):
    """Accounts, with their fund: two funds have the same numbers."""

    def label_from_instance(self, obj: Compte) -> str:  # type: ignore[override]
        """Code of the fund, number, label."""
        return f"{obj.caisse.code} {obj}"


class OpenLinesForm(forms.Form):
    """An account of a fund whose books the agent keeps, and what narrows its open lines."""

    compte = CompteField(label=_("Compte"), queryset=Compte.objects.none())
    auxiliaire = forms.CharField(label=_("Compte auxiliaire"), max_length=40, required=False)
    du = forms.DateField(
        label=_("Du"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    au = forms.DateField(
        label=_("Au"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, caisse_ids: Collection[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = Compte.objects.filter(caisse__in=caisse_ids).select_related("caisse")
        accounts = accounts.order_by("caisse", "number")
        self.fields["compte"].queryset = accounts  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Motif"), max_length=120)
