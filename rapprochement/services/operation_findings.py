"""Platform against books: what one of them says of a day and the other does not."""

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from comptabilite.models.anomalie import AnomalieKind
from payments.models import Boutique
from payments.models.boutique import Platform
from rapprochement.models import LignePlateforme
from rapprochement.models.files import FichierKind
from rapprochement.models.proof import ResiduKind
from rapprochement.services.findings import Day, Finding, rows_of

#: Kinds of lines whose transaction may be read as a whole: taken, reduced, cancelled.
_OF_A_TRANSACTION = frozenset({"JT", "JO"})
_SAME_TOTAL = "Les deux côtés disent le même total pour cette transaction"


def of_the_platform(day: Day) -> Iterator[Finding]:
    """Operations of the day that the books do not tell on the same day for the same amount, and
    those of closed days that came too late for them and that nothing explains."""
    rows = list(rows_of("proof_gateway", day))
    twice = _told_twice(rows, day)
    for row in rows:
        found = _operation(row, day, twice=twice)
        if found.own or found.anomalie is not None:
            yield found


def _told_twice(rows: Sequence[dict[str, Any]], day: Day) -> frozenset[UUID]:
    """Transactions of which JT tells a line that answers nothing beside the one that is matched."""
    alone = [row for row in rows if row["kind"] == "JT" and row["origin_on"] is None]
    uuids = {row["transaction_uuid"] for row in alone if row["same_cents"] is not None}
    if not uuids:
        return frozenset()
    matched = LignePlateforme.objects.filter(
        caisse_id=day.caisse_id,
        kind=FichierKind.JT,
        transaction_uuid__in=uuids,
        appariement__isnull=False,
    )
    return frozenset(uuid for uuid in matched.values_list("transaction_uuid", flat=True) if uuid)


def _operation(row: dict[str, Any], day: Day, *, twice: Container[UUID]) -> Finding:
    name = f"{row['kind']} {row['trans_id']} {row['order_reference']}".strip()
    kind, cents, detail = ResiduKind.NON_COMPTABILISE, row["amount_cents"], ""
    anomalie: AnomalieKind | None = None
    if row["origin_on"] is not None:
        same_day = row["origin_on"] == day.on
        kind = ResiduKind.MONTANT if same_day else kind
        cents -= row["ledger_cents"] if same_day else 0
        detail = (
            "réduite ensuite du reste"
            if same_day
            else f"écrite le {_fr(row['origin_on'])}, journée comptable du "
            f"{_fr(row['accounting_on'])}"
        )
    elif row["kind"] in _OF_A_TRANSACTION and row["books_cents"] == row["told_cents"]:
        detail = _SAME_TOTAL
    elif row["kind"] == "JT" and row["transaction_uuid"] in twice:
        anomalie, detail = AnomalieKind.RESIDUAL, "la plateforme dit deux fois cette transaction"
    elif row["kind"] == "JT" and row["same_cents"] is not None:
        kind, anomalie = ResiduKind.MONTANT, AnomalieKind.RESIDUAL
        cents -= row["same_cents"] if row["same_on"] == day.on else 0
        detail = "les journaux ont un autre montant pour cette transaction"
    elif row["kind"] == "JT" and cents > 0:
        anomalie = AnomalieKind.LOST_NOTIFICATION
        detail = "le portail ne connaît pas cette transaction : la plateforme est interrogée"
    else:
        anomalie, detail = AnomalieKind.RESIDUAL, "aucune écriture ne dit cette opération"
    return Finding(
        kind=kind,
        subject=f"plateforme {row['public_id'].hex}",
        amount_cents=cents,
        since_on=row["day_on"],
        detail=f"{name} : {detail}",
        anomalie=anomalie,
        own=row["day_on"] == day.on,
    )


def of_remittances(day: Day) -> Iterator[Finding]:
    """Operations that went to the bank with a remittance and that nothing else tells: in none of
    the figures of the day, the bank brings them all the same."""
    for row in rows_of("proof_remitted", day):
        name = f"JRB {row['trans_id']} {row['order_reference']}".strip()
        yield Finding(
            kind=ResiduKind.NON_COMPTABILISE,
            subject=f"plateforme {row['public_id'].hex}",
            amount_cents=row["amount_cents"],
            since_on=row["day_on"],
            detail=f"{name} : remise {row['number']}, aucune écriture ne dit cette opération",
            anomalie=AnomalieKind.RESIDUAL,
            own=False,
        )


def of_the_books(
    day: Day, *, shops: Mapping[int, Boutique], missing: Mapping[int, str]
) -> tuple[list[Finding], Mapping[str, int]]:
    """Lines of the day's facts that the platform does not tell on the same day, and those of
    closed days that were written on this one and that nothing explains.

    Those of a shop whose file is ``missing`` (subject of that file) are not named one by one: what
    they weigh is given apart, by file. Those of a shop without files (PayFiP) make one residual.
    """
    found: list[Finding] = []
    waiting: defaultdict[str, int] = defaultdict(int)
    without_files: defaultdict[Boutique, int] = defaultdict(int)
    for row in rows_of("proof_ledger", day):
        shop = shops.get(row["boutique_id"])
        explained = _why(row)
        late = row["origin_on"] < day.on
        if explained is not None:
            found += [] if late else [_line(row, day, detail=explained)]
        elif late:
            detail = "fait d’une journée close, la plateforme n’en parle pas"
            found.append(_line(row, day, detail=detail, anomalie=AnomalieKind.RESIDUAL))
        elif shop is not None and shop.pk in missing:
            waiting[missing[shop.pk]] -= row["amount_cents"]
        elif shop is not None and shop.platform != Platform.PAYZEN:
            without_files[shop] -= row["amount_cents"]
        elif row["nature"] == "RECU" and row["told_on"] == day.on:
            continue  # The platform's side names it: another amount, the same day.
        else:
            detail = "la plateforme n’en parle pas"
            found.append(_line(row, day, detail=detail, anomalie=AnomalieKind.RESIDUAL))
    found += [_without_files(shop, cents, day) for shop, cents in without_files.items()]
    return found, waiting


def _why(row: dict[str, Any]) -> str | None:
    """What explains the line by itself, or ``None``."""
    if row["day_on"] is not None:
        return f"la plateforme la dit le {_fr(row['day_on'])}"
    if row["nature"] == "CONTREPASSATION":
        return (
            "annule une écriture que la plateforme ne dit pas" if row["reverses_unseen"] else None
        )
    if row["reversed"]:
        return "écriture annulée par une autre"
    if row["told_cents"] is not None and row["books_cents"] == row["told_cents"]:
        return _SAME_TOTAL
    return None


def _line(
    row: dict[str, Any], day: Day, *, detail: str, anomalie: AnomalieKind | None = None
) -> Finding:
    return Finding(
        kind=ResiduKind.INCONNU_PLATEFORME,
        subject=f"ligne {row['ligne_id']}",
        amount_cents=-row["amount_cents"],
        since_on=row["origin_on"],
        detail=f"Pièce {row['piece']} : {detail}",
        anomalie=anomalie,
        own=row["origin_on"] == day.on,
    )


def _without_files(shop: Boutique, cents: int, day: Day) -> Finding:
    return Finding(
        kind=ResiduKind.INCONNU_PLATEFORME,
        subject=f"{shop.platform} {shop.site_id} {day.on:%Y-%m-%d}",
        amount_cents=cents,
        since_on=day.on,
        detail=(
            f"Boutique {shop.site_id} ({shop.platform}) : cette plateforme n’envoie pas de "
            "journal, vérifiez ces paiements dans son espace"
        ),
        anomalie=AnomalieKind.RESIDUAL,
    )


def _fr(day: date) -> str:
    return f"{day:%d/%m/%Y}"
