"""Asks for an export of final écritures, when there is something final to give."""

from datetime import date, datetime

from django.db import connection
from django.utils.translation import gettext as _

from caf_portal.database.scope import caisse_scope
from caisses.models import Agent, Caisse
from caisses.perms import rights_of
from comptabilite.exports.cells import ENCODINGS, UTF_8, plain
from comptabilite.models import Cloture, Export, Journal
from comptabilite.models.cloture import Periode
from comptabilite.models.export import ExportFormat


class ExportRefused(Exception):
    """Nothing can be given; the message is a French sentence that says what to do."""


def ask_export(
    *,
    caisse_id: int,
    format: str,
    journal: str | None,
    first_on: date,
    last_on: date,
    encoding: str,
    agent: Agent | None,
    now: datetime,
) -> Export:
    """Write down what is asked, in the caller's transaction; a worker builds it within seconds.

    ``journal`` is a code, or nothing for all of them; ``last_on`` must be closed, so that what is
    given is final. The file will hold what is known at ``now``, to the second. An ``agent`` must
    be an accountant of the fund or national; there is none for a command. Raises
    ``ExportRefused``.
    """
    _refuse_stranger(agent, caisse_id)
    if first_on > last_on:
        raise ExportRefused(_("La date de fin précède la date de début."))
    if format == ExportFormat.FEC and first_on.year != last_on.year:
        raise ExportRefused(
            _("Un FEC porte sur un seul exercice : demandez un fichier par année civile.")
        )
    if format not in ExportFormat.values or encoding not in ENCODINGS:
        raise ExportRefused(_("Ce format ou cet encodage n’existe pas."))
    with caisse_scope(caisse_id):
        as_of = now.replace(microsecond=0)
        _refuse_open_days(caisse_id, first_on, last_on, as_of)
        caisse = Caisse.objects.get(pk=caisse_id)
        return Export.objects.create(
            caisse=caisse,
            siren=caisse.siren,
            caisse_label=plain(caisse.nom),
            format=format,
            journal=_journal(caisse_id, journal),
            first_on=first_on,
            last_on=last_on,
            as_of=as_of,
            encoding=encoding if format == ExportFormat.FEC else UTF_8,
            asked_at=now,
            asked_by=agent,
        )


def closed_until(*, caisse_id: int, as_of: datetime) -> tuple[date, date] | None:
    """First and last closed day of a fund, as known then; inside its scope."""
    closed = Cloture.objects.filter(
        caisse_id=caisse_id, periode=Periode.JOUR, closed_at__lte=as_of
    ).order_by("last_on")
    first, last = closed.first(), closed.last()
    return (first.last_on, last.last_on) if first and last else None


def _refuse_stranger(agent: Agent | None, caisse_id: int) -> None:
    if agent is None:
        return
    rights = rights_of(agent)
    if not (rights.national or caisse_id in rights.comptable_ids):
        raise ExportRefused(_("Les exports sont demandés par un comptable de la caisse."))


def _refuse_open_days(caisse_id: int, first_on: date, last_on: date, as_of: datetime) -> None:
    _refuse_while_closing(caisse_id)
    closed = closed_until(caisse_id=caisse_id, as_of=as_of)
    if closed is None:
        raise ExportRefused(
            _("Aucune journée de cette caisse n’est clôturée : il n’y a rien à exporter.")
        )
    begins_on, ends_on = closed
    if last_on > ends_on:
        raise ExportRefused(
            _("Les journées sont clôturées jusqu’au %(day)s : choisissez une fin ce jour ou avant.")
            % {"day": f"{ends_on:%d/%m/%Y}"}
        )
    if last_on < begins_on:
        raise ExportRefused(
            _("La première journée clôturée est le %(day)s : cette période n’en a aucune.")
            % {"day": f"{begins_on:%d/%m/%Y}"}
        )


def _refuse_while_closing(caisse_id: int) -> None:
    """What a closing under way makes final must be seen whole; it may take longer than a page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock_shared(hashtextextended('cloture', %s))", [caisse_id]
        )
        (obtained,) = cursor.fetchone()
    if not obtained:
        raise ExportRefused(_("Une clôture est en cours : redemandez l’export dans un instant."))


def _journal(caisse_id: int, code: str | None) -> Journal | None:
    if not code:
        return None
    journal = Journal.objects.filter(caisse_id=caisse_id, code=code).first()
    if journal is None:
        raise ExportRefused(_("Cette caisse n’a pas de journal %(code)s.") % {"code": code})
    return journal
