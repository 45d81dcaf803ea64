"""Declares the application to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaissesConfig(AppConfig):
    """The 101 funds, their agents, rights and branding."""

    name = "caisses"
    verbose_name = _("Caisses")
