"""What an agent writes to act on a debt, or to answer a demande."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from caf_portal.money import NotAnAmount, parse_euros
from recouvrement.agent_actions import RULES, Action
from recouvrement.models.demande import DemandeStatus
from recouvrement.services.agent_moves import Order
from recouvrement.services.deciding import Answer


class ActionForm(forms.Form):
    """Why and when; ``stated_cents`` is the balance that the page showed."""

    reason = forms.CharField(
        label=_("Motif"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "cols": 80}),
        help_text=_("Lu par la personne dans l’histoire de sa dette, et gardé avec votre nom."),
    )
    on = forms.DateField(
        label=_("Date d’effet"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until_on = forms.DateField(
        label=_("Jusqu’au (facultatif)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    stated_cents = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Any = None, *, action: Action, today: date, cents: int) -> None:
        """Propose today; ask until when only where it means something."""
        super().__init__(data, initial={"on": today, "stated_cents": cents})
        self.action = action
        if not RULES[action].may_end:
            del self.fields["until_on"]
        if action == Action.TRANSFERER:
            self.fields["reason"].label = _("Qui suit la dette maintenant, et à qui la payer")

    def order(self) -> Order:
        """The valid answers, as ``act_on_debt`` takes them."""
        cleaned = self.cleaned_data
        return Order(
            action=self.action,
            reason=cleaned["reason"],
            on=cleaned["on"],
            stated_cents=cleaned["stated_cents"],
            until_on=cleaned.get("until_on"),
        )


class AnswerForm(forms.Form):
    """Yes, in part or no; the amount in part; why."""

    status = forms.ChoiceField(
        label=_("Réponse"),
        choices=[
            (DemandeStatus.ACCEPTEE, _("Accepter : plus rien n’est dû pour cette dette")),
            (DemandeStatus.PARTIELLE, _("Accepter en partie")),
            (DemandeStatus.REJETEE, _("Refuser")),
        ],
        widget=forms.RadioSelect,
    )
    amount = forms.CharField(
        label=_("Montant retiré de la dette, en euros (en partie seulement)"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=_("Par exemple : 45,50"),
    )
    reason = forms.CharField(
        label=_("Motif"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
        help_text=_("Lu par la personne : dites pourquoi, et ce qu’elle peut encore faire."),
    )
    stated_cents = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean(self) -> dict[str, Any]:
        """Read the amount where it is needed, and refuse one where it would be ignored."""
        cleaned = super().clean() or {}
        typed = str(cleaned.get("amount") or "")
        in_part = cleaned.get("status") == DemandeStatus.PARTIELLE
        if typed and not in_part and "status" in cleaned:
            self.add_error("amount", _("Un montant ne se dit que pour une réponse en partie."))
        if in_part:
            try:
                cleaned["cents"] = parse_euros(typed)
            except NotAnAmount:
                self.add_error("amount", _("Écrivez un montant en euros, par exemple 45,50."))
        return cleaned

    def answer(self) -> Answer:
        """The valid answers, as ``decide_demande`` takes them."""
        cleaned = self.cleaned_data
        return Answer(
            status=DemandeStatus(cleaned["status"]),
            reason=cleaned["reason"],
            stated_cents=cleaned["stated_cents"],
            amount_cents=cleaned.get("cents"),
        )
