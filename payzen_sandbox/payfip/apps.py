"""The second application of the sandbox."""

from django.apps import AppConfig


class PayfipSandboxConfig(AppConfig):
    """Operations and pages of the stand-in for PayFiP."""

    name = "payzen_sandbox.payfip"
    label = "payfip"
    verbose_name = "PayFiP sandbox"
    default_auto_field = "django.db.models.BigAutoField"
