"""A version of a fund's scheme is drafted from the one that rules, then adopted or dropped."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from caf_portal.paris import paris_date
from caisses.models import Agent
from caisses.perms import rights_of
from comptabilite.models import (
    Compte,
    CompteSchema,
    Journal,
    JournalSchema,
    RegleComptable,
    SchemaComptable,
)
from comptabilite.models.schema import SchemaStatus


class SchemaRefused(Exception):
    """The version stays as it was; ``str()`` is a sentence for the agent, ``problems`` the list of
    what must change first."""

    def __init__(self, sentence: str, problems: list[str] | None = None) -> None:
        super().__init__(sentence)
        self.problems = problems or []


def may_edit(agent: Agent, caisse_id: int) -> bool:
    """Whether this agent keeps the books of the fund: its accountant, or a national one."""
    rights = rights_of(agent)
    return rights.national or caisse_id in rights.comptable_ids


def locked_draft(*, schema_id: int, agent: Agent) -> SchemaComptable:
    """The draft, locked until the transaction ends; raises ``SchemaRefused`` for whoever does not
    keep these books, and for a version that is no draft (any more)."""
    schema = SchemaComptable.objects.locked().filter(pk=schema_id).first()
    if schema is None:
        raise SchemaRefused(_("Ce brouillon n’existe plus : il a été abandonné."))
    require_accountant(agent, schema.caisse_id)
    if schema.status != SchemaStatus.BROUILLON:
        raise SchemaRefused(
            _("Cette version est adoptée, elle ne change plus : rédigez-en une nouvelle.")
        )
    return schema


@transaction.atomic
def draft_version(*, caisse_id: int, agent: Agent, now: datetime) -> SchemaComptable:
    """A draft that copies the version in force on the day it would begin, the first of next month
    (Paris). One draft a fund (``schema_one_draft``). Raises ``SchemaRefused``."""
    require_accountant(agent, caisse_id)
    effective_on = _first_of_next_month(paris_date(now))
    versions = SchemaComptable.objects.select_related("caisse")
    source = versions.in_force(caisse_id=caisse_id, on=effective_on).first()
    if source is None:
        raise SchemaRefused(_("Cette caisse n’a pas encore de schéma : il lui en faut un d’abord."))
    draft = SchemaComptable(
        caisse_id=caisse_id,
        effective_on=effective_on,
        label=_("Schéma de la caisse %(code)s") % {"code": source.caisse.code},
        status=SchemaStatus.BROUILLON,
        remittance_mode=source.remittance_mode,
        booked_elsewhere=source.booked_elsewhere,
        drafted_at=now,
        drafted_by=agent,
    )
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise SchemaRefused(
            _("Un brouillon est déjà ouvert : modifiez-le, ou abandonnez-le d’abord.")
        ) from error
    _copy(source, draft)
    return draft


@transaction.atomic
def drop_draft(*, schema_id: int, agent: Agent) -> int:
    """Forget a draft; accounts and journals opened with it stay, unused. Returns the fund's key;
    raises ``SchemaRefused``."""
    schema = locked_draft(schema_id=schema_id, agent=agent)
    caisse_id = schema.caisse_id
    for parts in (schema.regles, schema.comptes, schema.journaux):
        parts.all().delete()
    schema.delete()
    return caisse_id


def require_accountant(agent: Agent, caisse_id: int) -> None:
    """Raise ``SchemaRefused`` for whoever does not keep the books of the fund."""
    if not may_edit(agent, caisse_id):
        raise SchemaRefused(
            _("Seul un comptable de la caisse, ou l’administration nationale, change le schéma.")
        )


def _first_of_next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _copy(source: SchemaComptable, draft: SchemaComptable) -> None:
    """Rules as they are; a name for every account and journal of the fund."""
    RegleComptable.objects.bulk_create(
        RegleComptable(
            caisse_id=draft.caisse_id,
            schema=draft,
            event=rule.event,
            famille=rule.famille,
            journal_id=rule.journal_id,
            debit_id=rule.debit_id,
            credit_id=rule.credit_id,
        )
        for rule in source.regles.order_by("pk")
    )
    journals = {row.journal_id: row for row in source.journaux.all()}
    JournalSchema.objects.bulk_create(
        JournalSchema(
            caisse_id=draft.caisse_id,
            schema=draft,
            journal=journal,
            label=named.label if (named := journals.get(journal.pk)) else journal.label,
            kind=named.kind if named else journal.kind,
        )
        for journal in Journal.objects.filter(caisse_id=draft.caisse_id).order_by("code")
    )
    comptes = {row.compte_id: row for row in source.comptes.all()}
    CompteSchema.objects.bulk_create(
        CompteSchema(
            caisse_id=draft.caisse_id,
            schema=draft,
            compte=compte,
            **_words(comptes.get(compte.pk), compte),
        )
        for compte in Compte.objects.filter(caisse_id=draft.caisse_id).order_by("number")
    )


def _words(named: CompteSchema | None, compte: Compte) -> dict[str, str]:
    if named is None:
        return {"label": compte.label}
    return {"label": named.label, "auxiliaire": named.auxiliaire}
