"""How far ahead of the machine the sandbox's clock is."""

from django.db import models

ONLY_ROW = 1


class ClockOffset(models.Model):
    """One row at most; no row means that the clock was never moved."""

    seconds = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"+{self.seconds} s"
