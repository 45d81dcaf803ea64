"""What the platform told a demonstration fund of the days before it was started.

The sandbox knows today only: the notifications and files of the days before are written here, in
the form that it gives them, and the portal reads them as it reads any other.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid4

from payments.gateways.payzen.signature import sign
from payments.models import Boutique, Payment
from payments.services.notifications import receive_notification

_RECORDS = {"JT": "TRANSACTION", "JRB": "MATCHING", "JRI": "DETAIL"}
_TITLES = {"JT": "TABLE_V_CUSTOM", "JRB": "TABLE_V2", "JRI": "V1"}
_VERSIONS = {"JT": "", "JRB": "_V2", "JRI": "_V1"}
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Taken:
    """A card payment that the bank accepted."""

    payment: Payment
    uuid: UUID
    trans_id: str
    at: datetime


class DemoPlatform:
    """One shop, which tells what it takes at once and again in the files of the day (UTC)."""

    def __init__(self, boutique: Boutique) -> None:
        self._boutique = boutique
        self._lines: defaultdict[tuple[str, date], list[Mapping[str, object]]] = defaultdict(list)

    def takes(self, payment: Payment, *, trans_id: str, at: datetime) -> Taken:
        """The bank accepts the card: the portal is notified, and the JT will say so."""
        taken = Taken(payment, uuid4(), trans_id, at)
        receive_notification(body=self._notification(taken), content_type=_FORM, now=at)
        line = {
            **self._common(taken),
            "PAYMENT_MEANS": "CARD",
            "TRANSACTION_TYPE": "DEBIT",
            "AMOUNT": payment.amount_cents,
            "PAYMENT_TIME": f"{at:%H%M%S}",
            "SEQUENCE_NUMBER": 1,
            "TRANSACTION_STATUS": "AUTHORISED",
        }
        self._lines["JT", at.date()].append(line)
        return taken

    def remits(self, number: int, *taken: Taken, at: datetime, fee_cents: int) -> int:
        """A remittance leaves for the bank, which keeps ``fee_cents``; returns the net (cents)."""
        for rank, each in enumerate(taken):
            fee, cents = (0 if rank else fee_cents), each.payment.amount_cents
            line = {
                **self._common(each),
                "OPERATION_TYPE": "DT",
                "OPERATION_NUMBER": 1,
                "REMITTANCE_DATE": f"{at:%Y%m%d}",
                "REMITTANCE_TIME": f"{at:%H%M%S}",
                "BRUT_AMOUNT": cents,
                "MATCH_STATUS": "MATCH_OK",
                "REMITTANCE_NB": number,
                "NET_AMOUNT": cents - fee,
                "COMMISSION_AMOUNT": fee,
            }
            self._lines["JRB", at.date()].append(line)
        return sum(each.payment.amount_cents for each in taken) - fee_cents

    def charges_back(self, taken: Taken, *, on: date) -> None:
        """The holder's bank takes a payment back."""
        line = {
            **self._common(taken),
            "OPERATION_TYPE": "D",
            "SOURCE_AMOUNT": taken.payment.amount_cents,
            "CHARGEBACK_DATE": f"{on:%Y%m%d}",
            "CHARGEBACK_REASON": "Contestation du porteur",
            "CHARGEBACK_AMOUNT": taken.payment.amount_cents,
        }
        self._lines["JRI", on].append(line)

    def files(self, day: date) -> list[tuple[str, bytes]]:
        """Name and bytes of those of a UTC day: JT and JRB always, JRI when it says something."""
        wanted = [kind for kind in _RECORDS if self._lines[kind, day] or kind != "JRI"]
        return [(self._name(kind, day), self._content(kind, day)) for kind in wanted]

    def _common(self, taken: Taken) -> dict[str, object]:
        return {
            "TRANSACTION_ID": taken.trans_id,
            "MERCHANT_ID": f"0{self._boutique.site_id:0>14}",
            "CONTRACT": "0535875",
            "PAYMENT_DATE": f"{taken.at:%Y%m%d}",
            "ORIGIN_AMOUNT": taken.payment.amount_cents,
            "CURRENCY_CODE": "978",
            "ORDER_ID": taken.payment.reference,
            "UUID": taken.uuid.hex,
        }

    def _name(self, kind: str, day: date) -> str:
        return f"TEST_{kind}_CAF_{self._boutique.site_id}_{day:%y%m%d}{_VERSIONS[kind]}.csv"

    def _content(self, kind: str, day: date) -> bytes:
        lines = self._lines[kind, day]
        rows: list[list[object]] = [["TITRE", "CAF", f"{day:%y/%m/%d}_02:05:00", _TITLES[kind]]]
        if lines:
            rows.append(["ENTETE", *lines[0]])
        rows += [[_RECORDS[kind], *line.values()] for line in lines]
        if kind != "JT":
            rows.append(["FIN", len(lines)])
        text = io.StringIO()
        csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
        return text.getvalue().encode()

    def _notification(self, taken: Taken) -> bytes:
        payment, shop = taken.payment, self._boutique
        cents = str(payment.amount_cents)
        fields = {
            "vads_action_mode": "INTERACTIVE",
            "vads_amount": cents,
            "vads_auth_result": "00",
            "vads_card_brand": "CB",
            "vads_card_number": "497010XXXXXX0055",
            "vads_ctx_mode": shop.mode,
            "vads_currency": "978",
            "vads_effective_amount": cents,
            "vads_effective_creation_date": f"{taken.at:%Y%m%d%H%M%S}",
            "vads_ext_info_paiement": str(payment.public_id),
            "vads_hash": uuid4().hex * 2,
            "vads_operation_type": "DEBIT",
            "vads_order_id": payment.reference,
            "vads_page_action": "PAYMENT",
            "vads_payment_config": "SINGLE",
            "vads_result": "00",
            "vads_sequence_number": "1",
            "vads_site_id": shop.site_id,
            "vads_trans_date": f"{taken.at:%Y%m%d%H%M%S}",
            "vads_trans_id": taken.trans_id,
            "vads_trans_status": "AUTHORISED",
            "vads_trans_uuid": taken.uuid.hex,
            "vads_url_check_src": "PAY",
            "vads_version": "V2",
        }
        signature = sign(fields, key=shop.key, algorithm=shop.algorithm)
        return urlencode({**fields, "signature": signature}).encode("ascii")
