"""The SOAP service of PayFiP, through eopayment's client, at an address of our own choosing.

eopayment carries the description of the service (WSDL), so nothing is fetched to learn it; only
the address changes between the real service and a stand-in.
"""

from functools import cache
from pathlib import Path
from typing import Any

import eopayment.payfip_ws
import requests
from eopayment.payfip_ws import PayFiP, PayFiPError
from zeep import Client, Settings, Transport
from zeep.wsdl import Document

from payments.gateways.base import (
    GatewayError,
    GatewayRefused,
    GatewayTimeout,
    GatewayUnreachable,
)

#: Seconds to connect, seconds to answer. Callers hold no lock and no transaction meanwhile.
TIMEOUT = (3.05, 15)
_CONTRACT = "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite"
_BINDING = (
    f"{{{_CONTRACT}/contrat_paiement_securise/PaiementSecuriseService}}"
    "PaiementSecuriseServicePortBinding"
)
_WSDL = Path(eopayment.payfip_ws.__file__).parent / "resource" / "PaiementSecuriseService.wsdl"
#: What eopayment puts in place of a code when the service gave none.
_TECHNICAL = frozenset({"unknown", "inconnu", "SOAP error", "Unexpected error"})


class _AddressedClient(Client):  # type: ignore[misc]  # zeep has no types
    """zeep's client, speaking to an address that is not the description's."""

    address = ""

    @property
    def service(self) -> Any:
        """The operations, at our address."""
        return self.create_service(_BINDING, self.address)


class PayFiPService(PayFiP):  # type: ignore[misc]  # eopayment has no types
    """eopayment's client with our address, our time-outs, and our errors."""

    default_timeout = TIMEOUT

    def __init__(self, *, url: str) -> None:
        super().__init__()
        session = requests.Session()
        session.max_redirects = 0
        # The same time-out by default and by call: calls that share a client do not undo it.
        transport = Transport(operation_timeout=TIMEOUT, session=session)
        self._addressed = _AddressedClient(
            _description(), transport=transport, settings=Settings(forbid_dtd=True)
        )
        self._addressed.address = url

    @property
    def client(self) -> Client:
        """What eopayment calls the service with."""
        return self._addressed

    def idop(self, parameters: dict[str, str]) -> str:
        """Open an operation and give its identifier; raises ``GatewayError``."""
        return str(self._ask(self.get_idop, **parameters) or "")

    def payment(self, idop: str) -> Any:
        """What became of an operation; raises ``GatewayRefused`` with PayFiP's code."""
        return self._ask(self.get_info_paiement, idop=idop)

    def account(self, numcli: str) -> Any:
        """The account behind a number; raises ``GatewayError``."""
        return self._ask(self.get_info_client, numcli=numcli)

    def _ask(self, operation: Any, **words: str) -> Any:
        try:
            return operation(**words)
        except PayFiPError as error:
            raise _our_error(error) from None


def _our_error(error: PayFiPError) -> GatewayError:
    """The library's own messages may hold what was sent, the e-mail included: not repeated."""
    code, cause = str(error.code), error.message
    if code == "HTTP error" and isinstance(cause, requests.Timeout):
        return GatewayTimeout("PayFiP: no answer in time")
    if code == "HTTP error":
        return GatewayUnreachable(f"PayFiP: {type(cause).__name__}")
    if code in _TECHNICAL:
        return GatewayUnreachable(f"PayFiP: {code}")
    return GatewayRefused(code, str(cause))


@cache
def _description() -> Document:
    """The description, read once a process: it takes a while and never changes."""
    return Document(f"file://{_WSDL}", Transport(), settings=Settings(forbid_dtd=True))
