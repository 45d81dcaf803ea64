"""What every page's template finds: the debtor, the fund, and whether this is a demonstration."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from allocataires.session import Debtor
from caisses.models import Caisse


def page(request: HttpRequest) -> dict[str, Any]:
    """``debtor``, ``caisse`` (of the debtor, else ``None``) and ``demo``."""
    debtor = Debtor.of(request) if hasattr(request, "session") else None
    caisse = Caisse.objects.filter(pk=debtor.caisse_id).first() if debtor else None
    return {"debtor": debtor, "caisse": caisse, "demo": settings.DEMO}
