"""PayFiP's service in a few lines of XML, for tests that must not leave this process.

Written apart from the sandbox's stand-in, so that one misreading is not made in both at once by
the same hand: the shapes are those of the WSDL that eopayment carries.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import requests
import responses
from django.db import connection

from caf_portal.database.scope import NOTHING, Scope

URL = "http://127.0.0.1:9/payfip/services/securite"
PAGE = "http://127.0.0.1:9/payfip/paiementws.web"
_NS = (
    "http://securite.service.tpa.cp.finances.gouv.fr/services/mas_securite/"
    "contrat_paiement_securise/PaiementSecuriseService"
)
_ENVELOPE = '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>{}</S:Body></S:Envelope>'


@dataclass
class PayFiPDouble:
    """What PayFiP would know. ``told`` overrides words of every detail that it gives."""

    accounts: set[str] = field(default_factory=lambda: {"900974"})
    operations: dict[str, dict[str, str]] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    failure: Exception | tuple[int, str] | None = None
    asked: list[str] = field(default_factory=list)
    #: The scope that was open when it was asked: none should ever be.
    scopes: set[Scope] = field(default_factory=set)

    @property
    def last(self) -> str:
        """The operation opened last."""
        return list(self.operations)[-1]

    def end(self, result: str, *, idop: str = "") -> None:
        """Somebody did something on the page of an operation."""
        self.operations[idop or self.last]["resultrans"] = result

    def answer(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        """One call of the service."""
        text = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
        words = dict(re.findall(r"<(\w+)>([^<]*)</\1>", text))
        (operation,) = re.findall(r":Body><\w+:(\w+)", text)
        self.asked.append(operation)
        self.scopes.add(getattr(connection, "caf_scope", NOTHING))
        if isinstance(self.failure, Exception):
            raise self.failure
        if self.failure is not None:
            return self.failure[0], {"Content-Type": "text/html"}, self.failure[1]
        status, body = getattr(self, f"_{operation}")(words)
        return status, {"Content-Type": "text/xml; charset=utf-8"}, _ENVELOPE.format(body)

    def _creerPaiementSecurise(self, words: dict[str, str]) -> tuple[int, str]:
        if words["numcli"] not in self.accounts:
            return _fault("N1", "numero inconnu")
        idop = str(uuid4())
        self.operations[idop] = words
        return _returned("creerPaiementSecurise", {"idOp": idop})

    def _recupererDetailPaiementSecurise(self, words: dict[str, str]) -> tuple[int, str]:
        operation = self.operations.get(words["idOp"])
        if operation is None:
            return _fault("P1", "IdOp incorrect.")
        if "resultrans" not in operation:
            return _fault("P5", "pas de resultat")
        named = ("exer", "mel", "montant", "numcli", "objet", "refdet", "resultrans", "saisie")
        detail = {name: operation[name] for name in named}
        detail |= {"dattrans": "20112026", "heurtrans": "1031", "idOp": words["idOp"]}
        return _returned(
            "recupererDetailPaiementSecurise", {**detail, "numauto": "A1B2", **self.told}
        )

    def _recupererDetailClient(self, words: dict[str, str]) -> tuple[int, str]:
        if words["numCli"] not in self.accounts:
            return _fault("N1", "numero inconnu")
        return _returned("recupererDetailClient", {"libelleN1": "CAF", "numcli": words["numCli"]})


@contextmanager
def payfip_at(mock: responses.RequestsMock) -> Iterator[PayFiPDouble]:
    """The double, answering at the address of the tests' settings."""
    double = PayFiPDouble()
    mock.add_callback("POST", URL, callback=double.answer)
    yield double


#: Order of the words in a detail: zeep reads a sequence as the description gives it.
_SEQUENCE = (
    "libelleN1", "dattrans", "exer", "heurtrans", "idOp", "mel", "montant", "numauto", "numcli",
    "objet", "refdet", "resultrans", "saisie",
)  # fmt: skip


def _returned(operation: str, words: dict[str, str]) -> tuple[int, str]:
    inside = "".join(f"<{name}>{words[name]}</{name}>" for name in _SEQUENCE if words.get(name))
    response = f"{operation}Response"
    return 200, f'<n:{response} xmlns:n="{_NS}"><return>{inside}</return></n:{response}>'


def _fault(code: str, sentence: str) -> tuple[int, str]:
    kind = "FonctionnelleErreur"
    detail = f"<code>{code}</code><descriptif>{sentence}</descriptif><severite>2</severite>"
    return 500, (
        "<S:Fault><faultcode>S:Server</faultcode>"
        f"<faultstring>fr.gouv.finances.cp.tpa.webservice.exceptions.{kind}</faultstring>"
        f'<detail><n:{kind} xmlns:n="{_NS}">{detail}</n:{kind}></detail></S:Fault>'
    )
