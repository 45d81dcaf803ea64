"""Accept or refuse a payment form."""

import logging
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from payzen_sandbox.models import Payment, RejectedForm
from payzen_sandbox.models.payment import SESSION_LENGTH
from payzen_sandbox.protocol.errors import FormRefused
from payzen_sandbox.protocol.form import CheckedForm, DateWindow, check_form
from payzen_sandbox.services.event_log import record
from payzen_sandbox.services.fault_rules import take_next_faults

logger = logging.getLogger(__name__)


def open_payment(*, fields: Mapping[str, str], now: datetime) -> Payment:
    """Check a form and open the buyer's session of ten minutes.

    Its dates may follow the sandbox's clock or the machine's: a shop's own clock does not move
    when a tester moves ours.

    Raises FormRefused; the form is then kept, with its code, for the back office.
    """
    window = DateWindow(
        past=timedelta(minutes=settings.ENVIRONMENT.date_past_minutes),
        future=timedelta(minutes=settings.ENVIRONMENT.date_future_minutes),
    )
    try:
        form = check_form(fields, clocks=(now, timezone.now()), window=window)
        payment = _store(form, now=now)
    except FormRefused as refusal:
        _keep_rejected(fields, refusal, now=now)
        logger.info("sandbox.form.refused code=%s field=%s", refusal.code, refusal.field)
        raise
    logger.info("sandbox.form.accepted payment=%s", payment.public_id)
    return payment


def _store(form: CheckedForm, *, now: datetime) -> Payment:
    fields = form.fields
    try:
        with transaction.atomic():
            payment = Payment.objects.create(
                site_id=form.shop.site_id,
                ctx_mode=fields["vads_ctx_mode"],
                trans_id=fields["vads_trans_id"],
                trans_id_folded=fields["vads_trans_id"].upper(),
                utc_day=form.sent_at.date(),
                order_id=fields.get("vads_order_id", ""),
                fields=fields,
                amount_cents=form.amount_cents,
                currency=form.currency,
                capture_delay_days=form.capture_delay_days,
                instalments=[[i.due_on.isoformat(), i.amount_cents] for i in form.instalments],
                language=_language(form),
                faults=take_next_faults(form.shop.site_id),
                abandon_uuid=uuid.uuid4().hex,
                opened_at=now,
                expires_at=now + SESSION_LENGTH,
            )
            record(payment, "form.accepted", now=now, detail=f"trans_id {payment.trans_id}")
    except IntegrityError as error:
        reason = _("Cet identifiant a déjà servi aujourd'hui (la casse ne compte pas).")
        raise FormRefused("03", "vads_trans_id", reason) from error
    return payment


def _language(form: CheckedForm) -> str:
    wanted = form.fields.get("vads_language") or form.shop.languages[0]
    return wanted if wanted in form.shop.languages else form.shop.languages[0]


def _keep_rejected(fields: Mapping[str, str], refusal: FormRefused, *, now: datetime) -> None:
    RejectedForm.objects.create(
        at=now,
        site_id=fields.get("vads_site_id", "")[:64],
        code=refusal.code,
        field=refusal.field[:100],
        reason=refusal.reason[:255],
        fields=dict(fields),
    )
