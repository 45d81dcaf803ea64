"""Builds écritures by hand, for what the services never do."""

from datetime import UTC, date, datetime
from uuid import uuid4

from comptabilite.models import Compte, Ecriture, Journal, Ligne

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


def bare_ecriture(*, caisse_id: int, **changes: object) -> Ecriture:
    """An écriture without a line, in the fund's card journal."""
    values = {
        "caisse_id": caisse_id,
        "journal": Journal.objects.get(caisse_id=caisse_id, code="CBL"),
        "event": "CARD_PAYMENT",
        "accounting_on": date(2026, 11, 20),
        "recorded_at": NOW,
        "label": "Essai",
        "piece": "ESSAI",
        "source_id": uuid4(),
        **changes,
    }
    values.setdefault("origin_on", values["accounting_on"])
    if values.get("reverses"):
        values.setdefault("reason", "Essai")
    return Ecriture.objects.create(**values)


def add_lines(ecriture: Ecriture, *amounts: tuple[int, int], start: int = 1) -> list[Ligne]:
    """Lines of (debit, credit) cents on two accounts of the fund."""
    compte = Compte.objects.filter(caisse_id=ecriture.caisse_id).order_by("number").first()
    return Ligne.objects.bulk_create(
        Ligne(
            caisse_id=ecriture.caisse_id,
            ecriture=ecriture,
            position=position,
            compte=compte,
            label="Essai",
            debit_cents=debit,
            credit_cents=credit,
        )
        for position, (debit, credit) in enumerate(amounts, start=start)
    )
