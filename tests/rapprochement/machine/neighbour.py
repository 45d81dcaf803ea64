"""Another fund that lived the same day: same amounts, same numbers, its own shop and bank."""

from datetime import date, datetime, timedelta

from caf_portal.database.scope import national_scope
from caf_portal.paris import paris_date
from caisses.models import Caisse
from comptabilite.models import Compte
from payments.models import Boutique
from payments.services.notifications import receive_notification
from rapprochement.models import CompteBancaire
from rapprochement.models.files import Arrivee
from rapprochement.services.receiving import receive_file
from rapprochement.services.reconciling import reconcile_fund
from rapprochement.services.writing_movements import write_movements
from tests.allocataires.factories import AllocataireFactory, CreanceFactory
from tests.payments.factories import open_payment, signed_body
from tests.rapprochement.machine.bank import Bank, Moved
from tests.rapprochement.machine.platform import Platform
from tests.rapprochement.statements import OTHER_IBAN

CODE = "751"
FORM = "application/x-www-form-urlencoded"


def lives_a_day(now: datetime) -> int:
    """A payment that is remitted and reaches the bank, one that nobody heard of, a transfer that
    nobody knows; the day is proved and open. Gives the fund's key."""
    yesterday = now - timedelta(days=1)
    on = paris_date(yesterday)
    with national_scope():
        fund = Caisse.objects.get(code=CODE)
        shop = Boutique.objects.get(caisse=fund, mode="TEST", platform="PAYZEN")
        compte = Compte.objects.get(caisse=fund, number="5121")
        CompteBancaire.objects.create(caisse=fund, iban=OTHER_IBAN, label="Banque", compte=compte)
        person = AllocataireFactory(caisse=fund)
        debts = [CreanceFactory(allocataire=person, initial_cents=c) for c in (240_00, 75_50)]
    platform, bank = Platform(shop.site_id, on), Bank(on - timedelta(days=1), OTHER_IBAN)
    for debt in debts:
        payment = open_payment(debt, now=yesterday)
        taken = platform.take(payment, debt.pk, yesterday, on)
        if debt is debts[0]:
            body = signed_body(
                payment,
                vads_trans_uuid=taken.uuid.hex,
                vads_effective_creation_date=f"{yesterday:%Y%m%d%H%M%S}",
            )
            receive_notification(body=body, content_type=FORM, now=yesterday)
            batch = platform.remit(yesterday, on, 24)
            bank.moves.append(Moved(batch.net_cents, on, f"REMISE CB {batch.number}"))
    bank.moves.append(Moved(90_00, on, "VIREMENT"))
    _receives(platform, bank, on, now=now)
    write_movements(caisse_id=fund.pk, now=now)
    platform.trouble = "down"
    with platform.listening():
        reconcile_fund(caisse_id=fund.pk, now=now)
    return fund.pk


def _receives(platform: Platform, bank: Bank, on: date, *, now: datetime) -> None:
    files = [(file.name, file.content) for file in platform.files_until(on + timedelta(days=1))]
    made = bank.statement(on, camt=False)
    assert made is not None
    for name, content in [*files, made[:2]]:
        receive_file(content=content, filename=name, arrivee=Arrivee.DOSSIER, now=now)
