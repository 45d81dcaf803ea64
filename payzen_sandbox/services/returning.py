"""The way back to the shop: which address, and with what."""

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from payzen_sandbox.models import Payment, Transaction
from payzen_sandbox.models.payment import PaymentState
from payzen_sandbox.models.transaction import Status
from payzen_sandbox.services.authorisation import TECHNICAL_ERROR
from payzen_sandbox.services.outgoing_fields import result_fields, signed


@dataclass(frozen=True, slots=True)
class WayBack:
    """A link (`fields` empty) or a form to post. `seconds` > 0 asks for an automatic return."""

    url: str
    fields: dict[str, str] = field(default_factory=dict)
    seconds: int = 0

    @property
    def origin(self) -> str:
        """Scheme and host, for the page's form-action policy."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


def way_back(payment: Payment) -> WayBack:
    """The return the form asked for, given how the payment stands.

    `vads_return_mode`: nothing, a query string, or a form. Data are those of the notification
    minus `vads_hash` and `vads_url_check_src`, signed. Nothing is ever decided on them.
    """
    attempt = last_attempt(payment)
    url = _url(payment, attempt)
    mode = payment.fields.get("vads_return_mode") or "NONE"
    seconds = _seconds(payment, attempt)
    if mode == "NONE":
        return WayBack(url, seconds=seconds)
    fields = signed(result_fields(payment, attempt), payment.shop)
    if mode == "POST":
        extra = dict(parse_qsl(payment.fields.get("vads_return_post_params", "")))
        return WayBack(url, {**extra, **fields}, seconds)
    extra = dict(parse_qsl(payment.fields.get("vads_return_get_params", "")))
    return WayBack(_with_query(url, {**extra, **fields}), seconds=seconds)


def last_attempt(payment: Payment) -> Transaction | None:
    """The buyer's last attempt; later instalments are not attempts."""
    attempts = payment.transactions.of_the_form().filter(
        occurrence_type__in=("UNITAIRE", "RECURRENT_INITIAL")
    )
    return attempts.order_by("-sequence_number").first()


def outcome_of(payment: Payment, attempt: Transaction | None) -> str:
    """`success`, `refused`, `error` or `cancel`: which return URL applies."""
    if attempt is None or payment.state in {PaymentState.CANCELLED, PaymentState.EXPIRED}:
        return "cancel"
    if attempt.status != Status.REFUSED:
        return "success"
    return "error" if attempt.result == TECHNICAL_ERROR else "refused"


def _url(payment: Payment, attempt: Transaction | None) -> str:
    """Own URL of the outcome, then the form's default, then the shop's setting."""
    own = payment.fields.get(f"vads_url_{outcome_of(payment, attempt)}")
    return own or payment.fields.get("vads_url_return") or payment.shop.default_return_url


def _seconds(payment: Payment, attempt: Transaction | None) -> int:
    kind = "success" if outcome_of(payment, attempt) == "success" else "error"
    return int(payment.fields.get(f"vads_redirect_{kind}_timeout") or 0)


def _with_query(url: str, fields: dict[str, str]) -> str:
    parts = urlsplit(url)
    query = "&".join(part for part in (parts.query, urlencode(fields)) if part)
    return urlunsplit(parts._replace(query=query))
