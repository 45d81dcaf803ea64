"""What the pages of a version show: its rules by event, its écritures beside two others."""

from dataclasses import dataclass
from itertools import groupby

from allocataires.nomenclature import Famille
from comptabilite.models import SchemaComptable
from comptabilite.models.events import Evenement
from comptabilite.models.schema import SchemaStatus
from comptabilite.services.schema_preview import Sample, Shown, preview
from comptabilite.services.schema_view import Named, SchemeView, national_view, view_of


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule; ``differs`` from what the national scheme gives to the same family."""

    famille: str
    journal: Named
    debit: Named
    credit: Named
    differs: bool


@dataclass(frozen=True, slots=True)
class EventRules:
    """The rules of one event, or ``elsewhere`` when the fund's own software writes it."""

    event: Evenement
    elsewhere: bool
    rows: list[RuleRow]


def rules_by_event(schema: SchemaComptable) -> list[EventRules]:
    """Every event, in order, with its rules and how they differ from the national ones."""
    view, national = view_of(schema), national_view()
    return [
        EventRules(event, view.rules.left_to_the_fund(event), _rows(view, national, event))
        for event in Evenement
    ]


def _rows(view: SchemeView, national: SchemeView, event: Evenement) -> list[RuleRow]:
    known = view.rules.by_event
    found = []
    for famille in (*Famille.values, ""):
        rule = known.get((event, famille))
        if rule is None:
            continue
        default = national.rules.by_event.get((event, famille))
        same = default is not None and national.accounts(default) == view.accounts(rule)
        found.append(
            RuleRow(
                famille=str(Famille(famille).label) if famille else "",
                journal=view.journals[rule.journal_id],
                debit=view.comptes[rule.debit_id],
                credit=view.comptes[rule.credit_id],
                differs=not same,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Compared:
    """The écriture of one event and family, in this version, in the one before it and in the
    national scheme; these two are nothing when they say the same."""

    famille: str
    here: Shown
    before: Shown | None
    national: Shown | None


def compared(
    schema: SchemaComptable, sample: Sample, *, differences: bool
) -> list[tuple[Evenement, list[Compared]]]:
    """By event, every écriture or only those that one of the two others writes differently."""
    here = preview(view_of(schema), sample)
    national = preview(national_view(), sample)
    replaced = version_before(schema)
    before = preview(view_of(replaced), sample) if replaced else {}
    found = []
    for event, cases in groupby(here.items(), key=lambda case: case[0][0]):
        rows = [
            Compared(
                famille=str(Famille(famille).label) if famille else "",
                here=shown,
                before=_other(before.get((event, famille)), shown),
                national=_other(national.get((event, famille)), shown),
            )
            for (_event, famille), shown in cases
        ]
        kept = [row for row in rows if row.before or row.national or not differences]
        if kept:
            found.append((event, kept))
    return found


def version_before(schema: SchemaComptable) -> SchemaComptable | None:
    """The version that rules until this one begins."""
    adopted = SchemaComptable.objects.filter(
        caisse_id=schema.caisse_id,
        status=SchemaStatus.ADOPTE,
        effective_on__lt=schema.effective_on,
    )
    return adopted.order_by("-effective_on").first()


def _other(theirs: Shown | None, ours: Shown) -> Shown | None:
    return None if theirs is None or theirs.said == ours.said else theirs
