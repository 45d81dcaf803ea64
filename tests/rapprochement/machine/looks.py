"""What the database says of a fund, looked at after each step and compared with the machine's."""

import hashlib
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from allocataires.models import Creance
from caf_portal.database.scope import caisse_scope, national_scope
from payments.services.invariants import find_breaches
from rapprochement.models import Appariement, Rapprochement, Residu
from rapprochement.models.proof import ResiduKind
from tests.rapprochement.machine.ledger import Key
from tests.rapprochement.machine.platform import Back, Taken, Told
from tests.rapprochement.machine.works import Works

_BOOKS = """
SELECT k.number, e.origin_on, e.accounting_on, sum(l.debit_cents - l.credit_cents)
  FROM comptabilite_ligne l
  JOIN comptabilite_ecriture e ON e.id = l.ecriture_id
  JOIN comptabilite_compte k ON k.id = l.compte_id
 WHERE l.caisse_id = %s
 GROUP BY 1, 2, 3 HAVING sum(l.debit_cents - l.credit_cents) <> 0
"""
#: A bank line has as many écritures on its account as the imputation that is in force.
_TWICE = """
SELECT i.ligne_id FROM rapprochement_imputation i
  JOIN comptabilite_ecriture e ON e.id = i.ecriture_id
 WHERE i.caisse_id = %s
   AND NOT EXISTS (SELECT FROM comptabilite_ecriture x WHERE x.reverses_id = e.id)
 GROUP BY 1 HAVING count(*) > 1
"""
#: All that is final: écritures with their numbers and seals, and what each day was proved on.
_CLOSED = """
SELECT to_jsonb(e) || to_jsonb(v) || jsonb_build_object('lignes', (
           SELECT jsonb_agg(to_jsonb(l) ORDER BY l.position) FROM comptabilite_ligne l
            WHERE l.ecriture_id = e.id))
  FROM comptabilite_ecriture e JOIN comptabilite_validation v ON v.ecriture_id = e.id
 WHERE e.caisse_id = %(fund)s AND e.accounting_on <= %(day)s
 UNION ALL
SELECT to_jsonb(c) FROM comptabilite_cloture c WHERE c.caisse_id = %(fund)s AND c.last_on <= %(day)s
 UNION ALL
SELECT to_jsonb(r) FROM rapprochement_rapprochement r
 WHERE r.caisse_id = %(fund)s AND r.day_on <= %(day)s
 UNION ALL
SELECT to_jsonb(r) FROM rapprochement_residu r
  JOIN rapprochement_rapprochement p ON p.id = r.rapprochement_id
 WHERE r.caisse_id = %(fund)s AND p.day_on <= %(day)s
 ORDER BY 1
"""
_OF_A_FUND = (
    "allocataires_creance",
    "allocataires_mouvement",
    "comptabilite_anomalie",
    "comptabilite_cloture",
    "comptabilite_ecriture",
    "comptabilite_lettrage",
    "comptabilite_ligne",
    "payments_payment",
    "rapprochement_appariement",
    "rapprochement_imputation",
    "rapprochement_ligneplateforme",
    "rapprochement_rapprochement",
    "rapprochement_residu",
)


def agree(machine: Works) -> None:
    """Fail unless every rule holds and the books say what the machine says."""
    breaches = find_breaches()
    assert breaches == [], f"rules are broken: {breaches}"
    assert books_of(machine.caisse_id) == machine.ledger.totals(), "the books differ"
    with caisse_scope(machine.caisse_id):
        owed = dict(Creance.objects.values_list("pk", "balance_cents"))
    assert owed == machine.owed, "the debts differ"
    assert _rows(_TWICE, [machine.caisse_id]) == []


def books_of(caisse_id: int) -> dict[Key, int]:
    """Every account of a fund, by day of the fact and of the books."""
    rows = _rows(_BOOKS, [caisse_id])
    return {(number, origin, day): int(cents) for number, origin, day, cents in rows}


def seal_of(caisse_id: int, day: date) -> str:
    """A hash of all that is final until the evening of a day."""
    return _hash(_rows(_CLOSED, {"fund": caisse_id, "day": day}))


def everything_of(caisse_id: int) -> str:
    """A hash of all that a fund has."""
    found = []
    for table in _OF_A_FUND:
        sql = f"SELECT to_jsonb(t) FROM {table} t WHERE t.caisse_id = %s ORDER BY t.id"  # noqa: S608 - ours
        found += _rows(sql, [caisse_id])
    return _hash(found)


def proofs_hold(machine: Works) -> None:
    """Right after the tasks of the night: figures, matches and residuals are what they must be."""
    first, last = machine.next_to_close, machine.proved_until
    assert last is not None
    with caisse_scope(machine.caisse_id):
        proofs = list(Rapprochement.objects.filter(day_on__range=(first, last)))
        for proof in proofs:
            for name, cents in machine.figures(proof.day_on).items():
                assert getattr(proof, name) == cents, f"{name} of {proof.day_on}"
        odd = Residu.objects.filter(
            rapprochement__in=proofs, kind=ResiduKind.SOLDE, subject__regex="plateforme|banque"
        )
        assert not odd.exists(), "the books moved and nothing names it"
        _matches_hold(machine)
        _everything_is_named(machine)


def _matches_hold(machine: Works) -> None:
    """What both sides tell is matched; what one side tells is not."""
    matched = set(Appariement.objects.values_list("plateforme_id", flat=True))
    by_what: dict[Any, list[Told]] = {}
    for told in machine.told:
        by_what.setdefault(_operation_of(told), []).append(told)
    for told in machine.told:
        if not told.cents or told.repeated:
            continue
        found = {each.pk for each in by_what[_operation_of(told)]} & matched
        if not machine.is_known(told):
            assert not found, f"{told} answers nothing"
        elif _is_plain(machine, told, by_what):
            assert found, f"{told} is not matched"


def _operation_of(told: Told) -> tuple[str, object]:
    """What the line is about; each line of a chargeback is one of its own."""
    return told.kind, told if told.kind == "JRI" or told.what is None else told.what


def _is_plain(machine: Works, told: Told, by_what: dict[Any, list[Told]]) -> bool:
    """Whether only one reading is possible: two operations of one amount are two readings."""
    if told.kind == "JRB":
        return ("JT", told.what) in by_what
    if told.kind == "JO":
        others = [t for t in machine.told if t.kind == "JO" and t.cents == told.cents]
        return sum(_taken(each) is _taken(told) for each in others) == 1
    return True


def _taken(told: Told) -> Taken | None:
    return told.what.taken if isinstance(told.what, Back) else told.what


def _everything_is_named(machine: Works) -> None:
    """No money is hidden: what one side alone tells is in a proof, its own day's or a later one."""
    last = machine.proved_until
    assert last is not None
    if machine.next_to_close > last:
        return
    named = set(Residu.objects.values_list("subject", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, public_id FROM rapprochement_ligneplateforme")
        names = {pk: f"plateforme {name.hex}" for pk, name in cursor.fetchall()}
        cursor.execute("SELECT id, public_id FROM rapprochement_lignebanque")
        banks = {pk: f"banque {name.hex}" for pk, name in cursor.fetchall()}
    for told in machine.told:
        taken = told.what if isinstance(told.what, Taken) else None
        alone = told.kind == "JT" and taken and not taken.booked and taken.kept_cents
        if told.day_on <= last and (alone or told.status == "A_TRAITER"):
            assert names[told.pk] in named, f"{told} is in no proof"
    for moved in machine.bank.moves:
        if moved.pk and moved.on <= last and moved.said is None:
            assert banks[moved.pk] in named, f"{moved} is in no proof"


def nothing_is_left(machine: Works) -> None:
    """Every file came and everybody answered: what is unexplained is what the machine did wrong
    on purpose, and nothing else."""
    with caisse_scope(machine.caisse_id):
        rows = Residu.objects.filter(
            ~Q(kind__in=[ResiduKind.EN_RETARD, ResiduKind.SOLDE]),
            rapprochement__day_on__gte=machine.next_to_close,
            explained=False,
        )
        names = dict(_rows("SELECT public_id, id FROM rapprochement_ligneplateforme", []))
    odd = {told.pk for told in machine.told if _is_odd(told)}
    wrong = {f"plateforme {name.hex}" for name, pk in names.items() if pk in odd}
    left = [row for row in rows if row.subject not in wrong]
    assert left == [], [(row.kind, row.subject, row.amount_cents, row.detail) for row in left]


def _is_odd(told: Told) -> bool:
    """Told twice, a capture that failed after it was booked, a chargeback that does not fit."""
    taken = _taken(told)
    failed = isinstance(taken, Taken) and taken.status in {"EXPIRED", "CAPTURE_FAILED"}
    twice = isinstance(taken, Taken) and taken.twice
    return failed or twice or told.repeated or told.status == "A_TRAITER"


def _rows(sql: str, params: Any) -> list[Any]:
    with national_scope(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Any] = cursor.fetchall()
    return rows


def _hash(rows: list[Any]) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()
