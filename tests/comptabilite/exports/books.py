"""Books of a fund, closed by hand: what exports are made from. Call inside the fund's scope."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Max

from caisses.models import Caisse
from comptabilite.models import (
    Cloture,
    Compte,
    Ecriture,
    Export,
    Journal,
    Lettrage,
    Ligne,
    LigneLettree,
    Validation,
)
from comptabilite.services.building_exports import build_export
from comptabilite.services.export_pieces import kept_pieces
from comptabilite.services.exporting import ask_export

CAISSE = "011"


@dataclass
class Side:
    """A line; amounts in cents."""

    compte: str
    debit: int = 0
    credit: int = 0
    label: str = "Essai"
    auxiliaire: str = ""


@dataclass
class Written:
    """An écriture to write."""

    on: date
    piece: str
    sides: list[Side]
    journal: str = "CBL"
    label: str = "Paiement par carte"
    event: str = "CARD_PAYMENT"
    origin_on: date | None = None
    reverses: Ecriture | None = field(default=None)


def payment(on: date, piece: str, cents: int, **changes: object) -> Written:
    """A card payment of one debt."""
    label = f"Paiement par carte {piece}"
    sides = [
        Side("5115", debit=cents, label=label),
        Side("409230", credit=cents, label="Créance 0000001-INK-001", auxiliaire="0000001-INK-001"),
    ]
    return Written(on, piece, sides, label=label, **changes)


def fund() -> Caisse:
    """The fund of these tests."""
    return Caisse.objects.get(code=CAISSE)


def write(*wanted: Written) -> list[Ecriture]:
    """Drafts, with identifiers that are the same in each run."""
    caisse, made = fund(), []
    start = Ecriture.objects.count()
    for rank, one in enumerate(wanted, start=start + 1):
        number = UUID(int=rank)
        ecriture = Ecriture.objects.create(
            caisse=caisse,
            journal=Journal.objects.get(caisse=caisse, code=one.journal),
            public_id=number,
            event=one.event,
            accounting_on=one.on,
            origin_on=one.origin_on or one.on,
            recorded_at=datetime.combine(one.on, time(12), UTC) + timedelta(seconds=rank),
            label=one.label,
            piece=one.piece,
            source_id=number,
            reverses=one.reverses,
            reason="Essai" if one.reverses else "",
        )
        Ligne.objects.bulk_create(
            Ligne(
                caisse=caisse,
                ecriture=ecriture,
                position=position,
                compte=compte(side.compte),
                auxiliaire=side.auxiliaire,
                label=side.label,
                debit_cents=side.debit,
                credit_cents=side.credit,
            )
            for position, side in enumerate(one.sides, start=1)
        )
        made.append(ecriture)
    return made


def compte(number: str) -> Compte:
    """An account of the fund."""
    return Compte.objects.get_or_create(
        caisse=fund(), number=number, defaults={"label": f"Compte {number}"}
    )[0]


def close(*, until: date, since: date | None = None) -> None:
    """Close each day, at five in the morning (UTC) of the next one, and make it final."""
    closed = Cloture.objects.filter(caisse=fund()).aggregate(last=Max("last_on"))["last"]
    day = closed + timedelta(days=1) if closed else (since or until)
    while day <= until:
        _close_day(day)
        day += timedelta(days=1)


def _close_day(day: date) -> None:
    at = datetime.combine(day + timedelta(days=1), time(5), UTC)
    closing = Cloture.objects.create(
        caisse=fund(), periode="JOUR", first_on=day, last_on=day, closed_at=at
    )
    drafts = Ecriture.objects.filter(caisse=fund(), validation=None, accounting_on__lte=day)
    Validation.objects.bulk_create(
        Validation(
            caisse=fund(),
            ecriture=ecriture,
            journal=ecriture.journal,
            cloture=closing,
            exercice=0,
            number=0,
            validated_on=at.date(),
            validated_at=at,
        )
        for ecriture in drafts.order_by("journal__code", "accounting_on", "recorded_at", "pk")
    )


def letter(*lignes: Ligne, at: datetime) -> Lettrage:
    """Lines that answer each other."""
    lettrage = Lettrage.objects.create(
        caisse=fund(),
        compte=lignes[0].compte,
        rank=0,
        lettered_on=at.date(),
        lettered_at=at,
        reason="Essai",
    )
    LigneLettree.objects.bulk_create(
        LigneLettree(caisse=fund(), lettrage=lettrage, ligne=ligne) for ligne in lignes
    )
    lettrage.refresh_from_db()
    return lettrage


def export(first_on: date, last_on: date, *, now: datetime, **changes: object) -> Export:
    """Asked for and built, by nobody in particular."""
    asked = {"format": "JSONL", "journal": None, "encoding": "utf-8", "agent": None, **changes}
    made = ask_export(caisse_id=fund().pk, first_on=first_on, last_on=last_on, now=now, **asked)
    return build_export(export_id=made.pk, caisse_id=made.caisse_id, now=now)


def content(made: Export, part: str = "FICHIER") -> bytes:
    """A file of a ready export."""
    return b"".join(kept_pieces(made, part))
