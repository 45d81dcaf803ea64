"""Declares the application to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EchangesConfig(AppConfig):
    """Debts and movements in; payments, refunds, plans and states out."""

    name = "echanges"
    verbose_name = _("Échanges")
