"""A transaction that the platform makes from another one: a refund or a duplicate."""

import uuid
from dataclasses import asdict
from datetime import datetime

from payzen_sandbox.models import Transaction
from payzen_sandbox.services.authorisation import Decision
from payzen_sandbox.services.platform_ids import next_platform_trans_id


def derive(
    parent: Transaction,
    *,
    operation_type: str,
    amount_cents: int,
    decision: Decision,
    now: datetime,
) -> Transaction:
    """Same order and card; its own uuid and a trans_id of the platform, sequence number 1.

    Inside the caller's database transaction, which makes the trans_id unique.
    """
    return Transaction.objects.create(
        payment=parent.payment,
        parent=parent,
        uuid=uuid.uuid4().hex,
        sequence_number=1,
        operation_type=operation_type,
        occurrence_type="UNITAIRE",
        platform_trans_id=next_platform_trans_id(parent.payment.site_id, now=now),
        amount_cents=amount_cents,
        initial_amount_cents=amount_cents,
        card=parent.card,
        created_at=now,
        answered_at=now,
        presentation_at=now,
        **asdict(decision),
    )
