"""Declares the application to Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Card payments: attempts, PayZen, notifications, and their booking."""

    name = "payments"
    verbose_name = _("Paiements")
