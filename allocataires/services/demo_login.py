"""The login that stands for caf.fr in a demonstration.

A real portal learns who the person is from an identity provider (issuer, subject); the
demonstration asks for a login and one password that everybody knows.
"""

from django.conf import settings
from django.utils.crypto import constant_time_compare

from allocataires.demo.cast import ISSUER
from allocataires.models import Identite
from allocataires.session import Debtor
from caf_portal.database.scope import national_scope

PASSWORD = "demonstration"  # noqa: S105 - printed on the page, for invented people


class LoginRefused(Exception):
    """No demo account has this login, or the password is not the documented one."""


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
