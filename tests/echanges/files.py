"""Files as the fund's software would make them, written without the portal's own code."""

import csv
import io
import json
from typing import Any

from django.utils import timezone

from caisses.models import Caisse
from echanges.models import Lot
from echanges.services.loading import apply_lot, receive_lot

PERSON = {"type": "personne", "id": "P1", "numero": "0000001", "nom": "Exemple", "prenom": "Ana",
          "naissance": "1990-05-17", "email": "ana@example.org", "langue": "fr"}  # fmt: skip
DEBT = {"type": "creance", "id": "C1", "numero": "0000001", "nature": "IN5", "rang": "001",
        "motif": "40", "origine": "10", "periode_debut": "2026-01-01", "periode_fin": "2026-03-31",
        "enregistree": "2026-11-10", "notifiee": "2026-11-12",
        "montant_centimes": 30_000}  # fmt: skip
_KEY = {"numero": "0000001", "nature": "IN5", "rang": "001"}


def person(**changes: Any) -> dict[str, Any]:
    return {**PERSON, **changes}


def debt(**changes: Any) -> dict[str, Any]:
    return {**DEBT, **changes}


def month(**changes: Any) -> dict[str, Any]:
    return {"type": "mois", "id": "M1", **_KEY, "mois": "2026-02", "verse_centimes": 20_000,
            "du_centimes": 5_000, **changes}  # fmt: skip


def movement(**changes: Any) -> dict[str, Any]:
    return {"type": "mouvement", "id": "V1", **_KEY, "mouvement": "RETENUE",
            "montant_centimes": 5_000, "effet": "2026-11-05", **changes}  # fmt: skip


def state(**changes: Any) -> dict[str, Any]:
    return {"type": "etat", "id": "E1", **_KEY, "etat": "EN_RECOUVREMENT", "effet": "2026-11-15",
            **changes}  # fmt: skip


def header(lines: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    def of(kind: str) -> list[dict[str, Any]]:
        return [line for line in lines if line.get("type") == kind]

    def cents(kind: str, name: str = "montant_centimes") -> int:
        return sum(line.get(name, 0) for line in of(kind) if type(line.get(name, 0)) is int)

    return {
        "type": "entete",
        "schema": "1",
        "caisse": "011",
        "journee": "2026-11-20",
        "sequence": 1,
        "personnes_lignes": len(of("personne")),
        "creances_lignes": len(of("creance")),
        "creances_centimes": cents("creance"),
        "mois_lignes": len(of("mois")),
        "mois_centimes": cents("mois", "verse_centimes") - cents("mois", "du_centimes"),
        "mouvements_lignes": len(of("mouvement")),
        "mouvements_centimes": cents("mouvement"),
        "etats_lignes": len(of("etat")),
        **changes,
    }


def jsonl(*lines: dict[str, Any], **of_header: Any) -> bytes:
    records = [header(list(lines), **of_header), *lines]
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def as_csv(*lines: dict[str, Any], delimiter: str = ",", **of_header: Any) -> bytes:
    records = [header(list(lines), **of_header), *lines]
    names = list(dict.fromkeys(name for record in records for name in record))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_plain(record.get(name)) for name in names] for record in records)
    return text.getvalue().encode()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def receive(content: bytes, *, code: str = "011", form: str = "", **changes: Any) -> Lot:
    form = form or ("JSONL" if content.lstrip(b"\xef\xbb\xbf").startswith(b"{") else "CSV")
    values = {"filename": f"essai.{form.lower()}", "received_by": None, "now": timezone.now()}
    return receive_lot(
        caisse=Caisse.objects.get(code=code),
        source=io.BytesIO(content),
        format=form,
        **{**values, **changes},
    )


def load(content: bytes, **changes: Any) -> Lot:
    lot = receive(content, **changes)
    return apply_lot(lot_id=lot.pk, caisse_id=lot.caisse_id, now=timezone.now())
