"""Every day: are the 101 shops as they should be? What is not goes on the funds' work lists.

Peers take the set-up of a shop for granted; the platform's rules are off by default and a key
may be changed by anybody with rights there, so this is the likeliest incident of all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from caf_portal.database.scope import caisse_scope, national_scope
from caisses.models import Caisse
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from comptabilite.services.settling import settle_by_fact
from payments.gateways.base import GatewayError, GatewayRefused
from payments.gateways.choose import gateway_of
from payments.models import Boutique, Notification, PaymentLog
from payments.models.boutique import Algorithm, Platform
from payments.status import Cause, PaymentStatus

logger = structlog.get_logger(__name__)

#: Payments of this long are looked at to see whether notifications come.
LOOKED_AT = timedelta(days=7)
#: So many payments found by asking, and no notification meanwhile: the rule is off.
SILENT_AFTER = 3


class Drift(StrEnum):
    """What is not as it should be."""

    NO_SHOP = "NO_SHOP"
    KEYS_REFUSED = "KEYS_REFUSED"
    NOT_ASKED = "NOT_ASKED"
    OLD_ALGORITHM = "OLD_ALGORITHM"
    NO_NOTIFICATION = "NO_NOTIFICATION"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at, for one fund."""

    caisse_id: int
    drift: Drift
    detail: str


def check_shops(*, now: datetime) -> list[Finding]:
    """Look at each fund's shop of the portal's mode, and put what is wrong on the work lists.

    Asks the platform about each shop, outside any transaction. What drifts is one line of its
    fund's list, as old as the drift, until a check finds it put right: that settles it. Returns
    the findings.
    """
    with national_scope():
        shops = dict(_in_service())
        caisse_ids = list(Caisse.objects.order_by("code").values_list("pk", flat=True))
    findings: list[Finding] = []
    for caisse_id in caisse_ids:
        found = list(_findings(caisse_id, shops.get(caisse_id), now=now))
        _put_on_the_list(caisse_id, found, now=now)
        findings += found
    logger.info("payments.shops.checked", shops=len(shops), findings=len(findings))
    return findings


def _in_service() -> list[tuple[int, str]]:
    """Fund and number of each shop, without its secrets: one that is damaged hides no other."""
    served = Boutique.objects.filter(mode=settings.PAYZEN_MODE, active=True)
    return list(served.values_list("caisse_id", "site_id"))


def _findings(caisse_id: int, number: str | None, *, now: datetime) -> Iterator[Finding]:
    if number is None:
        yield Finding(
            caisse_id, Drift.NO_SHOP, _("Aucune boutique en service : le paiement est fermé.")
        )
        return
    try:
        with caisse_scope(caisse_id):
            shop = Boutique.objects.get(mode=settings.PAYZEN_MODE, site_id=number)
    except ImproperlyConfigured:
        detail = _("Les secrets de la boutique %(shop)s sont illisibles : prévenez l’exploitation.")
        yield Finding(caisse_id, Drift.KEYS_REFUSED, detail % {"shop": number})
        return
    if shop.platform == Platform.PAYZEN and shop.algorithm != Algorithm.HMAC_SHA_256:
        yield Finding(
            caisse_id,
            Drift.OLD_ALGORITHM,
            _("La boutique %(shop)s signe encore en SHA-1.") % {"shop": shop.site_id},
        )
    yield from _access(shop)
    if _is_silent(shop, now=now):
        yield Finding(
            caisse_id,
            Drift.NO_NOTIFICATION,
            _(
                "Des paiements de la boutique %(shop)s ont été trouvés en interrogeant la "
                "plateforme, sans notification : vérifiez ses règles de notification."
            )
            % {"shop": shop.site_id},
        )


def _access(shop: Boutique) -> Iterator[Finding]:
    try:
        gateway_of(shop).check_access()
    except GatewayRefused as error:
        detail = _("La plateforme refuse les clés de la boutique %(shop)s (%(code)s).")
        words = {"shop": shop.site_id, "code": error.code}
        yield Finding(shop.caisse_id, Drift.KEYS_REFUSED, detail % words)
    except GatewayError as error:
        logger.warning("payments.shops.unreachable", shop=shop.site_id, why=repr(error))
        detail = _("La plateforme n’a pas répondu pour la boutique %(shop)s.")
        yield Finding(shop.caisse_id, Drift.NOT_ASKED, detail % {"shop": shop.site_id})


def _is_silent(shop: Boutique, *, now: datetime) -> bool:
    """Payments found by asking since the last notification, or none at all in a week."""
    since = now - LOOKED_AT
    with caisse_scope(shop.caisse_id):
        last = (
            Notification.objects.filter(caisse_id=shop.caisse_id, boutique=shop)
            .order_by("-received_at")
            .values_list("received_at", flat=True)
            .first()
        )
        found_by_asking = PaymentLog.objects.filter(
            caisse_id=shop.caisse_id,
            payment__boutique=shop,
            cause=Cause.POLL,
            to_status=PaymentStatus.PAID,
            at__gt=max(since, last) if last else since,
        ).count()
    return found_by_asking >= SILENT_AFTER


def _put_on_the_list(caisse_id: int, findings: list[Finding], *, now: datetime) -> None:
    with caisse_scope(caisse_id):
        for finding in findings:
            open_anomalie(
                caisse_id=caisse_id,
                kind=AnomalieKind.SHOP_DRIFT,
                subject=finding.drift,
                detail=finding.detail,
                now=now,
            )
        settle_by_fact(
            caisse_id=caisse_id,
            kinds=[AnomalieKind.SHOP_DRIFT],
            subjects=_put_right({finding.drift for finding in findings}),
            note=_("Le contrôle ne trouve plus cet écart."),
            now=now,
        )


def _put_right(found: set[Drift]) -> set[Drift]:
    """What was looked at and found as it should be: without a shop, keys or an answer, the rest
    is not known."""
    if Drift.NO_SHOP in found:
        return set()
    right = set(Drift) - found
    if Drift.KEYS_REFUSED in found:
        return right - {Drift.OLD_ALGORITHM, Drift.NO_NOTIFICATION}
    return right - {Drift.KEYS_REFUSED} if Drift.NOT_ASKED in found else right
