"""Agent: a person who works for a fund or for CNAF; never an allocataire."""

from django.contrib.auth.models import AbstractUser
from django.utils.translation import gettext_lazy as _


class Agent(AbstractUser):
    """The Django user. What an agent may see comes from ``Habilitation``, not from groups."""

    class Meta(AbstractUser.Meta):
        """Names."""

        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return self.username
