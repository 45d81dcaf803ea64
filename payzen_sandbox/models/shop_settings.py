"""What a merchant changed in the back office, on top of `shops.json`."""

from django.db import models

EVERY_SHOP = "all"


class ShopSettings(models.Model):
    """Changed settings of one shop, or of all; a shop's own come before those of all."""

    scope = models.CharField(max_length=8, unique=True)
    values = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.scope
