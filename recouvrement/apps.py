"""Declares the application to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecouvrementConfig(AppConfig):
    """Demandes, decisions, plans and transfers: above payments, which it orchestrates."""

    name = "recouvrement"
    verbose_name = _("Recouvrement")
