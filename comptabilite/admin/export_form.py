"""What an accountant says to ask for an export."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from caisses.admin.funds import FundForm
from caisses.models import Caisse
from comptabilite.exports.cells import LATIN_9, UTF_8
from comptabilite.models import Journal
from comptabilite.models.export import ExportFormat

ENCODINGS = [(UTF_8, "UTF-8"), (LATIN_9, "ISO 8859-15")]


def _day(label: Promise) -> forms.DateField:
    """A date, with the browser's own calendar."""
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class ExportForm(FundForm):
    """A fund, a format, days. Whether they are closed, the service says."""

    format = forms.ChoiceField(label=_("Format"), choices=ExportFormat.choices)
    first_on = _day(_("Du"))
    last_on = _day(_("Au"))
    journal = forms.CharField(
        label=_("Journal"),
        max_length=6,
        required=False,
        help_text=_("Le code d’un seul journal ; vide pour tous."),
    )
    encoding = forms.ChoiceField(
        label=_("Encodage du FEC"),
        choices=ENCODINGS,
        help_text=_("UTF-8, sauf pour un logiciel ancien. Les autres formats sont en UTF-8."),
    )

    def __init__(self, *args: Any, funds: QuerySet[Caisse], **kwargs: Any) -> None:
        super().__init__(*args, funds=funds, **kwargs)
        codes = Journal.objects.filter(caisse__in=funds).values_list("code", flat=True)
        self.fields["journal"].widget.attrs["placeholder"] = ", ".join(
            codes.distinct().order_by("code")[:8]
        )

    def clean_journal(self) -> str:
        """A code is in capitals."""
        typed: str = self.cleaned_data["journal"]
        return typed.strip().upper()
