"""Message: one e-mail to a person, written with the fact that causes it, sent afterwards."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from allocataires.models import Allocataire
from caisses.models import Caisse


class MessageKind(models.TextChoices):
    """What a message says; each kind has its templates."""

    PAYMENT_BOOKED = "PAYMENT_BOOKED", _("Paiement enregistré")
    PAYMENT_HELD = "PAYMENT_HELD", _("Paiement en cours de vérification")
    PAYMENT_LINK = "PAYMENT_LINK", _("Lien de paiement")
    INSTALMENT_BOOKED = "INSTALMENT_BOOKED", _("Échéance payée")
    INSTALMENT_REFUSED = "INSTALMENT_REFUSED", _("Échéance refusée")
    PLAN_STOPPED = "PLAN_STOPPED", _("Échéancier arrêté")
    REFUND_DONE = "REFUND_DONE", _("Somme rendue")
    PAYMENT_CANCELLED = "PAYMENT_CANCELLED", _("Paiement annulé ou réduit")
    CHARGED_BACK = "CHARGED_BACK", _("Paiement repris par la banque")
    CHARGEBACK_RETURNED = "CHARGEBACK_RETURNED", _("Paiement de nouveau versé par la banque")
    DEBT_NOTIFIED = "DEBT_NOTIFIED", _("Nouvelle dette à consulter")
    DEBT_SETTLED = "DEBT_SETTLED", _("Dette soldée, quittance disponible")
    DEBT_MOVED = "DEBT_MOVED", _("Dette suivie par une autre caisse")
    DEMANDE_FILED = "DEMANDE_FILED", _("Demande reçue")
    DEMANDE_DECIDED = "DEMANDE_DECIDED", _("Réponse à une demande")
    RECOVERY_RESUMES = "RECOVERY_RESUMES", _("Reprise du remboursement")
    PLAN_AGREED = "PLAN_AGREED", _("Échéancier enregistré")
    PLAN_DECIDED = "PLAN_DECIDED", _("Réponse à une demande d’échéancier")
    PLAN_CHANGED = "PLAN_CHANGED", _("Échéancier modifié")
    DUE_REMINDER = "DUE_REMINDER", _("Rappel d’échéance")
    SURPLUS_SEEN = "SURPLUS_SEEN", _("Trop-perçu : à vous de choisir")
    SURPLUS_PLACED = "SURPLUS_PLACED", _("Trop-perçu : choix enregistré")


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions asked of the outbox."""

    def due(self, now: datetime) -> Self:
        """Those to send now, oldest first."""
        return self.filter(sent_at__isnull=True, next_attempt_at__lte=now).order_by(
            "next_attempt_at", "pk"
        )


class Message(models.Model):
    """A row of the outbox. ``context`` holds what the words need; nothing is sent inside a booking.

    Sending is at least once: a row is claimed by moving ``next_attempt_at`` ahead, so that a
    worker killed while sending leaves it due again later.
    """

    caisse = models.ForeignKey(Caisse, on_delete=models.PROTECT, verbose_name=_("caisse"))
    allocataire = models.ForeignKey(
        Allocataire,
        on_delete=models.PROTECT,
        db_constraint=False,
        related_name="messages",
        verbose_name=_("allocataire"),
    )
    kind = models.CharField(_("type"), max_length=20, choices=MessageKind.choices)
    source_id = models.UUIDField(_("origine"))
    to_address = models.EmailField(_("destinataire"))
    langue = models.CharField(_("langue"), max_length=2, default="fr")
    context = models.JSONField(_("contenu"), default=dict)
    created_at = models.DateTimeField(_("créé le"))
    next_attempt_at = models.DateTimeField(_("prochain essai"))
    attempts = models.SmallIntegerField(_("essais"), default=0)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    last_error = models.CharField(_("dernière erreur"), max_length=200, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        """Names, indexes and checks."""

        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=models.Q(sent_at__isnull=True),
                name="message_due",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["caisse", "kind", "source_id"], name="message_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"
