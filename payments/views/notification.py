"""``POST /paiement/ipn/``: where PayZen says what happened, for the 101 shops (contract)."""

import structlog
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from allocataires.middleware import own_transactions
from payments.gateways.payzen.notification import NotificationUnreadable, SignatureWrong
from payments.services.notifications import ShopUnknown, receive_notification

logger = structlog.get_logger(__name__)


@csrf_exempt
@login_not_required
@own_transactions
@require_POST
def notification(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the message is applied, was already, or waits for an agent.

    4xx tells the platform that the message is not from one of our shops. 5xx is our fault and
    loses nothing. No session, no redirect, no mail, no call to anybody in this request.
    """
    try:
        outcome = receive_notification(
            body=request.body, content_type=request.content_type or "", now=timezone.now()
        )
    except NotificationUnreadable as error:
        return _refuse(400, "unreadable", error)
    except SignatureWrong as error:
        return _refuse(403, "signature", error)
    except ShopUnknown as error:
        return _refuse(404, "shop", error)
    logger.info("payments.notification", outcome=str(outcome))
    return HttpResponse(f"OK-{outcome}", content_type="text/plain; charset=utf-8")


def _refuse(status: int, why: str, error: Exception) -> HttpResponse:
    logger.warning("payments.notification.refused", why=why, said=str(error))
    return HttpResponse(f"KO-{why}", status=status, content_type="text/plain; charset=utf-8")
