"""Declares the application to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RelationUsagerConfig(AppConfig):
    """Everything that is sent to people, kept before it leaves."""

    name = "relation_usager"
    verbose_name = _("Relation usager")
