"""The sandbox's single Django application."""

from django.apps import AppConfig


class PayzenSandboxConfig(AppConfig):
    """Models, pages and commands of the sandbox."""

    name = "payzen_sandbox"
    verbose_name = "PayZen sandbox"
    default_auto_field = "django.db.models.BigAutoField"
