"""What a debtor types: to be recognised, and to ask for a document."""

from django import forms
from django.utils.translation import gettext_lazy as _

from allocataires.birth_date import BirthDateField


class LetterForm(forms.Form):
    """The reference printed on a letter, and the birth date of the person it was sent to."""

    reference = forms.CharField(
        label=_("Référence de paiement"),
        help_text=_(
            "Elle est imprimée sur votre courrier. Exemple : 011 1234567 IN5 005 31. "
            "Avec ou sans espaces."
        ),
        max_length=40,
        error_messages={
            "required": _("Écrivez la référence imprimée sur votre courrier."),
            "max_length": _("Cette référence est trop longue : vérifiez-la sur votre courrier."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    birth_on = BirthDateField(
        label=_("Date de naissance"),
        help_text=_("Celle de la personne à qui le courrier est adressé. Exemple : 27 3 1985."),
    )


class DemoLoginForm(forms.Form):
    """A login and the password that the demonstration prints."""

    login = forms.CharField(
        label=_("Identifiant"),
        max_length=80,
        error_messages={"required": _("Écrivez un identifiant de démonstration.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label=_("Mot de passe"),
        strip=True,
        max_length=80,
        error_messages={"required": _("Écrivez le mot de passe de démonstration.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ReleveForm(forms.Form):
    """The last day that a statement takes in; today when nothing is said."""

    au = forms.DateField(
        label=_("Relevé arrêté au"),
        required=False,
        error_messages={"invalid": _("Écrivez une date, par exemple 31/12/2025.")},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
