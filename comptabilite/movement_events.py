"""Which event writes each kind of movement of a debt, when nothing else wrote it."""

from collections.abc import Mapping
from typing import Final

from allocataires.nomenclature import RAISING, MouvementType
from comptabilite.models.events import Evenement

#: Card payments, refunds and chargebacks of the portal are written where they happen; here a
#: movement of these kinds is what the fund's software tells of another service.
EVENT_OF: Final[Mapping[MouvementType, Evenement]] = {
    MouvementType.IMPLANTATION: Evenement.DEBT_ESTABLISHED,
    MouvementType.COMPLEMENT: Evenement.DEBT_RAISED,
    MouvementType.AJUSTEMENT_HAUSSE: Evenement.DEBT_RAISED,
    MouvementType.AJUSTEMENT_BAISSE: Evenement.DEBT_LOWERED,
    MouvementType.ANNULATION: Evenement.DEBT_LOWERED,
    MouvementType.RETENUE: Evenement.WITHHOLDING,
    MouvementType.CHEQUE: Evenement.CHEQUE,
    MouvementType.VIREMENT: Evenement.TRANSFER,
    MouvementType.PRELEVEMENT: Evenement.DIRECT_DEBIT,
    MouvementType.ESPECES: Evenement.CASH,
    MouvementType.CARTE: Evenement.OTHER_RECEIPT,
    MouvementType.REMBOURSEMENT: Evenement.OTHER_REFUND,
    MouvementType.IMPAYE: Evenement.UNPAID,
    MouvementType.REMISE: Evenement.REMISSION,
    MouvementType.PETIT_MONTANT: Evenement.SMALL_AMOUNT,
    MouvementType.SURENDETTEMENT: Evenement.DEBT_ERASED,
    MouvementType.NON_VALEUR: Evenement.WRITE_OFF,
    MouvementType.TRANSFERT: Evenement.TRANSFERRED,
}


def debits_the_debt(kind: MouvementType) -> bool:
    """Whether its écriture debits the debt's account: what raises a debt does."""
    return kind in RAISING
