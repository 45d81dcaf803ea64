"""``docs/domaine.md`` shows the default scheme as the files say it."""

from pathlib import Path

from django.utils.translation import override

from allocataires.nomenclature import Famille
from comptabilite.models.events import Evenement
from comptabilite.models.plan import Auxiliaire, JournalKind
from comptabilite.services.default_scheme import DefaultScheme, read_scheme

PAGE = Path(__file__).resolve().parents[2] / "docs" / "domaine.md"


def rows_of_events(scheme: DefaultScheme) -> list[str]:
    rows = []
    for event in Evenement:
        rules = [rule for rule in scheme.rules if rule.event == event]
        journals = {rule.journal for rule in rules}
        debits, credits_ = ({getattr(rule, side) for rule in rules} for side in ("debit", "credit"))
        cells = (event.label, said(journals), said(debits), said(credits_))
        rows.append("| " + " | ".join(map(str, cells)) + " |")
    return rows


def said(values: set[str]) -> str:
    """One value; the accounts of the families share their beginning."""
    if len(values) == 1:
        return values.pop()
    assert all(value.startswith("4092") for value in values)
    return "4092xx"


def rows_of_families(scheme: DefaultScheme) -> list[str]:
    debts = {
        rule.famille: rule.credit for rule in scheme.rules if rule.event == Evenement.CARD_PAYMENT
    }
    return [f"| {Famille(famille).label} | {number} |" for famille, number in debts.items()]


def rows_of_the_plan(scheme: DefaultScheme) -> list[str]:
    return [
        *(
            f"| {each.number} | {each.label} | {Auxiliaire(each.auxiliaire).label} |"
            for each in scheme.comptes.values()
        ),
        *(
            f"| {each.code} | {each.label} | {JournalKind(each.kind).label} |"
            for each in scheme.journals.values()
        ),
    ]


def test_the_page_of_the_domain_shows_the_default_scheme():
    scheme = read_scheme()
    page = PAGE.read_text(encoding="utf-8")
    section = page.partition("## Le schéma comptable proposé")[2].partition("\n## ")[0]

    with override("fr"):
        expected = rows_of_events(scheme) + rows_of_families(scheme) + rows_of_the_plan(scheme)

    shown = [line for line in section.splitlines() if line.startswith("| ")]
    headings = {"| Événement", "| Famille |", "| Compte |", "| Journal |"}
    assert [row for row in shown if not row.startswith(tuple(headings))] == expected
