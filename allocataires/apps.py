"""Declares the application to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AllocatairesConfig(AppConfig):
    """People, their créances and movements, and the pages they see."""

    name = "allocataires"
    verbose_name = _("Allocataires")
