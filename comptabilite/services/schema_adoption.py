"""A draft becomes the fund's rule from a day on; until that day it may become a draft again."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from caf_portal.paris import paris_date
from caisses.models import Agent
from comptabilite.models import SchemaComptable
from comptabilite.models.schema import SchemaStatus
from comptabilite.services.schema_checks import check_version
from comptabilite.services.schema_drafts import (
    SchemaRefused,
    locked_draft,
    require_accountant,
)


@transaction.atomic
def adopt_version(*, schema_id: int, agent: Agent, now: datetime) -> SchemaComptable:
    """Adopt a draft, from its day on: tomorrow (Paris) at the earliest.

    Bookings of the fund wait until this transaction ends, then read the version it leaves
    (``inv19_schema_frozen``). Raises ``SchemaRefused`` with the problems that ``check_version``
    finds; the draft stays as it was.
    """
    schema = locked_draft(schema_id=schema_id, agent=agent)
    problems = check_version(schema=schema, now=now)
    if problems:
        raise SchemaRefused(
            _("Cette version ne peut pas être adoptée : corrigez d’abord ce qui suit."), problems
        )
    schema.status, schema.adopted_at, schema.adopted_by = SchemaStatus.ADOPTE, now, agent
    try:
        with transaction.atomic():
            schema.save(update_fields=["status", "adopted_at", "adopted_by"])
    except IntegrityError as error:
        raise SchemaRefused(
            _("Une écriture ou une autre version est arrivée entre-temps : vérifiez la date.")
        ) from error
    return schema


@transaction.atomic
def withdraw_version(*, schema_id: int, agent: Agent, now: datetime) -> SchemaComptable:
    """Make a draft again of an adopted version whose first day (Paris) has not come.

    It wrote nothing yet: the database makes sure of it, bookings kept waiting meanwhile
    (``inv19_schema_frozen``). Raises ``SchemaRefused``, also while the fund has another draft.
    """
    schema = SchemaComptable.objects.locked().get(pk=schema_id)
    require_accountant(agent, schema.caisse_id)
    if schema.status != SchemaStatus.ADOPTE:
        raise SchemaRefused(_("Cette version est déjà un brouillon."))
    if schema.effective_on <= paris_date(now):
        raise SchemaRefused(_("Cette version est en vigueur : elle ne change plus."))
    schema.status, schema.adopted_at, schema.adopted_by = SchemaStatus.BROUILLON, None, None
    try:
        with transaction.atomic():
            schema.save(update_fields=["status", "adopted_at", "adopted_by"])
    except IntegrityError as error:
        raise SchemaRefused(
            _("Un autre brouillon est ouvert, ou des écritures existent déjà à cette date.")
        ) from error
    return schema
