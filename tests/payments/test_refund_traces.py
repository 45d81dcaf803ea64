"""What agents do about a refund is in the trace of the line that is about its money."""

import pytest

from caf_portal.database.scope import national_scope
from comptabilite.models import Anomalie, TraceAnomalie
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.anomalies import open_anomalie
from payments.services.refunding import approve_refund, ask_refund
from tests.caisses.factories import agent_of
from tests.isolation.conftest import make_fund
from tests.payments.factories import NOW

pytestmark = pytest.mark.django_db


def test_asking_and_approving_are_in_the_trace_and_the_line_stays_open():
    fund = make_fund("011")
    with national_scope():
        debit = fund.paid.transactions.get()
        open_anomalie(
            caisse_id=fund.caisse.pk,
            kind=AnomalieKind.SURPLUS,
            subject=debit.uuid.hex,
            detail="Constat.",
            now=NOW,
        )
        line = Anomalie.objects.get(subject=debit.uuid.hex, kind="SURPLUS")
        other = agent_of("011", login="autre")

        refund = ask_refund(
            agent=fund.agent,
            transaction_id=debit.pk,
            amount_cents=2_00,
            stated_cents=debit.amount_cents - 5_00,
            reason="essai",
            now=NOW,
        )
        approve_refund(agent=other, refund_id=refund.pk, now=NOW)

        traces = TraceAnomalie.objects.filter(anomalie=line, kind="ACTION").order_by("pk")
        assert list(traces.values_list("agent", "note")) == [
            (fund.agent.pk, "Remboursement demandé : 2,00\u00a0€."),
            (other.pk, "Remboursement approuvé : 2,00\u00a0€."),
        ]
        line.refresh_from_db()
        assert line.settled_at is None
