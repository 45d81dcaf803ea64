"""What every page's template finds: the debtor, the fund, and whether this is a demonstration."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from allocataires.session import Debtor
from caisses.branding import branding_of
from caisses.models import Caisse


def page(request: HttpRequest) -> dict[str, Any]:
    """``debtor``, ``caisse`` and its ``charte`` (of the debtor, else ``None``), and ``demo``."""
    debtor = Debtor.of(request) if hasattr(request, "session") else None
    caisse = Caisse.objects.filter(pk=debtor.caisse_id).first() if debtor else None
    charte = branding_of(caisse, now=timezone.now()) if caisse else None
    return {"debtor": debtor, "caisse": caisse, "charte": charte, "demo": settings.DEMO}
