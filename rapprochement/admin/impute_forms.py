"""Forms by which an accountant says what a bank line is, takes it back, and whose money it was."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance
from caf_portal.money import format_euros
from comptabilite.models import Ligne
from rapprochement.models import LigneBanque, Remise
from rapprochement.models.matches import ImputationKind
from rapprochement.services.imputing_by_agent import Difference
from rapprochement.services.not_imputed import not_whole

#: Remittances offered, the last ones.
_OFFERED = 100


class ImputeForm(forms.Form):
    """What the line is, the remittances or chargebacks that it answers, and the difference."""

    kind = forms.ChoiceField(label=_("Nature"))
    remises = forms.MultipleChoiceField(
        label=_("Remises"), required=False, widget=forms.CheckboxSelectMultiple
    )
    charges = forms.MultipleChoiceField(
        label=_("Impayés"), required=False, widget=forms.CheckboxSelectMultiple
    )
    difference = forms.ChoiceField(
        label=_("Si les montants diffèrent"),
        required=False,
        choices=[
            (Difference.NONE.value, _("ils ne diffèrent pas")),
            (Difference.FEE.value, _("la banque a retenu des frais")),
            (Difference.GAP.value, _("c’est un petit écart de règlement")),
            (Difference.PART.value, _("c’est une partie de la remise, le reste viendra")),
        ],
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text=_(
            "À écrire si les montants diffèrent, si la somme attend, ou si elle est étrangère au "
            "portail."
        ),
    )

    def __init__(self, *args: Any, line: LigneBanque, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = (ImputationKind.REPRISE, ImputationKind.FRAIS)
        if line.amount_cents > 0:
            kinds = (ImputationKind.REMISE,)
        both = (ImputationKind.ATTENTE, ImputationKind.ETRANGERE)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in (*kinds, *both)]
        self._offer("remises", _remises(line))
        self._offer("charges", _charges(line))

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            self.fields[name].choices = choices
        else:
            del self.fields[name]


class CorrectForm(forms.Form):
    """Why an imputation is taken back."""

    reason = forms.CharField(
        label=_("Motif"),
        max_length=200,
        help_text=_("Son écriture sera contrepassée, et la ligne attendra une autre imputation."),
    )


class PlaceForm(forms.Form):
    """The debt that a transfer repays, as its letter names it."""

    numero = forms.CharField(label=_("Numéro d’allocataire"), max_length=20)
    debt = forms.CharField(
        label=_("Dette"), max_length=12, help_text=_("Nature et rang, par exemple INK 001.")
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=100,
        help_text=_("Comment vous savez de qui vient cette somme."),
    )

    def creance(self, line: LigneBanque) -> Creance | None:
        """The debt of the line's fund, or ``None``."""
        nature, _space, rang = self.cleaned_data["debt"].strip().upper().partition(" ")
        found = Creance.objects.filter(
            caisse_id=line.caisse_id,
            allocataire__numero=self.cleaned_data["numero"].strip(),
            nature=nature,
            rang=rang.strip(),
        )
        return found.first()


def _remises(line: LigneBanque) -> list[tuple[str, str]]:
    found = not_whole(caisse_id=line.caisse_id)
    way = {"net_cents__gt": 0} if line.amount_cents > 0 else {"net_cents__lt": 0}
    shown = found.filter(**way).order_by("-remitted_on", "-pk")[:_OFFERED]
    return [(str(remise.pk), _told(remise)) for remise in shown]


def _told(remise: Remise) -> str:
    """Its amounts, and what is left of it when a part came."""
    gross, fee, net = map(format_euros, (remise.gross_cents, remise.fee_cents, remise.net_cents))
    words = f"{remise} : {gross} − {fee} = {net}"
    came = getattr(remise, "brought_cents", None)
    if came is None:
        return words
    left = {"words": words, "left": format_euros(remise.gross_cents - came)}
    return gettext("%(words)s (reste %(left)s brut)") % left


def _charges(line: LigneBanque) -> list[tuple[str, str]]:
    """Chargebacks that the bank takes, or those that it gives back, as the line goes."""
    way = {"credit_cents": 0} if line.amount_cents > 0 else {"debit_cents": 0}
    waiting = Ligne.objects.filter(caisse_id=line.caisse_id, appariements__kind="JRI", **way)
    rows = waiting.exclude(lettrages__live=True).select_related("ecriture").order_by("-pk")
    return [
        (
            str(each.pk),
            f"{each.ecriture.piece} : {format_euros(each.credit_cents + each.debit_cents)}",
        )
        for each in rows[:_OFFERED]
    ]
