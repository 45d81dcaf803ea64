"""``/paiement/annonce/<caisse>/<uuid>/``: a platform says that a departure may be asked about.

The address is given to the platform at each departure. It is for gateways that announce without
telling; what is posted only makes us ask.
"""

from uuid import UUID

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from allocataires.middleware import own_transactions
from payments.gateways.base import AnnouncementUnreadable
from payments.services.announcements import DepartureUnknown, receive_announcement

logger = structlog.get_logger(__name__)


@csrf_exempt
@login_not_required
@own_transactions
@never_cache
@require_http_methods(["GET", "POST"])
def announcement(request: HttpRequest, caisse_code: str, public_id: UUID) -> HttpResponse:
    """200 once it is kept; 400 and 404 when it is none of ours. Nobody is called meanwhile."""
    told = request.body if request.method == "POST" else b""
    body = told or request.META.get("QUERY_STRING", "").encode("utf-8", "replace")
    try:
        receive_announcement(
            caisse_code=caisse_code, payment_id=public_id, body=body, now=timezone.now()
        )
    except AnnouncementUnreadable as error:
        return _refuse(400, "unreadable", error)
    except DepartureUnknown as error:
        return _refuse(404, "unknown", error)
    logger.info("payments.announcement", payment=str(public_id))
    return HttpResponse("OK", content_type="text/plain; charset=utf-8")


def _refuse(status: int, why: str, error: Exception) -> HttpResponse:
    logger.warning("payments.announcement.refused", why=why, said=str(error))
    return HttpResponse(f"KO-{why}", status=status, content_type="text/plain; charset=utf-8")
