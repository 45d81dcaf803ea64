"""Notification rules of a shop: when it is told, where, and in which format."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class RuleName(StrEnum):
    """The rules of PayZen's back office; the last one is ours.

    Whether an operation made by REST is notified is not documented: a rule of its own, off.
    """

    END_OF_PAYMENT = "end_of_payment"
    CANCELLATION = "cancellation"
    BATCH_AUTHORISATION = "batch_authorisation"
    BATCH_CHANGE = "batch_change"
    BACK_OFFICE_OPERATION = "back_office_operation"
    REST_OPERATION = "rest_operation"


class Format(StrEnum):
    """`vads_*` fields (API form V1, V2), or `kr-*` (REST API V4)."""

    FORM = "form"
    V4 = "v4"


RULE_LABELS = {
    RuleName.END_OF_PAYMENT: _("À la fin du paiement"),
    RuleName.CANCELLATION: _("Abandon de l'acheteur ou session expirée"),
    RuleName.BATCH_AUTHORISATION: _("Autorisation différée (échéances)"),
    RuleName.BATCH_CHANGE: _("Changement de statut par traitement"),
    RuleName.BACK_OFFICE_OPERATION: _("Opération faite dans le back-office"),
    RuleName.REST_OPERATION: _("Opération faite par REST"),
}


@dataclass(frozen=True, slots=True)
class NotificationRule:
    """One rule. An empty `url` is the one of every shop; `retry` asks for automatic retries."""

    on: bool
    url: str = ""
    format: str = Format.FORM
    retry: bool = False


def default_rules(*, cancel_notifications: bool) -> dict[str, NotificationRule]:
    """On at first: all but cancellation (the environment's word) and REST."""
    off = {RuleName.REST_OPERATION} | (set() if cancel_notifications else {RuleName.CANCELLATION})
    return {name.value: NotificationRule(on=name not in off) for name in RuleName}
