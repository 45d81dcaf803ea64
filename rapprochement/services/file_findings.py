"""Files without which a day cannot be proved."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from django.db.models import Min

from caf_portal.working_days import is_working_day
from caisses.models import Caisse
from comptabilite.models.anomalie import AnomalieKind
from payments.models import Boutique
from payments.models.boutique import Platform
from rapprochement.expected_files import missing_account, missing_shop_file, missing_words
from rapprochement.models import CompteBancaire, FichierReleve, Releve
from rapprochement.models.files import FichierKind
from rapprochement.models.proof import ResiduKind
from rapprochement.services.findings import Day, Finding


def missing_jt(day: Day, shops: Iterable[Boutique]) -> dict[int, list[str]]:
    """By shop in service of the platform: the JT files of the two UTC days of which the Paris day
    is made that did not come, by their names on the work list. The eve of a shop's first file is
    not awaited: a payment of its last hours is named by itself."""
    wanted = (day.on - timedelta(days=1), day.on)
    files = FichierReleve.objects.filter(caisse_id=day.caisse_id, kind=FichierKind.JT)
    there = set(files.filter(day_on__in=wanted).values_list("boutique_id", "day_on"))
    starts = files.values("boutique_id").annotate(on=Min("day_on"))
    there |= {(each["boutique_id"], each["on"] - timedelta(days=1)) for each in starts}
    found: dict[int, list[str]] = {}
    for shop in shops:
        if shop.active and shop.platform == Platform.PAYZEN:
            lacking = [each for each in wanted if (shop.pk, each) not in there]
            if lacking:
                found[shop.pk] = [missing_shop_file(FichierKind.JT, shop, each) for each in lacking]
    return found


def of_shops(
    day: Day, missing: Mapping[int, list[str]], waiting: Mapping[str, int]
) -> Iterator[Finding]:
    """One residual a file; the last one of a shop bears what the books say of that shop."""
    for subjects in missing.values():
        for subject in subjects:
            yield _missing(subject, day, amount_cents=waiting.get(subject, 0))


def of_accounts(day: Day) -> Iterator[Finding]:
    """Bank accounts in daily service that no statement covers yet, on a working day."""
    departement = Caisse.objects.values_list("departement_code", flat=True).get(pk=day.caisse_id)
    if not is_working_day(day.on, departement):
        return
    accounts = CompteBancaire.objects.filter(
        caisse_id=day.caisse_id, active=True, expected_daily=True
    )
    for account in accounts.order_by("pk"):
        covering = Releve.objects.filter(
            caisse_id=day.caisse_id, compte_bancaire=account, last_on__gte=day.on
        )
        if not covering.exists():
            yield _missing(missing_account(account, day.on), day)


def _missing(subject: str, day: Day, *, amount_cents: int = 0) -> Finding:
    return Finding(
        kind=ResiduKind.FICHIER_MANQUANT,
        subject=subject,
        amount_cents=amount_cents,
        since_on=_day_named(subject),
        detail=missing_words(subject),
        anomalie=AnomalieKind.MISSING_FILE,
    )


def _day_named(subject: str) -> date:
    return date.fromisoformat(subject.rpartition(" ")[2])
