"""A version of a scheme, or the national default, in the numbers that an accountant reads."""

from collections.abc import Iterable
from dataclasses import dataclass

from comptabilite.models import Compte, Journal, SchemaComptable
from comptabilite.models.schema import RemittanceMode
from comptabilite.services.default_scheme import REMITTANCE_MODE, DefaultScheme, read_scheme
from comptabilite.services.scheme_rules import Rule, Rules, rules_of


@dataclass(frozen=True, slots=True)
class Named:
    """A number and a name, or a code and a name."""

    code: str
    label: str

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


@dataclass(frozen=True, slots=True)
class SchemeView:
    """Rules, and what the keys in them are called."""

    rules: Rules
    comptes: dict[int, Named]
    journals: dict[int, Named]
    remittance_mode: str = RemittanceMode.NETTE

    def accounts(self, rule: Rule) -> tuple[str, str, str]:
        """The journal's code, the number debited, the number credited."""
        return (
            self.journals[rule.journal_id].code,
            self.comptes[rule.debit_id].code,
            self.comptes[rule.credit_id].code,
        )


def view_of(schema: SchemaComptable) -> SchemeView:
    """A version as it is now, draft or adopted: five statements."""
    fund = schema.caisse_id
    comptes = {
        pk: Named(number, label)
        for pk, number, label in Compte.objects.filter(caisse_id=fund).values_list(
            "pk", "number", "label"
        )
    }
    for row in schema.comptes.all():
        comptes[row.compte_id] = Named(comptes[row.compte_id].code, row.label)
    journals = {
        pk: Named(code, label)
        for pk, code, label in Journal.objects.filter(caisse_id=fund).values_list(
            "pk", "code", "label"
        )
    }
    for named in schema.journaux.all():
        journals[named.journal_id] = Named(journals[named.journal_id].code, named.label)
    return SchemeView(rules_of(schema), comptes, journals, schema.remittance_mode)


def national_view() -> SchemeView:
    """The default scheme, whose accounts and journals are numbered for the occasion."""
    scheme = read_scheme()
    comptes = _numbered(Named(each.number, each.label) for each in scheme.comptes.values())
    journals = _numbered(Named(each.code, each.label) for each in scheme.journals.values())
    rules = _default_rules(scheme, _keys(comptes), _keys(journals))
    return SchemeView(Rules(rules), comptes, journals, REMITTANCE_MODE)


def _numbered(named: Iterable[Named]) -> dict[int, Named]:
    return dict(enumerate(named, start=1))


def _keys(named: dict[int, Named]) -> dict[str, int]:
    return {each.code: key for key, each in named.items()}


def _default_rules(
    scheme: DefaultScheme, comptes: dict[str, int], journals: dict[str, int]
) -> dict[tuple[str, str], Rule]:
    return {
        (rule.event, rule.famille): Rule(
            event=rule.event,
            famille=rule.famille,
            journal_id=journals[rule.journal],
            debit_id=comptes[rule.debit],
            credit_id=comptes[rule.credit],
            debit_auxiliaire=scheme.comptes[rule.debit].auxiliaire,
            credit_auxiliaire=scheme.comptes[rule.credit].auxiliaire,
        )
        for rule in scheme.rules
    }
