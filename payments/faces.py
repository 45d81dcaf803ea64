"""The page of a payment has one face per situation: which one, and what it says in a few words."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payments.models import Payment
from payments.refund_queries import charged_back_cents, represented_cents
from payments.status import PaymentStatus


class Face(StrEnum):
    """A situation of the person who pays; the value names the template."""

    STARTED = "started"
    ASKING = "asking"
    PENDING = "pending"
    PAID = "paid"
    REFUSED = "refused"
    ABANDONED = "abandoned"
    EXPIRED = "expired"
    HELD = "held"
    SCHEDULED = "scheduled"
    STOPPED = "stopped"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"
    REPRESENTED = "represented"


LABELS: dict[Face, str | Promise] = {
    Face.STARTED: _("Paiement commencé, pas terminé"),
    Face.ASKING: _("Nous interrogeons la banque"),
    Face.PENDING: _("La banque n’a pas encore donné sa réponse"),
    Face.PAID: _("Votre paiement est enregistré"),
    Face.REFUSED: _("Le paiement a été refusé"),
    Face.ABANDONED: _("Vous avez annulé ce paiement"),
    Face.EXPIRED: _("Ce paiement n’a pas été terminé à temps"),
    Face.HELD: _("Paiement reçu, en cours de vérification"),
    Face.SCHEDULED: _("Votre paiement en plusieurs fois a commencé"),
    Face.STOPPED: _("Votre paiement en plusieurs fois est arrêté"),
    Face.REFUNDED: _("Votre paiement vous a été rendu"),
    Face.CHARGED_BACK: _("La banque a repris votre paiement"),
    Face.REPRESENTED: _("Votre paiement est de nouveau enregistré"),
}
#: Faces that may change by themselves: their pages ask for news.
LIVE = frozenset({Face.ASKING, Face.PENDING})


def face_of(payment: Payment) -> Face:
    """The face of a payment as it stands.

    While it is open, two situations look alike in the database and not to the person: either the
    bank's page was never left, or the person came back and we are asking the bank. The second
    one keeps the card away until the bank has answered or the attempt has expired: a platform
    that could not be asked looks just like one that saw nothing.
    """
    if payment.status == PaymentStatus.REFUNDED and charged_back_cents(payment):
        return Face.CHARGED_BACK
    if payment.status == PaymentStatus.REFUNDED and represented_cents(payment):
        return Face.REPRESENTED
    if payment.status != PaymentStatus.OPEN:
        return Face(payment.status.lower())
    asked = payment.check_requested_at
    return Face.ASKING if asked is not None and asked >= payment.last_form_at else Face.STARTED
