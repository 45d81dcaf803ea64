"""Rows of the gateway's files and of statements, by hand; call them inside the fund's scope."""

from datetime import UTC, date, datetime, time
from itertools import count
from uuid import UUID, uuid4

from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from comptabilite.models import Compte, Ligne
from payments.models import Boutique, Payment, Transaction
from payments.services.notifications import receive_notification
from rapprochement.models import (
    CompteBancaire,
    FichierReleve,
    LigneBanque,
    LignePlateforme,
    Releve,
    Remise,
)
from tests.payments.factories import NOW, open_payment, signed_body

FORM = "application/x-www-form-urlencoded"
_NUMBERS = count(1)


def paid(creance, *, now=NOW, **changes: str) -> Transaction:
    """The debt paid by card: the transaction that the platform told, booked."""
    payment = open_payment(creance, now=now)
    uuid = uuid4()
    told(payment, uuid, now=now, **changes)
    with caisse_scope(creance.caisse_id):
        return Transaction.objects.select_related("payment").get(uuid=uuid)


def told(payment: Payment, uuid: UUID, *, now=NOW, **changes: str) -> None:
    """A notification of this transaction."""
    body = signed_body(payment, **{"vads_trans_uuid": uuid.hex, **changes})
    receive_notification(body=body, content_type=FORM, now=now)


def shop_of(caisse_id: int) -> Boutique:
    """The fund's shop in service."""
    return Boutique.objects.in_service().get(caisse_id=caisse_id)


def file_of(
    caisse_id: int,
    kind: str,
    day_on: date,
    *,
    shop: Boutique | None = None,
    received_at: datetime | None = None,
):
    """A file that was loaded, that night unless told otherwise; one a shop, kind and day."""
    gateway = kind in {"JT", "JO", "JRB", "JRI"}
    number = next(_NUMBERS)
    values = {"sha256": f"{number:064x}", "filename": f"{kind}_{number}", "size_bytes": 1}
    values |= {
        "lines": 1,
        "arrivee": "DEPOT",
        "received_at": received_at or datetime.combine(day_on, time(2), UTC),
    }
    shop = shop or (shop_of(caisse_id) if gateway else None)
    found = FichierReleve.objects.filter(
        caisse_id=caisse_id, kind=kind, day_on=day_on, boutique=shop
    ).first()
    return (gateway and found) or FichierReleve.objects.create(
        caisse_id=caisse_id, kind=kind, day_on=day_on, boutique=shop, **values
    )


def gateway_line(
    caisse_id: int, kind: str, cents: int, *, at: datetime = NOW, **changes: object
) -> LignePlateforme:
    """A line of the file of the UTC day of ``at``."""
    fichier = file_of(caisse_id, kind, at.astimezone(UTC).date())
    values = {
        "kind": kind,
        "rank": next(_NUMBERS),
        "operation": "DEBIT" if cents > 0 else "CREDIT",
        "amount_cents": cents,
        "happened_at": at,
        "day_on": paris_date(at),
        "boutique_id": fichier.boutique_id,
        **changes,
    }
    return LignePlateforme.objects.create(caisse_id=caisse_id, fichier=fichier, **values)


def jt_of(transaction: Transaction, *, at: datetime = NOW, **changes: object) -> LignePlateforme:
    """The JT line of a transaction of ours."""
    values = {
        "cents": transaction.amount_cents,
        "transaction_uuid": transaction.uuid,
        "trans_id": "000001",
        "order_reference": transaction.payment.reference if transaction.payment else "",
        **changes,
    }
    return gateway_line(transaction.caisse_id, "JT", values.pop("cents"), at=at, **values)


def remise_of(
    caisse_id: int, *lines: LignePlateforme, number: str = "7", at: datetime = NOW, fee: int = 0
) -> Remise:
    """A remittance that takes these JT lines to the bank, told by JRB without their uuid."""
    fichier = file_of(caisse_id, "JRB", at.astimezone(UTC).date())
    gross = sum(line.amount_cents for line in lines)
    remise = Remise.objects.create(
        caisse_id=caisse_id,
        boutique_id=fichier.boutique_id,
        fichier=fichier,
        number=number,
        remitted_on=paris_date(at),
        operations=len(lines),
        gross_cents=gross,
        fee_cents=fee,
        net_cents=gross - fee,
    )
    for line in lines:
        gateway_line(
            caisse_id,
            "JRB",
            line.amount_cents,
            at=at,
            trans_id=line.trans_id,
            order_reference=line.order_reference,
            remise=remise,
        )
    return remise


def account_of(caisse_id: int, **changes: object) -> CompteBancaire:
    """The fund's bank account, on the account of the default scheme."""
    compte = Compte.objects.get(caisse_id=caisse_id, number="5121")
    values = {"iban": f"FR76{caisse_id:023d}", "label": "Banque", "compte": compte, **changes}
    found = CompteBancaire.objects.filter(iban=values["iban"]).first()
    return found or CompteBancaire.objects.create(caisse_id=caisse_id, **values)


def bank_line(
    caisse_id: int,
    cents: int,
    label: str,
    *,
    on: date,
    details: str = "",
    reference: str = "",
    received_at: datetime | None = None,
) -> LigneBanque:
    """The one movement of a statement of that day."""
    account = account_of(caisse_id)
    last = Releve.objects.filter(compte_bancaire=account).order_by("-rank").first()
    opening = last.closing_cents if last else 0
    releve = Releve.objects.create(
        caisse_id=caisse_id,
        fichier=file_of(caisse_id, "CAMT053", on, received_at=received_at),
        compte_bancaire=account,
        rank=0,
        first_on=on,
        last_on=on,
        opening_cents=opening,
        closing_cents=opening + cents,
    )
    return LigneBanque.objects.create(
        caisse_id=caisse_id,
        releve=releve,
        rank=1,
        booked_on=on,
        value_on=on,
        amount_cents=cents,
        label=label,
        reference=reference,
        details=details,
    )


def ledger_line(transaction: Transaction) -> Ligne:
    """The line of 5115 that books it."""
    return Ligne.objects.get(
        ecriture__source_id=transaction.uuid,
        ecriture__reverses__isnull=True,
        compte__number="5115",
    )
