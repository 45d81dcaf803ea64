"""Declares the application to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComptabiliteConfig(AppConfig):
    """Each fund's accounts, journals and écritures."""

    name = "comptabilite"
    verbose_name = _("Comptabilité")
