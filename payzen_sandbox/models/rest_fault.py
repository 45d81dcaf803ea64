"""Technical failures asked for: what shall go wrong with the REST API itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

EVERY_SERVICE = "all"


class RestFaultKind(models.TextChoices):
    """What the caller sees."""

    HTTP_500 = "http_500", _("HTTP 500")
    CUT = "cut", _("Connexion coupée sans réponse")
    LATE = "late", _("Réponse juste, mais tardive")
    TIMEOUT = "timeout", _("Silence, puis connexion coupée")


class RestFault(models.Model):
    """One failure of a service for a shop; `remaining` calls, 0 for until it is cleared.

    `done` tells whether the operation is carried out all the same: the caller cannot know.
    """

    scope = models.CharField(max_length=8)
    service = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=RestFaultKind.choices)
    seconds = models.PositiveSmallIntegerField()
    done = models.BooleanField()
    remaining = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.scope} {self.service} {self.kind}"
