"""What a person writes to ask something about a debt."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from recouvrement.models.demande import DemandeKind
from recouvrement.services.filing import Asking

MESSAGE_LENGTH = 2000
_TOO_LONG = _("Votre message est trop long : 2 000 caractères au plus. Gardez l’essentiel.")


class MessageField(forms.CharField):
    """A text of several lines; a line break is one character, whatever the browser sends."""

    def to_python(self, value: Any) -> str:
        """The text, with one character a line break."""
        return str(super().to_python(value)).replace("\r\n", "\n").strip()


class DemandeForm(forms.Form):
    """Why, and where to write back; ``kind`` decides the question and whether a word is needed."""

    message = MessageField(
        max_length=MESSAGE_LENGTH,
        error_messages={
            "required": _("Dites en quelques mots ce qui n’est pas exact."),
            "max_length": _TOO_LONG,
        },
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    email = forms.EmailField(
        label=_("Votre adresse électronique (facultatif)"),
        help_text=_("Pour vous prévenir de la réponse. Elle ne sert à rien d’autre."),
        required=False,
        max_length=254,
        error_messages={
            "invalid": _("Écrivez une adresse comme nom@exemple.fr, ou laissez vide."),
            "max_length": _("Cette adresse est trop longue : vérifiez-la, ou laissez vide."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, data: Any = None, *, kind: DemandeKind) -> None:
        """A remission may be asked without a word: the fund knows part of the situation."""
        super().__init__(data)
        self.kind = kind
        message = self.fields["message"]
        if kind == DemandeKind.REMISE:
            message.required = False
            message.label = _("Votre situation (facultatif)")
            message.help_text = _(
                "Ce qui a changé, ce que vous payez chaque mois… 2 000 caractères au plus. "
                "Aucun justificatif n’est demandé ici."
            )
        else:
            message.label = _("Ce qui n’est pas exact, à votre avis")
            message.help_text = _("Avec vos mots. 2 000 caractères au plus.")

    def said(self) -> Asking:
        """The valid answers, as ``file_demande`` takes them."""
        cleaned = self.cleaned_data
        return Asking(self.kind, cleaned["message"], cleaned["email"])
