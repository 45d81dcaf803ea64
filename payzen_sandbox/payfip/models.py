"""Operations, and how unpleasant the stand-in is to be."""

from datetime import datetime, timedelta

from django.db import models

#: An operation may be paid for a quarter of an hour after it was opened.
LIFETIME = timedelta(minutes=15)
PAID = frozenset({"P", "V"})


class Operation(models.Model):
    """One operation: what was asked with it, and what became of it (``resultrans``)."""

    idop = models.CharField(max_length=36, unique=True)
    numcli = models.CharField(max_length=6)
    saisie = models.CharField(max_length=1)
    exer = models.CharField(max_length=4)
    refdet = models.CharField(max_length=30)
    montant = models.BigIntegerField()
    mel = models.CharField(max_length=80)
    objet = models.CharField(max_length=100, blank=True)
    urlnotif = models.URLField(max_length=250)
    urlredirect = models.URLField(max_length=250)
    opened_at = models.DateTimeField()
    result = models.CharField(max_length=1, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    numauto = models.CharField(max_length=16, blank=True)
    #: What the notification was answered, or why it was not sent.
    notified = models.CharField(max_length=200, blank=True)

    class Meta:
        """The newest first."""

        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.idop

    def is_payable(self, now: datetime) -> bool:
        """Neither paid nor too old; a refusal or a change of mind may be followed by a payment."""
        return self.result not in PAID and now < self.opened_at + LIFETIME


class Mishaps(models.Model):
    """One row: what goes wrong from now on."""

    service_down = models.BooleanField(default=False)
    notifications_lost = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"down={self.service_down} lost={self.notifications_lost}"

    @classmethod
    def now_on(cls) -> "Mishaps":
        """The only row, made when it is first asked for."""
        return cls.objects.get_or_create(pk=1)[0]
