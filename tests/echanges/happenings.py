"""Things that happen in a fund and that its software is told."""

from datetime import timedelta

from allocataires.models import Creance
from allocataires.services.etapes import Why, move_creance
from allocataires.states import CreanceState
from allocataires.transitions import EtapeCause
from caf_portal.database.scope import national_scope
from caisses.models import Caisse
from echanges.services.publishing import publish_all
from payments.services.notifications import receive_notification
from tests.allocataires.factories import CreanceFactory
from tests.payments import factories

NOW = factories.NOW
FORM = "application/x-www-form-urlencoded"


def a_debt(code: str = "011") -> Creance:
    with national_scope():
        caisse = Caisse.objects.get(code=code)
        creance: Creance = CreanceFactory(caisse=caisse, allocataire__caisse=caisse)
    return creance


def a_stop(code: str = "011") -> None:
    """One event: a debt is suspended by an agent."""
    creance = a_debt(code)
    with national_scope():
        move_creance(creance, CreanceState.SUSPENDUE, why=Why(EtapeCause.AGENT), now=NOW)
    publish_all(now=NOW)


def a_payment() -> None:
    """Three events: a payment, its movement, the end of the debt."""
    payment = factories.open_payment(a_debt())
    later = NOW + timedelta(minutes=1)
    receive_notification(body=factories.signed_body(payment), content_type=FORM, now=later)
    publish_all(now=NOW)
