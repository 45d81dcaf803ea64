"""Whether a line of a JT file is money: with the very table that judges notifications."""

from payments.gateways.base import Result
from payments.gateways.payzen.codes import result_of
from rapprochement.readers.gateway.file import GatewayLine


def is_money(line: GatewayLine) -> bool:
    """Whether a transaction took, or gave back, money: what the portal books when it is told.

    Authorised or remitted; neither what is still to be authorised or validated, nor what was
    refused, cancelled or held back, nor a verification of a card. An unknown status is not money:
    the transaction shows up by its remittance.
    """
    return line.operation in {"DEBIT", "CREDIT"} and result_of(line.status) is Result.PAID
