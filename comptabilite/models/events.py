"""Evenement: what is written down, each by rules of the fund's scheme."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Evenement(models.TextChoices):
    """What happens to money and must be written down."""

    CARD_PAYMENT = "CARD_PAYMENT", _("Paiement par carte d’une créance")
    UNIDENTIFIED_RECEIPT = "UNIDENTIFIED_RECEIPT", _("Encaissement à identifier")
    CARD_REFUND = "CARD_REFUND", _("Somme rendue sur une créance")
    SUSPENSE_REFUND = "SUSPENSE_REFUND", _("Somme à identifier rendue")
    SUSPENSE_TO_DEBT = "SUSPENSE_TO_DEBT", _("Somme à identifier affectée à une créance")
    REMISSION = "REMISSION", _("Remise de dette accordée")
    DEBT_SENT = "DEBT_SENT", _("Créance partie vers une autre caisse")
    DEBT_RECEIVED = "DEBT_RECEIVED", _("Créance venue d’une autre caisse")
    RECEIPT_SENT = "RECEIPT_SENT", _("Encaissement transmis à une autre caisse")
    RECEIPT_RECEIVED = "RECEIPT_RECEIVED", _("Encaissement reçu par une autre caisse")
    # What the gateway and the bank tell.
    CHARGEBACK = "CHARGEBACK", _("Impayé : paiement d’une créance repris par la banque")
    CHARGEBACK_SUSPENSE = "CHARGEBACK_SUSPENSE", _("Impayé : somme à identifier reprise")
    REPRESENTMENT = "REPRESENTMENT", _("Impayé rendu par la banque : créance de nouveau payée")
    REPRESENTMENT_SUSPENSE = (
        "REPRESENTMENT_SUSPENSE",
        _("Impayé rendu par la banque : somme à identifier"),
    )
    REMITTANCE = "REMITTANCE", _("Remise de la plateforme reçue en banque")
    REMITTANCE_FEE = "REMITTANCE_FEE", _("Frais retenus sur une remise")
    BANK_WITHDRAWAL = "BANK_WITHDRAWAL", _("Reprise de la plateforme débitée en banque")
    BANK_WITHDRAWAL_FEE = "BANK_WITHDRAWAL_FEE", _("Frais d’une reprise de la plateforme")
    BANK_FEE = "BANK_FEE", _("Frais débités en banque")
    BANK_RECEIPT = "BANK_RECEIPT", _("Somme reçue en banque, à identifier")
    BANK_PAYMENT = "BANK_PAYMENT", _("Somme débitée en banque, à identifier")
    BANK_OUTSIDE_IN = "BANK_OUTSIDE_IN", _("Somme reçue en banque, étrangère au portail")
    BANK_OUTSIDE_OUT = "BANK_OUTSIDE_OUT", _("Somme débitée en banque, étrangère au portail")
    GAP_LOSS = "GAP_LOSS", _("Écart de règlement en moins")
    GAP_GAIN = "GAP_GAIN", _("Écart de règlement en plus")
    # What the fund's software tells of its debts.
    DEBT_ESTABLISHED = "DEBT_ESTABLISHED", _("Créance constatée")
    DEBT_RAISED = "DEBT_RAISED", _("Créance augmentée")
    DEBT_LOWERED = "DEBT_LOWERED", _("Créance annulée ou diminuée")
    WITHHOLDING = "WITHHOLDING", _("Retenue sur prestations")
    CHEQUE = "CHEQUE", _("Chèque")
    TRANSFER = "TRANSFER", _("Virement")
    DIRECT_DEBIT = "DIRECT_DEBIT", _("Prélèvement")
    CASH = "CASH", _("Espèces")
    OTHER_RECEIPT = "OTHER_RECEIPT", _("Encaissement par un autre service en ligne")
    OTHER_REFUND = "OTHER_REFUND", _("Somme rendue par un autre service")
    UNPAID = "UNPAID", _("Rejet d’un encaissement hors du portail")
    SMALL_AMOUNT = "SMALL_AMOUNT", _("Petit montant abandonné")
    DEBT_ERASED = "DEBT_ERASED", _("Créance effacée (surendettement)")
    WRITE_OFF = "WRITE_OFF", _("Admission en non-valeur")
    TRANSFERRED = "TRANSFERRED", _("Créance transférée à un autre organisme")


#: Events that the fund's own software may book by itself: a scheme may leave them to it.
OF_THE_FUNDS_SOFTWARE = frozenset(
    {
        Evenement.DEBT_ESTABLISHED,
        Evenement.DEBT_RAISED,
        Evenement.DEBT_LOWERED,
        Evenement.WITHHOLDING,
        Evenement.CHEQUE,
        Evenement.TRANSFER,
        Evenement.DIRECT_DEBIT,
        Evenement.CASH,
        Evenement.OTHER_RECEIPT,
        Evenement.OTHER_REFUND,
        Evenement.UNPAID,
        Evenement.SMALL_AMOUNT,
        Evenement.DEBT_ERASED,
        Evenement.WRITE_OFF,
        Evenement.TRANSFERRED,
    }
)

#: Events of which no part is about a debt: only a rule for every family serves them.
WITHOUT_FAMILLE = frozenset(
    {
        Evenement.UNIDENTIFIED_RECEIPT,
        Evenement.SUSPENSE_REFUND,
        Evenement.RECEIPT_SENT,
        Evenement.CHARGEBACK_SUSPENSE,
        Evenement.REPRESENTMENT_SUSPENSE,
        Evenement.REMITTANCE,
        Evenement.REMITTANCE_FEE,
        Evenement.BANK_WITHDRAWAL,
        Evenement.BANK_WITHDRAWAL_FEE,
        Evenement.BANK_FEE,
        Evenement.BANK_RECEIPT,
        Evenement.BANK_PAYMENT,
        Evenement.BANK_OUTSIDE_IN,
        Evenement.BANK_OUTSIDE_OUT,
        Evenement.GAP_LOSS,
        Evenement.GAP_GAIN,
    }
)
