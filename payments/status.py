"""The states of a payment and the only moves between them (invariant 6).

Data only: the database builds its check from ``ALLOWED`` and ``payments.workflow`` is the one
door. Named by what the person who pays would say, never by a gateway's word.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaymentStatus(models.TextChoices):
    """Where an attempt to pay stands."""

    OPEN = "OPEN", _("En cours")
    PENDING = "PENDING", _("En attente de la banque")
    PAID = "PAID", _("Payé")
    REFUSED = "REFUSED", _("Refusé")
    ABANDONED = "ABANDONED", _("Abandonné")
    EXPIRED = "EXPIRED", _("Expiré")
    HELD = "HELD", _("Reçu, en cours de vérification")
    SCHEDULED = "SCHEDULED", _("Échéancier en cours")
    STOPPED = "STOPPED", _("Échéancier arrêté")
    REFUNDED = "REFUNDED", _("Rendu")


S = PaymentStatus

_MONEY = frozenset({S.PENDING, S.PAID, S.SCHEDULED, S.HELD})

#: Money told late is still money: refused, abandoned and expired attempts may become paid or
#: held. Nothing that comes late undoes a paid one; giving it all back is a move of its own.
ALLOWED: dict[PaymentStatus, frozenset[PaymentStatus]] = {
    S.OPEN: _MONEY | {S.REFUSED, S.ABANDONED, S.EXPIRED},
    S.PENDING: (_MONEY - {S.PENDING}) | {S.REFUSED, S.ABANDONED, S.EXPIRED},
    S.REFUSED: _MONEY,
    S.ABANDONED: _MONEY | {S.REFUSED},
    S.EXPIRED: _MONEY | {S.REFUSED},
    S.HELD: frozenset({S.REFUNDED}),
    # A plan: its first due is paid, the others come one by one.
    S.SCHEDULED: frozenset({S.PAID, S.STOPPED, S.REFUNDED}),
    S.STOPPED: frozenset({S.PAID, S.REFUNDED}),
    S.PAID: frozenset({S.REFUNDED}),
    S.REFUNDED: frozenset(),
}

#: Statuses in which the payer, or the bank, may still act.
IN_PROGRESS = frozenset({S.OPEN, S.PENDING})


class Cause(models.TextChoices):
    """Who or what moved a payment."""

    NOTIFICATION = "NOTIFICATION", _("notification de la plateforme")
    POLL = "POLL", _("question posée à la plateforme")
    SWEEP = "SWEEP", _("reprise après un arrêt")
    EXPIRY = "EXPIRY", _("délai écoulé")
    REFUND = "REFUND", _("remboursement")
    AGENT = "AGENT", _("décision d’un agent")
    PERSON = "PERSON", _("décision de la personne")


def allowed_pairs() -> list[tuple[str, str]]:
    """Every permitted move, in a stable order."""
    return sorted((str(a), str(b)) for a, targets in ALLOWED.items() for b in targets)
