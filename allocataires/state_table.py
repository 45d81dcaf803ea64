"""States, whether each may be paid online, why, and by which article: one table, read by all.

The public page and ``docs/domaine.md`` are made from it; a test compares the latter.
"""

from dataclasses import dataclass

from django.utils.functional import Promise

from allocataires.states import ONLINE_PAYMENT, STOPPED, CreanceState


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state, as people read it."""

    state: CreanceState
    payable: bool
    claimed: bool
    reason: str | Promise
    law: str

    @property
    def label(self) -> str:
        """Its name."""
        return str(self.state.label)


def state_table() -> list[StateRow]:
    """Every state, in the order of the life of a debt."""
    return [
        StateRow(state, rule.allowed, state not in STOPPED, rule.reason, rule.law)
        for state in CreanceState
        for rule in (ONLINE_PAYMENT[state],)
    ]


def markdown_table() -> list[str]:
    """The same as lines of Markdown, in the active language, for the documentation."""
    return [
        "| État | Payable en ligne | Réclamé | Ce que lit la personne | Texte |",
        "|---|---|---|---|---|",
        *(
            f"| {row.label} (`{row.state}`) | {_yes(row.payable)} | {_yes(row.claimed)} "
            f"| {row.reason} | {row.law or '–'} |"
            for row in state_table()
        ),
    ]


def _yes(value: bool) -> str:
    return "oui" if value else "non"
