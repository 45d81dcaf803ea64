"""A draft becomes the fund's rule from a day on, for good."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from caisses.models import Agent
from comptabilite.models import SchemaComptable
from comptabilite.models.schema import SchemaStatus
from comptabilite.services.schema_checks import check_version
from comptabilite.services.schema_drafts import SchemaRefused, locked_draft


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
