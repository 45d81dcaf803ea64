"""The login that stands for caf.fr in a demonstration.

A real portal learns who the person is from an identity provider (issuer, subject); the
demonstration asks for a login and one password that everybody knows.
"""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.utils.crypto import constant_time_compare

from allocataires.models import Identite
from allocataires.session import Debtor
from caf_portal.database.scope import national_scope

ISSUER = "demo-caf.fr"
PASSWORD = "demonstration"  # noqa: S105 - printed on the page, for invented people


class LoginRefused(Exception):
    """No demo account has this login, or the password is not the documented one."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A line of the list shown beside the form."""

    login: str
    caisse: str
    creances: int


def log_in(*, login: str, password: str) -> Debtor:
    """The debtor behind a demo account. Raises ``LoginRefused``; never opens outside a demo.

    The identity is looked up in every fund, as no fund is known yet.
    """
    if not settings.DEMO or not constant_time_compare(password.strip().lower(), PASSWORD):
        raise LoginRefused
    with national_scope():
        identite = Identite.objects.filter(issuer=ISSUER, subject=login.strip().lower()).first()
    if identite is None:
        raise LoginRefused
    return Debtor(identite.caisse_id, identite.allocataire_id)


def some_accounts(*, limit: int) -> list[DemoAccount]:
    """The first demo accounts, so that a visitor may pick one."""
    with national_scope():
        identites = (
            Identite.objects.filter(issuer=ISSUER)
            .select_related("caisse")
            .annotate(creances=Count("allocataire__creances"))
            .order_by("pk")[:limit]
        )
        return [DemoAccount(one.subject, one.caisse.nom, one.creances) for one in identites]
