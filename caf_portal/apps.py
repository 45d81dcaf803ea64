"""Declares the application to Django."""

from django.apps import AppConfig


class CafPortalConfig(AppConfig):
    """What every application leans on: settings, database scope, money, health."""

    name = "caf_portal"
    verbose_name = "Portail"
