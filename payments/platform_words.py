"""What platforms write in codes, said to an agent in words; the code stays where proof is shown.

Statuses and operations are those of PayZen's messages and journals, and the letters of PayFiP. Only
what is documented is here: a code that nobody knows yet is shown as it came.
"""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_CANCELLED = _("annulée")
_WAITING = _("en attente de l’autorisation")

_STATUSES: Final[Mapping[str, str | Promise]] = {
    "INITIAL": _("en cours, sans réponse encore"),
    "NOT_CREATED": _("jamais créée"),
    "ABANDONED": _("abandonnée"),
    "ACCEPTED": _("carte vérifiée"),
    "AUTHORISED": _("autorisée, à remettre en banque"),
    "AUTHORISED_TO_VALIDATE": _("autorisée, à valider"),
    "WAITING_AUTHORISATION": _WAITING,
    "WAITING_AUTHORISATION_TO_VALIDATE": _WAITING,
    "CAPTURED": _("remise en banque"),
    "CAPTURE_FAILED": _("non remise : échec"),
    "REFUSED": _("refusée"),
    "CANCELLED": _CANCELLED,
    "CANCELED": _CANCELLED,
    "EXPIRED": _("expirée"),
    "SUSPENDED": _("remise suspendue"),
    "UNDER_VERIFICATION": _("en cours de contrôle"),
    "PRE_AUTHORISED": _("pré-autorisée"),
    "WAITING_FOR_PAYMENT": _("en attente du paiement"),
    "PENDING": _("en attente"),
    "REFUND_TO_RETRY": _("remboursement à reprendre"),
    "PARTIALLY_AUTHORISED": _("autorisée en partie"),
    # The bank's remittance answers the operation (JRB).
    "MATCH_OK": _("remise confirmée par la banque"),
    # PayFiP: by card, then by a single direct debit.
    "P": _("payée"),
    "R": _("refusée"),
    "A": _("abandonnée"),
    "V": _("payée"),
    "Z": _("refusée"),
}

_OPERATIONS: Final[Mapping[str, str | Promise]] = {
    "DEBIT": _("paiement"),
    "CREDIT": _("remboursement"),
    "REFUND": _("remboursement"),
    "VERIFICATION": _("vérification"),
    "VALIDATE": _("validation"),
    "MODIFY": _("modification"),
    "CANCEL": _("annulation"),
    "DUPLICATE": _("duplication"),
    "AUTHORISE": _("autorisation"),
    "CAPTURE": _("remise en banque"),
    "EXPIRE": _("expiration"),
    "CHARGEBACK": _("impayé"),
    "UNKNOWN": _("opération non précisée"),
}


def status_words(code: str) -> str:
    """The state of a transaction, in words; the code itself when nobody knows it."""
    return str(_STATUSES.get(code, code))


def operation_words(code: str) -> str:
    """What was done, in words; the code itself when nobody knows it."""
    return str(_OPERATIONS.get(code, code))


def status_evidence(code: str) -> str:
    """The words, then the platform's own code, which its support asks for."""
    words = status_words(code)
    return words if words == code else f"{words} ({code})"
