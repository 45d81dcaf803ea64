"""Check a payment form, whole, without storage: the first wrong field gives the error code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from payzen_sandbox.protocol.dictionary import EXT_INFO, EXT_INFO_PREFIX, FIELDS, MANDATORY, Field
from payzen_sandbox.protocol.errors import ALGORITHM, MISSING, SIGNATURE, FormRefused
from payzen_sandbox.protocol.instants import from_vads
from payzen_sandbox.protocol.payment_config import BadPaymentConfig, Instalment, plan_instalments
from payzen_sandbox.protocol.rules import RULES
from payzen_sandbox.protocol.signature import ALGORITHMS, is_authentic
from payzen_sandbox.shops import Shop, find_shop

CAPTURE_DELAY_MAX_DAYS = 365
# They break the signature at PayZen's: the error page of code 00 names them.
UNSIGNABLE = ("\r", "\n", '"')
# A JSON value cannot do without double quotes.
JSON_FIELDS = frozenset({"vads_acquirer_transient_data"})


@dataclass(frozen=True, slots=True)
class DateWindow:
    """How far `vads_trans_date` may be from now (error 04)."""

    past: timedelta
    future: timedelta


@dataclass(frozen=True, slots=True)
class CheckedForm:
    """A form that respects the protocol; `fields` are the raw vads_ values, as received."""

    shop: Shop
    fields: dict[str, str]
    sent_at: datetime
    amount_cents: int
    currency: str
    capture_delay_days: int
    instalments: tuple[Instalment, ...]


def check_form(
    fields: Mapping[str, str], *, clocks: tuple[datetime, ...], window: DateWindow
) -> CheckedForm:
    """Check presence, shop, mode, signature, then each field. Raises FormRefused.

    `clocks` are the instants that count as now, the platform's own first; the form's dates are
    measured against the nearest.

    What only the storage knows (a `vads_trans_id` already used) is left to the caller.
    """
    _check_presence(fields)
    shop = _find_shop(fields)
    _check_mode(fields)
    _check_signature(fields, shop, now=clocks[0])
    for name, value in sorted(fields.items(), key=_order_of_checks):
        _check_value(name, value)
    sent_at, now = _check_date(fields["vads_trans_date"], clocks=clocks, window=window)
    delay = int(fields.get("vads_capture_delay") or shop.capture_delay_days)
    delay = min(delay, CAPTURE_DELAY_MAX_DAYS)
    return CheckedForm(
        shop=shop,
        fields={name: value for name, value in fields.items() if name.startswith("vads_")},
        sent_at=sent_at,
        amount_cents=int(fields["vads_amount"]),
        currency=fields["vads_currency"],
        capture_delay_days=delay,
        instalments=_plan(fields, delay=delay, now=now),
    )


def _check_presence(fields: Mapping[str, str]) -> None:
    for name in MANDATORY:
        if not fields.get(name):
            raise FormRefused(MISSING, name, _("Un champ obligatoire manque ou est vide."))


def _find_shop(fields: Mapping[str, str]) -> Shop:
    # Before the signature: the shop gives the key.
    shop = find_shop(fields["vads_site_id"])
    if shop is None:
        raise _refuse("vads_site_id", _("Cette boutique n'existe pas."))
    return shop


def _check_mode(fields: Mapping[str, str]) -> None:
    # Before the signature too: the mode chooses the key, and the sandbox's shops have one only.
    if fields["vads_ctx_mode"] != "TEST":
        raise _refuse("vads_ctx_mode", _("La boutique n'est ouverte qu'en mode TEST."))


def _check_signature(fields: Mapping[str, str], shop: Shop, *, now: datetime) -> None:
    for name, value in fields.items():
        if name not in JSON_FIELDS and any(character in value for character in UNSIGNABLE):
            reason = _("Un retour à la ligne ou un guillemet double rend la signature impossible.")
            raise FormRefused(SIGNATURE, name, reason)
    accepted = shop.accepted_algorithms(now)
    for algorithm in ALGORITHMS:
        if is_authentic(fields, key=shop.key_test, algorithm=algorithm):
            if algorithm in accepted:
                return
            reason = _("L'algorithme de signature n'est pas celui de la boutique.")
            raise FormRefused(ALGORITHM, "signature", reason)
    raise FormRefused(SIGNATURE, "signature", _("La signature est fausse."))


def _order_of_checks(item: tuple[str, str]) -> int:
    name = item[0]
    return int(FIELDS[name].code) if name in FIELDS else int(EXT_INFO.code)


def _field(name: str) -> Field | None:
    if name.startswith(EXT_INFO_PREFIX):
        return EXT_INFO
    return FIELDS.get(name)


def _check_value(name: str, value: str) -> None:
    """Unknown fields pass: PayZen keeps them, signs them and sends them back."""
    field = _field(name)
    if field is None or not value:
        return
    if not field.format.accepts(value):
        raise _refuse(name, _("Le format de la valeur n'est pas le bon."))
    rule = RULES.get(name)
    if rule is not None and not rule(value):
        raise _refuse(name, _("Cette valeur n'est pas admise."))


def _check_date(
    text: str, *, clocks: tuple[datetime, ...], window: DateWindow
) -> tuple[datetime, datetime]:
    """The form's instant, and the clock it follows."""
    try:
        sent_at = from_vads(text)
    except ValueError as error:
        raise _refuse("vads_trans_date", _("Cette date n'existe pas.")) from error
    now = min(clocks, key=lambda clock: abs(clock - sent_at))
    if not now - window.past <= sent_at <= now + window.future:
        reason = _("La date est trop loin de l'heure actuelle ; elle s'écrit en temps universel.")
        raise _refuse("vads_trans_date", reason)
    return sent_at, now


def _plan(fields: Mapping[str, str], *, delay: int, now: datetime) -> tuple[Instalment, ...]:
    try:
        return plan_instalments(
            fields["vads_payment_config"],
            amount_cents=int(fields["vads_amount"]),
            capture_delay_days=delay,
            today=now.date(),
        )
    except BadPaymentConfig as error:
        raise _refuse("vads_payment_config", str(error)) from error


def _refuse(name: str, reason: str) -> FormRefused:
    field = _field(name)
    return FormRefused(field.code if field else "99", name, reason)
