"""Writes the statements of a bank file, account by account, in their order."""

from collections import Counter
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from caf_portal.money import format_euros
from rapprochement.models import CompteBancaire, FichierReleve, LigneBanque, Releve
from rapprochement.readers.bank.statement import BankStatement
from rapprochement.services.file_refusals import FileRefused


def load_statements(
    *,
    fichier: FichierReleve,
    statements: Sequence[BankStatement],
    accounts: Mapping[str, CompteBancaire],
) -> None:
    """Write every statement, or raise ``FileRefused`` for one that does not follow the last.

    In the caller's transaction, under a lock of the fund's files: a statement opens on the day
    and with the balance that the one before it closed with (``inv20_releves_follow`` says it
    again), and its number, when the bank gives one, is the next.
    """
    last: dict[int, Releve | None] = {}
    for statement in statements:
        account = accounts[statement.account]
        if account.pk not in last:
            known = Releve.objects.filter(compte_bancaire=account)
            last[account.pk] = known.order_by("-rank").first()
        refusal = _why_not(statement, last[account.pk])
        if refusal:
            words = f"{account} : {refusal}"
            raise FileRefused(words, caisse_id=account.caisse_id)
        last[account.pk] = _write(fichier, account, statement, last[account.pk])


def _why_not(statement: BankStatement, last: Releve | None) -> str:
    """The sentence that refuses a statement after the last one loaded; empty when it follows."""
    if last is None:
        return ""
    if _is_same(statement, last):
        return _("le relevé du %(from)s au %(to)s est déjà chargé.") % _days(statement)
    if _holds(statement, last):
        return _(
            "ce relevé contient les mouvements du dernier chargé, déjà comptés, qui s’annulent "
            "entre eux. S’ils ont vraiment eu lieu deux fois, demandez à la banque un relevé "
            "numéroté (camt.053)."
        )
    if statement.to_on < last.last_on:
        return _(
            "ce relevé, du %(from)s au %(to)s, est plus ancien que le dernier chargé, qui va "
            "jusqu’au %(last)s. Rien n’est à faire s’il a été chargé à son heure."
        ) % {**_days(statement), "last": f"{last.last_on:%d/%m/%Y}"}
    if statement.from_on < last.last_on:
        return _(
            "ce relevé commence le %(from)s, avant la fin du dernier chargé (%(last)s). Demandez "
            "à la banque un relevé qui commence à cette date."
        ) % {**_days(statement), "last": f"{last.last_on:%d/%m/%Y}"}
    return _gap_in_numbers(statement, last) or _gap_in_balance(statement, last)


def _is_same(statement: BankStatement, last: Releve) -> bool:
    return (
        (statement.from_on, statement.to_on) == (last.first_on, last.last_on)
        and (statement.opening_cents, statement.closing_cents)
        == (last.opening_cents, last.closing_cents)
        and statement.sequence == last.sequence
        and bool(statement.movements) == last.lignes.exists()
    )


def _holds(statement: BankStatement, last: Releve) -> bool:
    """Whether the movements of the last statement are in this one, in another format or for a
    longer period, and sum to nothing, so that the balances do not tell. Two numbers tell."""
    numbered = statement.sequence is not None and last.sequence is not None
    if last.opening_cents != last.closing_cents or (
        numbered and statement.sequence != last.sequence
    ):
        return False
    known = Counter(last.lignes.values_list("booked_on", "amount_cents"))
    found = Counter((each.booked_on, each.amount_cents) for each in statement.movements)
    return bool(known) and known <= found


def _gap_in_numbers(statement: BankStatement, last: Releve) -> str:
    """Numbers are those of a year at many banks: the first of a new year is not held to them."""
    if statement.sequence is None or last.sequence is None:
        return ""
    if statement.to_on.year != last.last_on.year or statement.sequence <= last.sequence + 1:
        return ""
    return _(
        "le relevé n° %(expected)s manque, entre le n° %(last)s (%(last_on)s) et celui-ci, n° "
        "%(found)s. Chargez-le d’abord."
    ) % {
        "expected": last.sequence + 1,
        "last": last.sequence,
        "last_on": f"{last.last_on:%d/%m/%Y}",
        "found": statement.sequence,
    }


def _gap_in_balance(statement: BankStatement, last: Releve) -> str:
    if statement.opening_cents == last.closing_cents:
        return ""
    return _(
        "ce relevé commence le %(from)s avec %(found)s ; il devait commencer avec %(expected)s, "
        "solde du %(last)s. Un relevé manque entre ces deux dates : chargez-le d’abord."
    ) % {
        **_days(statement),
        "found": format_euros(statement.opening_cents),
        "expected": format_euros(last.closing_cents),
        "last": f"{last.last_on:%d/%m/%Y}",
    }


def _days(statement: BankStatement) -> dict[str, str]:
    return {"from": f"{statement.from_on:%d/%m/%Y}", "to": f"{statement.to_on:%d/%m/%Y}"}


def _write(
    fichier: FichierReleve, account: CompteBancaire, statement: BankStatement, last: Releve | None
) -> Releve:
    releve = Releve.objects.create(
        caisse_id=fichier.caisse_id,
        fichier=fichier,
        compte_bancaire=account,
        # The database gives it again, under its own lock.
        rank=1 if last is None else last.rank + 1,
        sequence=statement.sequence,
        first_on=statement.from_on,
        last_on=statement.to_on,
        opening_cents=statement.opening_cents,
        closing_cents=statement.closing_cents,
    )
    LigneBanque.objects.bulk_create(
        (
            LigneBanque(
                caisse_id=fichier.caisse_id,
                releve=releve,
                rank=each.rank,
                booked_on=each.booked_on,
                value_on=each.value_on,
                amount_cents=each.amount_cents,
                code=each.code[:40],
                label=each.label[:140],
                reference=each.reference[:70],
                details=_all_words(each.label, each.reference, each.details),
            )
            for each in statement.movements
        ),
        batch_size=1000,
    )
    return releve


def _all_words(label: str, reference: str, details: str) -> str:
    """The details, and whole what the columns above cut: the bank's words are all kept."""
    whole = [text for text, size in ((label, 140), (reference, 70)) if len(text) > size]
    return "\n".join([*whole, details]) if whole else details
