"""What an accountant posts to close: a day, and whether it is alone."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ClosingForm(forms.Form):
    """``jour`` is the last day to close; ``quoi`` says what ends with it."""

    jour = forms.DateField(input_formats=["%Y-%m-%d"])
    quoi = forms.ChoiceField(
        choices=[
            ("JOUR", _("Ce jour")),
            ("JUSQUE", _("Jusqu’à ce jour")),
            ("MOIS", _("Le mois")),
            ("ANNEE", _("L’année")),
        ]
    )
