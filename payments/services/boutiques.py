"""Loads the TEST shops of the local sandbox; shops in PRODUCTION are never read nor written.

A fund may have one on each platform; one of them is in service at a time.
"""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction

from caf_portal.data_file import DataFileRefused, Row, read_rows
from caisses.models import Caisse
from caisses.services.loading import Loaded
from payments.models import Boutique
from payments.models.boutique import Algorithm, Mode, Platform

BOUTIQUES_FILE = Path(__file__).parent.parent / "data" / "boutiques_test.csv"

_FIELDS = (
    "platform",
    "site_id",
    "caisse",
    "key_test",
    "rest_password",
    "algorithm",
    "in_service",
)
_PLATFORMS = {choice.value: choice for choice in Platform}
_ALGORITHMS = {choice.value: choice for choice in Algorithm}
_WORDS = {"yes": True, "no": False}
_DIGITS = {Platform.PAYZEN: (8, "eight"), Platform.PAYFIP: (6, "six")}
_UPDATED = ("key", "rest_password", "algorithm")


class OnlyInTest(Exception):
    """These shops have public keys: a portal that talks to PRODUCTION does not take them."""


class OtherShopInService(Exception):
    """The fund already has another TEST shop in service; nothing was changed."""


def load_boutiques(*, path: Path = BOUTIQUES_FILE) -> Loaded:
    """Create or correct the TEST shop of each line; runs inside a national scope.

    Running it again writes nothing. A fund that has a shop in service keeps it: which platform
    takes its payments is then the administrators' choice. Raises ``DataFileRefused``,
    ``OnlyInTest`` or ``OtherShopInService``, and then nothing is written.
    """
    if settings.PAYZEN_MODE != Mode.TEST:
        raise OnlyInTest("PAYZEN_MODE is not TEST: the shops of the sandbox are refused.")
    wanted = read_boutiques(path)
    with transaction.atomic():
        known = {shop.site_id: shop for shop in Boutique.objects.filter(mode=Mode.TEST)}
        served = {shop.caisse_id: shop for shop in known.values() if shop.active}
        _refuse_other_shops(wanted, served)
        new = [shop for shop in wanted if shop.site_id not in known]
        for shop in new:
            shop.active = shop.active and shop.caisse_id not in served
        changed = [known[s.site_id] for s in wanted if _corrected(known.get(s.site_id), s)]
        Boutique.objects.bulk_create(new)
        Boutique.objects.bulk_update(changed, _UPDATED)
    return Loaded(created=len(new), updated=len(changed))


def read_boutiques(path: Path) -> list[Boutique]:
    """The shops of a file, unsaved; raises ``DataFileRefused`` at the first bad value."""
    caisses = dict(Caisse.objects.values_list("code", "pk"))
    shops = [_boutique(row, caisses) for row in read_rows(path, fields=_FIELDS)]
    served = [shop.caisse_id for shop in shops if shop.active]
    if len(set(served)) != len(served):
        raise DataFileRefused(f"{path.name}: a fund has two shops in service")
    return shops


def _boutique(row: Row, caisses: dict[str, int]) -> Boutique:
    platform = row.choice("platform", _PLATFORMS)
    count, in_words = _DIGITS[platform]
    site_id = row.text("site_id")
    if not (site_id.isascii() and site_id.isdigit() and len(site_id) == count):
        raise row.refused("site_id", f"{site_id!r} is not {in_words} digits")
    if row.text("caisse") not in caisses:
        raise row.refused("caisse", f"no fund {row.text('caisse')!r}: run load_caisses first")
    # Only PayZen's messages are signed.
    is_signed = platform == Platform.PAYZEN
    return Boutique(
        caisse_id=caisses[row.text("caisse")],
        platform=platform,
        site_id=site_id,
        mode=Mode.TEST,
        key=row.text("key_test", optional=not is_signed),
        rest_password=row.text("rest_password", optional=not is_signed),
        algorithm=row.choice("algorithm", _ALGORITHMS),
        active=row.choice("in_service", _WORDS),
    )


def _refuse_other_shops(wanted: Sequence[Boutique], served: dict[int, Boutique]) -> None:
    ours = {(shop.caisse_id, shop.site_id) for shop in wanted}
    for shop in wanted:
        other = served.get(shop.caisse_id)
        if other is not None and (other.caisse_id, other.site_id) not in ours:
            raise OtherShopInService(
                f"The fund of shop {shop.site_id} already uses TEST shop {other.site_id}."
            )


def _corrected(known: Boutique | None, wanted: Boutique) -> bool:
    """Copy what differs on to the known shop; whether anything did."""
    if known is None or all(getattr(known, f) == getattr(wanted, f) for f in _UPDATED):
        return False
    for field in _UPDATED:
        setattr(known, field, getattr(wanted, field))
    return True
