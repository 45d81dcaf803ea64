"""What the three calls of the service do."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

from payzen_sandbox.payfip.models import Operation
from payzen_sandbox.payfip.rules import (
    FORGOTTEN,
    NOT_FINISHED,
    Refused,
    check_account,
    check_operation,
)

_PARIS = ZoneInfo("Europe/Paris")
_ASKED = ("numcli", "saisie", "exer", "refdet", "mel", "objet", "urlnotif", "urlredirect")


def open_operation(asked: Mapping[str, str], *, now: datetime) -> dict[str, str]:
    """A new operation, whatever was opened before for the same reference."""
    check_operation(asked)
    operation = Operation.objects.create(
        idop=str(uuid4()),
        montant=int(asked["montant"]),
        opened_at=now,
        **{name: asked.get(name, "") for name in _ASKED},
    )
    return {"idOp": operation.idop}


def tell_payment(asked: Mapping[str, str], *, now: datetime) -> dict[str, str]:
    """What became of an operation; raises Refused while nothing did."""
    operation = Operation.objects.filter(idop=asked.get("idOp", "")).first()
    if operation is None:
        raise Refused(FORGOTTEN, "IdOp incorrect.")
    if not operation.result:
        raise Refused(NOT_FINISHED, "Aucun résultat de paiement pour cet idOp.")
    finished = (operation.finished_at or now).astimezone(_PARIS)
    return {
        "dattrans": f"{finished:%d%m%Y}",
        "exer": operation.exer,
        "heurtrans": f"{finished:%H%M}",
        "idOp": operation.idop,
        "mel": operation.mel,
        "montant": str(operation.montant),
        "numauto": operation.numauto,
        "numcli": operation.numcli,
        "objet": operation.objet,
        "refdet": operation.refdet,
        "resultrans": operation.result,
        "saisie": operation.saisie,
    }


def tell_account(asked: Mapping[str, str], *, now: datetime) -> dict[str, str]:
    """The name behind a number."""
    numcli = asked.get("numCli", "")
    return {"libelleN1": check_account(numcli), "numcli": numcli}


CALLS = {
    "creerPaiementSecurise": open_operation,
    "recupererDetailPaiementSecurise": tell_payment,
    "recupererDetailClient": tell_account,
}
