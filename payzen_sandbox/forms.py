"""What the buyer types, checked field by field."""

import re
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from payzen_sandbox.cards import TestCard, find_card, passes_luhn
from payzen_sandbox.services.attempts import CardEntry

SEPARATORS = re.compile(r"[\s.-]+")
EXPIRY = re.compile(r"(0?[1-9]|1[0-2])\s*/\s*(?:20)?(\d{2})")


class CardForm(forms.Form):
    """Number, expiry and CVV of a test card. `entry()` gives the result once it is valid."""

    number = forms.CharField(
        label=_("Numéro de carte"),
        help_text=_("16 chiffres, avec ou sans espaces."),
        error_messages={"required": _("Saisissez le numéro de la carte.")},
        widget=forms.TextInput(attrs={"autocomplete": "cc-number", "inputmode": "numeric"}),
    )
    expiry = forms.CharField(
        label=_("Date d'expiration"),
        help_text=_("Par exemple 06/30."),
        error_messages={"required": _("Saisissez la date d'expiration.")},
        widget=forms.TextInput(attrs={"autocomplete": "cc-exp", "maxlength": 9}),
    )
    cvv = forms.CharField(
        label=_("Cryptogramme"),
        help_text=_("3 chiffres, au dos."),
        error_messages={"required": _("Saisissez les 3 chiffres du cryptogramme.")},
        # render_value stays off: what was typed is never sent back in the page.
        widget=forms.PasswordInput(
            attrs={"autocomplete": "cc-csc", "inputmode": "numeric", "maxlength": 3}
        ),
    )

    def __init__(self, *args: object, network: str, today: date, **kwargs: object) -> None:
        """`network` is the one the buyer chose; `today` the UTC date."""
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.network = network
        self.today = today

    def clean_number(self) -> TestCard:
        """A test card of the chosen network."""
        number = SEPARATORS.sub("", self.cleaned_data["number"])
        if not (number.isascii() and number.isdigit()) or len(number) != 16:
            raise forms.ValidationError(_("Le numéro doit avoir 16 chiffres."))
        card = find_card(number)
        if not passes_luhn(number) and (card is None or not card.documented_alias):
            raise forms.ValidationError(_("Ce numéro comporte une erreur. Relisez-le."))
        if card is None:
            raise forms.ValidationError(
                _("Ce n'est pas une carte de test. Ne saisissez jamais une vraie carte ici.")
            )
        if self.network not in {card.network, "CB"}:
            raise forms.ValidationError(_("Cette carte n'est pas du réseau choisi."))
        return card

    def clean_expiry(self) -> tuple[int, int]:
        """Month and year, this month or later."""
        match = EXPIRY.fullmatch(self.cleaned_data["expiry"].strip())
        if match is None:
            raise forms.ValidationError(_("Écrivez le mois et l'année, par exemple 06/30."))
        month, year = int(match[1]), 2000 + int(match[2])
        if (year, month) < (self.today.year, self.today.month):
            raise forms.ValidationError(_("Cette carte a expiré."))
        return month, year

    def clean_cvv(self) -> None:
        """Three digits, checked and forgotten."""
        cvv = self.cleaned_data["cvv"]
        if not (cvv.isascii() and cvv.isdigit()) or len(cvv) != 3:
            raise forms.ValidationError(_("Le cryptogramme a 3 chiffres."))

    def entry(self) -> CardEntry:
        """The checked card; only after `is_valid()`."""
        month, year = self.cleaned_data["expiry"]
        return CardEntry(self.cleaned_data["number"], self.network, month, year)


class ChallengeForm(forms.Form):
    """The code that stands for the bank's own authentication."""

    code = forms.CharField(
        label=_("Code de confirmation"),
        error_messages={"required": _("Saisissez le code affiché ci-dessus.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": 8}
        ),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, use_required_attribute=False, **kwargs)
