"""What must be true of a version before it rules; each problem is a sentence for its accountant."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final, Literal

from django.utils.translation import gettext as _

from allocataires.nomenclature import Famille
from caf_portal.paris import paris_date
from comptabilite.models import Cloture, Ecriture, SchemaComptable
from comptabilite.models.events import WITHOUT_FAMILLE, Evenement
from comptabilite.models.schema import SchemaStatus
from comptabilite.services.lines import GIVING_BACK
from comptabilite.services.schema_preview import Sample, preview
from comptabilite.services.schema_view import SchemeView, view_of

_Side = Literal["debit_id", "credit_id"]
_Sides = tuple[tuple[Evenement, _Side], ...]
_E = Evenement

#: Where the platform owes the fund: what comes in, goes back and is remitted meets there.
_PLATFORM: Final[_Sides] = (
    (_E.CARD_PAYMENT, "debit_id"),
    (_E.UNIDENTIFIED_RECEIPT, "debit_id"),
    (_E.CARD_REFUND, "credit_id"),
    (_E.SUSPENSE_REFUND, "credit_id"),
    (_E.CHARGEBACK, "credit_id"),
    (_E.CHARGEBACK_SUSPENSE, "credit_id"),
    (_E.REPRESENTMENT, "debit_id"),
    (_E.REPRESENTMENT_SUSPENSE, "debit_id"),
    (_E.REMITTANCE, "credit_id"),
    (_E.REMITTANCE_FEE, "credit_id"),
    (_E.BANK_WITHDRAWAL, "debit_id"),
    (_E.GAP_LOSS, "credit_id"),
    (_E.GAP_GAIN, "debit_id"),
)
BANK_SIDES: Final[_Sides] = (
    (_E.REMITTANCE, "debit_id"),
    (_E.BANK_WITHDRAWAL, "credit_id"),
    (_E.BANK_WITHDRAWAL_FEE, "credit_id"),
    (_E.BANK_FEE, "credit_id"),
    (_E.BANK_RECEIPT, "debit_id"),
    (_E.BANK_PAYMENT, "credit_id"),
    (_E.BANK_OUTSIDE_IN, "debit_id"),
    (_E.BANK_OUTSIDE_OUT, "credit_id"),
)
_SUSPENSE: Final[_Sides] = (
    (_E.UNIDENTIFIED_RECEIPT, "credit_id"),
    (_E.SUSPENSE_REFUND, "debit_id"),
    (_E.SUSPENSE_TO_DEBT, "debit_id"),
    (_E.RECEIPT_SENT, "debit_id"),
    (_E.CHARGEBACK_SUSPENSE, "debit_id"),
    (_E.REPRESENTMENT_SUSPENSE, "credit_id"),
    (_E.BANK_RECEIPT, "credit_id"),
    (_E.BANK_PAYMENT, "debit_id"),
)


def check_version(*, schema: SchemaComptable, now: datetime) -> list[str]:
    """Everything that keeps this version from ruling, in French; nothing when it may."""
    view = view_of(schema)
    return [
        *_of_its_date(schema, paris_date(now)),
        *_of_its_rules(view),
        *_of_its_names(schema, view),
        *_of_its_ecritures(view),
        *_of_shared_accounts(view),
        *_of_roles(view),
    ]


def _of_its_date(schema: SchemaComptable, today: date) -> Iterator[str]:
    since, fund = schema.effective_on, schema.caisse_id
    words = {"day": f"{since:%d/%m/%Y}"}
    if since <= today:
        yield _("La version commencerait le %(day)s : choisissez demain au plus tôt.") % words
    if Cloture.objects.days(caisse_id=fund).filter(last_on__gte=since).exists():
        yield _("La journée du %(day)s est déjà clôturée.") % words
    if Ecriture.objects.filter(caisse_id=fund, accounting_on__gte=since).exists():
        yield _("Des écritures existent déjà le %(day)s ou après.") % words
    adopted = SchemaComptable.objects.filter(caisse_id=fund, status=SchemaStatus.ADOPTE)
    later = adopted.filter(effective_on__gte=since).order_by("effective_on").first()
    if later is not None:
        yield _(
            "La version « %(label)s » commence le %(day)s : choisissez une date plus tardive."
        ) % {"label": later.label, "day": f"{later.effective_on:%d/%m/%Y}"}


def _of_its_rules(view: SchemeView) -> Iterator[str]:
    for event in Evenement:
        missing = [] if view.rules.left_to_the_fund(event) else _missing(view, event)
        if missing:
            yield _("« %(event)s » : il manque une règle pour %(familles)s.") % {
                "event": event.label,
                "familles": ", ".join(missing),
            }
    for (name, famille), rule in view.rules.by_event.items():
        if rule.debit_id == rule.credit_id:
            yield _(
                "« %(event)s » (%(famille)s) : le compte débité est aussi le compte crédité."
            ) % {
                "event": Evenement(name).label,
                "famille": _famille(famille),
            }


def _missing(view: SchemeView, event: Evenement) -> list[str]:
    known = view.rules.by_event
    if (event, "") in known:
        return []
    if event in WITHOUT_FAMILLE:
        return [_("toutes les familles")]
    return [_famille(each) for each in Famille.values if (event, each) not in known]


def _famille(famille: str) -> str:
    return str(Famille(famille).label) if famille else _("toutes les familles")


def _of_its_names(schema: SchemaComptable, view: SchemeView) -> Iterator[str]:
    comptes = set(schema.comptes.values_list("compte_id", flat=True))
    journals = set(schema.journaux.values_list("journal_id", flat=True))
    rules = view.rules.by_event.values()
    for pk in sorted({pk for rule in rules for pk in (rule.debit_id, rule.credit_id)} - comptes):
        yield _("Le compte %(code)s n’a pas de nom dans cette version.") % {
            "code": view.comptes[pk].code
        }
    for pk in sorted({rule.journal_id for rule in rules} - journals):
        yield _("Le journal %(code)s n’a pas de nom dans cette version.") % {
            "code": view.journals[pk].code
        }


def _of_its_ecritures(view: SchemeView) -> Iterator[str]:
    for (event, famille), shown in preview(view, Sample()).items():
        if shown.lines and not shown.is_balanced:
            yield _("« %(event)s » (%(famille)s) : l’écriture obtenue n’est pas équilibrée.") % {
                "event": event.label,
                "famille": _famille(famille),
            }


def _of_shared_accounts(view: SchemeView) -> Iterator[str]:
    platform, bank = _codes(view, _PLATFORM), _codes(view, BANK_SIDES)
    if len(platform) > 1 or not all(code.startswith("511") for code in platform):
        yield _(
            "Paiements par carte, remboursements, impayés et remises doivent passer par un seul "
            "compte 511x, pour que la plateforme soit suivie : %(codes)s."
        ) % {"codes": ", ".join(sorted(platform))}
    if len(bank) > 1:
        yield _(
            "Remises et opérations de banque doivent passer par un seul compte, pour que le relevé "
            "soit suivi : %(codes)s."
        ) % {"codes": ", ".join(sorted(bank))}
    if len(suspense := _codes(view, _SUSPENSE)) > 1:
        yield _("Les sommes à identifier doivent attendre sur un seul compte : %(codes)s.") % {
            "codes": ", ".join(sorted(suspense))
        }
    for famille in Famille.values:
        if len(debts := _debt_accounts(view, famille)) > 1:
            yield _(
                "Les créances de la famille « %(famille)s » doivent rester sur un seul compte, "
                "sinon elles ne se soldent pas : %(codes)s."
            ) % {"famille": _famille(famille), "codes": ", ".join(sorted(debts))}


def _of_roles(view: SchemeView) -> Iterator[str]:
    """An account is the platform's, or the bank's, by the rules that use it, whatever its number:
    no other rule uses it, or their proofs would count what is not theirs."""
    roles = (
        (_("%(code)s, où la plateforme doit, sert aussi à « %(event)s »."), _PLATFORM),
        (_("%(code)s, par où passe la banque, sert aussi à « %(event)s »."), BANK_SIDES),
    )
    for words, sides in roles:
        own = _codes(view, sides)
        for event, code in sorted(_used_by_others(view, sides)):
            if code in own:
                yield words % {"code": code, "event": Evenement(event).label}


def _used_by_others(
    view: SchemeView, sides: Iterable[tuple[Evenement, _Side]]
) -> set[tuple[str, str]]:
    """Events and accounts of every side of a rule but these."""
    both: tuple[_Side, _Side] = ("debit_id", "credit_id")
    return {
        (event, view.comptes[getattr(rule, side)].code)
        for (event, _famille), rule in view.rules.by_event.items()
        for side in both
        if (Evenement(event), side) not in sides and not view.rules.left_to_the_fund(event)
    }


def _codes(view: SchemeView, sides: Iterable[tuple[Evenement, _Side]]) -> set[str]:
    return {
        view.comptes[getattr(rule, side)].code
        for event, side in sides
        for rule in view.rules.by_event.values()
        if rule.event == event
    }


def _debt_accounts(view: SchemeView, famille: str) -> set[str]:
    """Where the debts of a family are: the side of each event that has its detail."""
    found = set()
    for event in Evenement:
        known = view.rules.by_event
        rule = known.get((event, famille)) or known.get((event, ""))
        if event not in WITHOUT_FAMILLE and rule and not view.rules.left_to_the_fund(event):
            pk = rule.debit_id if event in GIVING_BACK else rule.credit_id
            found.add(view.comptes[pk].code)
    return found
