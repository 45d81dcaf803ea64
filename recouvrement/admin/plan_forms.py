"""What an agent writes about a plan: a decision, a change of dates, a stop."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from allocataires.models.echeancier import ReportKind
from recouvrement.services.plan_changes import Change
from recouvrement.services.plan_deciding import LONGEST_REASON

ACCEPT, REFUSE = "accepter", "refuser"
_WIDE = forms.Textarea(attrs={"rows": 4, "cols": 80})


class DecisionForm(forms.Form):
    """Accept or refuse, with a reason that the person reads."""

    decision = forms.ChoiceField(
        label=_("Réponse"),
        choices=[(ACCEPT, _("Accepter")), (REFUSE, _("Refuser"))],
        widget=forms.RadioSelect,
    )
    motif = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        label=_("Motif"),
        widget=_WIDE,
        help_text=_("Obligatoire pour un refus. La personne le lit sur la page de l’échéancier."),
    )

    def clean(self) -> dict[str, object]:
        """A refusal says why."""
        cleaned = super().clean() or {}
        if cleaned.get("decision") == REFUSE and not str(cleaned.get("motif", "")).strip():
            self.add_error("motif", _("Écrivez pourquoi : la personne le lira."))
        return cleaned


class ChangeForm(forms.Form):
    """A change of dates, and why; the reason stays in the history of the administration."""

    quoi = forms.ChoiceField(
        label=_("Changement"), choices=ReportKind.choices, widget=forms.RadioSelect
    )
    rang = forms.IntegerField(
        required=False, min_value=1, max_value=99, label=_("Rang de l’échéance à déplacer")
    )
    date = forms.DateField(
        required=False,
        label=_("Nouvelle date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    motif = forms.CharField(max_length=200, label=_("Motif"), widget=forms.TextInput())

    def clean(self) -> dict[str, object]:
        """A due that is moved is named, with its new date."""
        cleaned = super().clean() or {}
        if cleaned.get("quoi") == ReportKind.DEPLACEE:
            for name in ("rang", "date"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("À remplir pour déplacer une échéance."))
        return cleaned

    def change(self) -> Change:
        """What is asked."""
        kind = ReportKind(self.cleaned_data["quoi"])
        if kind != ReportKind.DEPLACEE:
            return Change(kind)
        to_on: date = self.cleaned_data["date"]
        return Change(kind, self.cleaned_data["rang"], to_on)
