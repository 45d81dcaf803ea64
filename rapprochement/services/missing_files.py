"""Says which files should have come and did not: looked at each day at noon, Paris time.

Expected of each fund: the JT and the JRB of each UTC day from its shop on PayZen (the platform is
set to send empty ones), and a statement of each bank account that covers the previous working day.
JO and JRI come only when they have something to say. A kind of file is expected from the first
one that came: a fund that does not load files is told nothing.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

from django.db.models import Max, Min

from caf_portal.database.scope import caisse_scope, national_scope
from caf_portal.paris import paris_date
from caf_portal.sweeping import try_each
from caf_portal.working_days import is_working_day
from caisses.models import Caisse
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from payments.models import Boutique
from payments.models.boutique import Platform
from rapprochement.expected_files import missing_account, missing_shop_file
from rapprochement.models import CompteBancaire, FichierReleve, Releve
from rapprochement.models.files import FichierKind

#: What the platform sends of every day.
DAILY: Final = (FichierKind.JT, FichierKind.JRB)
#: Days looked at again, should nobody have looked at noon.
LOOK_BACK: Final = 7


def note_missing_files(*, now: datetime) -> int:
    """Open an anomaly ``MISSING_FILE`` for each file that lacks, once; returns how many lack.

    The arrival of the file settles it.
    """
    with national_scope():
        funds = list(
            Caisse.objects.filter(pk__in=FichierReleve.objects.values("caisse_id")).order_by("code")
        )
    return sum(try_each(funds, partial(_note_of_fund, now=now)))


def _note_of_fund(caisse: Caisse, *, now: datetime) -> int:
    with caisse_scope(caisse.pk):
        missing = [*_of_shops(caisse, now), *_of_accounts(caisse, paris_date(now))]
        for subject, detail in missing:
            open_anomalie(
                caisse_id=caisse.pk,
                kind=AnomalieKind.MISSING_FILE,
                subject=subject,
                detail=detail,
                now=now,
            )
    return len(missing)


def _of_shops(caisse: Caisse, now: datetime) -> Iterator[tuple[str, str]]:
    yesterday = now.astimezone(UTC).date() - timedelta(days=1)
    shops = Boutique.objects.in_service().filter(caisse=caisse, platform=Platform.PAYZEN)
    for shop in shops:
        for kind in DAILY:
            received = FichierReleve.objects.filter(caisse=caisse, boutique=shop, kind=kind)
            first = received.aggregate(on=Min("day_on"))["on"]
            if first is None:
                continue
            since = max(first, yesterday - timedelta(days=LOOK_BACK - 1))
            there = set(received.filter(day_on__gte=since).values_list("day_on", flat=True))
            for day in _days(since, yesterday):
                if day not in there:
                    yield missing_shop_file(kind, shop, day), _words_of_shop(kind, shop, day)


def _words_of_shop(kind: FichierKind, shop: Boutique, day: date) -> str:
    return (
        f"Le journal {kind.value} de la boutique {shop.site_id} pour le {day:%d/%m/%Y} n’est pas "
        "arrivé à midi. Téléchargez-le dans le back-office de la plateforme (gardé 21 jours) et "
        "déposez-le ici."
    )


def _of_accounts(caisse: Caisse, today: date) -> Iterator[tuple[str, str]]:
    """On working days only: nothing is due on the others."""
    departement = caisse.departement_code
    if not is_working_day(today, departement):
        return
    before = today - timedelta(days=1)
    while not is_working_day(before, departement):
        before -= timedelta(days=1)
    for account in CompteBancaire.objects.filter(caisse=caisse, active=True, expected_daily=True):
        last = Releve.objects.filter(compte_bancaire=account).aggregate(on=Max("last_on"))["on"]
        if last is not None and last < before:
            yield missing_account(account, before), _words_of_account(account, before, last)


def _words_of_account(account: CompteBancaire, day: date, last: date) -> str:
    return (
        f"Aucun relevé du compte {account} ne couvre le {day:%d/%m/%Y} : le dernier s’arrête au "
        f"{last:%d/%m/%Y}. Demandez-le à la banque et déposez-le ici."
    )


def _days(since: date, until: date) -> Iterator[date]:
    while since <= until:
        yield since
        since += timedelta(days=1)
