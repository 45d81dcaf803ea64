"""Receives a file of the bank or of the platform: whole, once, for the fund that it is of."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from caf_portal.database.advisory import one_at_a_time
from caf_portal.database.scope import caisse_scope, national_scope, scope_of
from caf_portal.paris import paris_date
from caisses.models import Agent
from caisses.perms import NO_RIGHTS, Rights
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.services.settling import settle_by_fact
from payments.models import Boutique
from rapprochement.expected_files import any_day_of, missing_account, missing_shop_file
from rapprochement.models import CompteBancaire, FichierReleve
from rapprochement.models.files import Arrivee, FichierKind
from rapprochement.readers.bank.reading import BankFile, read_bank_file
from rapprochement.readers.gateway.file import GatewayFile
from rapprochement.readers.gateway.reading import read_gateway_file
from rapprochement.readers.problems import FileUnreadable
from rapprochement.services.file_owners import accounts_of, shop_of
from rapprochement.services.file_pieces import keep_content
from rapprochement.services.file_refusals import AlreadyLoaded, FileRefused
from rapprochement.services.loading_bank import load_statements
from rapprochement.services.loading_gateway import load_lines

logger = structlog.get_logger(__name__)

#: Files of the platform begin with this record, whatever their name; the others are the bank's.
_GATEWAY = re.compile(rb"(\xef\xbb\xbf)?\s*\"?TITRE", re.IGNORECASE)

#: Banks date what they do on a day of rest of the next working day.
AHEAD = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A file as it came, before anything is known of it."""

    content: bytes
    filename: str
    sha256: str
    arrivee: Arrivee
    agent: Agent | None
    now: datetime


@dataclass(frozen=True, slots=True)
class _Owned:
    """A file that was read, and whose it is."""

    file: BankFile | GatewayFile
    caisse_id: int
    kind: FichierKind
    day_on: date
    lines: int
    boutique: Boutique | None
    accounts: dict[str, CompteBancaire]


def receive_file(
    *,
    content: bytes,
    filename: str,
    arrivee: Arrivee,
    now: datetime,
    agent: Agent | None = None,
    rights: Rights | None = None,
) -> FichierReleve:
    """Read a file, find whose it is, write all of it and keep it as it came; or none of it.

    What an agent brings (``DEPOT``) is looked for among the funds of ``rights``; what is found in
    the exchange folder, among all of them. Loading settles the anomalies of the missing file that
    it is, and of this very file refused before. Raises ``FileRefused`` with a sentence for a
    person: ``AlreadyLoaded`` for the very same file again, ``FileTooEarly`` for one that another
    must precede.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    arrival = _Arrival(content, filename, sha256, arrivee, agent, now)
    file = _read(content, filename)
    given = rights or NO_RIGHTS
    everywhere = arrivee == Arrivee.DOSSIER
    with national_scope() if everywhere else scope_of(given.caisse_ids, national=given.national):
        owned = _owned(file)
    _refuse_to_come(owned, now=now)
    with caisse_scope(owned.caisse_id), transaction.atomic():
        # Two files of a fund at once would each be checked against what was there before both.
        one_at_a_time("fichier", owned.caisse_id)
        _refuse_known(arrival, owned)
        fichier = _write(arrival, owned)
        _settle(fichier, owned, now=now)
    logger.info("rapprochement.file.loaded", fichier=str(fichier.public_id), kind=fichier.kind)
    return fichier


def _read(content: bytes, filename: str) -> BankFile | GatewayFile:
    try:
        if _GATEWAY.match(content):
            return read_gateway_file(content, filename=filename)
        return read_bank_file(content, filename=filename)
    except FileUnreadable as error:
        raise FileRefused(str(error)) from error


def _owned(file: BankFile | GatewayFile) -> _Owned:
    if isinstance(file, BankFile):
        accounts = accounts_of(file.statements)
        return _Owned(
            file=file,
            caisse_id=accounts[file.statements[0].account].caisse_id,
            kind=FichierKind(file.kind),
            day_on=max(each.to_on for each in file.statements),
            lines=sum(len(each.movements) for each in file.statements),
            boutique=None,
            accounts=accounts,
        )
    shop = shop_of(file)
    if file.day_on is None:
        raise FileRefused(
            _(
                "Ce journal %(kind)s est de la période %(period)s. Demandez à la plateforme un "
                "journal par jour : deux périodes qui se recouvrent compteraient deux fois."
            )
            % {"kind": file.kind.value, "period": file.period},
            caisse_id=shop.caisse_id,
        )
    kind = FichierKind(file.kind.value)
    return _Owned(file, shop.caisse_id, kind, file.day_on, len(file.lines), shop, {})


def _refuse_to_come(owned: _Owned, *, now: datetime) -> None:
    """A day that has not come is a mistake: it would shut the account, or date the books of it."""
    last_on = max(_days_of(owned))
    if last_on > paris_date(now) + AHEAD:
        raise FileRefused(
            _(
                "Ce fichier contient une date qui n’est pas encore venue (%(day)s). Demandez un "
                "fichier corrigé à qui l’a produit."
            )
            % {"day": f"{last_on:%d/%m/%Y}"},
            caisse_id=owned.caisse_id,
        )


def _days_of(owned: _Owned) -> Iterator[date]:
    """The day of the file, and those on which its lines would be booked."""
    yield owned.day_on
    if isinstance(owned.file, BankFile):
        yield from (each.booked_on for every in owned.file.statements for each in every.movements)
    else:
        for line in owned.file.lines:
            yield from (day for day in (line.dated_on, line.remitted_on) if day is not None)


def _refuse_known(arrival: _Arrival, owned: _Owned) -> None:
    """The same bytes again, or another file for the same shop, kind and day."""
    known = FichierReleve.objects.filter(caisse_id=owned.caisse_id).select_related("received_by")
    if (same := known.filter(sha256=arrival.sha256).first()) is not None:
        words = _("Ce fichier a déjà été chargé %(when)s : rien n’est à faire.")
        raise AlreadyLoaded(words % {"when": _when(same)}, caisse_id=owned.caisse_id)
    if owned.boutique is None:
        return
    of_day = known.filter(boutique=owned.boutique, kind=owned.kind, day_on=owned.day_on)
    if (other := of_day.first()) is not None:
        raise FileRefused(
            _(
                "Un autre journal %(kind)s de la boutique %(site)s pour le %(day)s a été chargé "
                "%(when)s (« %(name)s »). Ce qui est chargé n’est pas remplacé : s’ils diffèrent, "
                "voyez la plateforme, et passez la différence à la main."
            )
            % {
                "kind": owned.kind.value,
                "site": owned.boutique.site_id,
                "day": f"{owned.day_on:%d/%m/%Y}",
                "when": _when(other),
                "name": other.filename,
            },
            caisse_id=owned.caisse_id,
        )


def _when(fichier: FichierReleve) -> str:
    """When and by whom a file was loaded, in Paris time."""
    moment = f"{timezone.localtime(fichier.received_at):%d/%m/%Y %H:%M}"
    if fichier.received_by is None:
        return _("le %(moment)s, depuis le dossier d’échange") % {"moment": moment}
    return _("le %(moment)s par %(agent)s") % {"moment": moment, "agent": fichier.received_by}


def _write(arrival: _Arrival, owned: _Owned) -> FichierReleve:
    fichier = FichierReleve.objects.create(
        caisse_id=owned.caisse_id,
        kind=owned.kind,
        version=owned.file.version[:20] if isinstance(owned.file, GatewayFile) else "",
        boutique=owned.boutique,
        day_on=owned.day_on,
        filename=shown_name(arrival.filename),
        sha256=arrival.sha256,
        size_bytes=len(arrival.content),
        lines=owned.lines,
        arrivee=arrival.arrivee,
        received_at=arrival.now,
        received_by=arrival.agent,
    )
    keep_content(fichier, arrival.content)
    if isinstance(owned.file, BankFile):
        load_statements(fichier=fichier, statements=owned.file.statements, accounts=owned.accounts)
    elif owned.boutique is not None:
        load_lines(fichier=fichier, file=owned.file, boutique=owned.boutique)
    return fichier


def shown_name(filename: str) -> str:
    """The last part of a name, with what can be printed, at most as long as its column."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in name if char.isprintable())[:200] or "sans-nom"


def _missed_until(account: CompteBancaire, last_on: date) -> list[str]:
    """The open lines of the account's days up to this one, covered or not: balances follow each
    other, so that nothing lacks before."""
    told = Anomalie.objects.still_open().filter(
        caisse_id=account.caisse_id,
        kind=AnomalieKind.MISSING_FILE,
        subject__startswith=any_day_of(account),
    )
    last = missing_account(account, last_on)
    return [subject for subject in told.values_list("subject", flat=True) if subject <= last]


def _settle(fichier: FichierReleve, owned: _Owned, *, now: datetime) -> None:
    if owned.boutique is not None:
        subjects = [missing_shop_file(owned.kind, owned.boutique, owned.day_on)]
    elif isinstance(owned.file, BankFile):
        subjects = [
            subject
            for each in owned.file.statements
            for subject in _missed_until(owned.accounts[each.account], each.to_on)
        ]
    settle_by_fact(
        caisse_id=owned.caisse_id,
        kinds=[AnomalieKind.MISSING_FILE, AnomalieKind.FILE_REFUSED],
        subjects=[*subjects, fichier.sha256],
        note=f"Fichier chargé : {fichier.filename}.",
        now=now,
    )
