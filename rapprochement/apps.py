"""Declares the application to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RapprochementConfig(AppConfig):
    """Gateway = ledger = bank: statements, matches, chargebacks and the proof of each day."""

    name = "rapprochement"
    verbose_name = _("Rapprochement")
