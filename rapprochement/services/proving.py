"""Proves a day of a fund: platform = books = bank, or what differs, named.

The figures are computed again until the day is closed; what it kept when it closed stays.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db import connection
from django.db.models import Exists, OuterRef

from caf_portal.database.scope import caisse_scope
from comptabilite.models import Anomalie, Cloture
from comptabilite.models.anomalie import AnomalieKind
from comptabilite.models.cloture import Periode
from comptabilite.services.anomalies import Fact, open_anomalies
from comptabilite.services.settling import settle_by_fact
from comptabilite.work_rules import rule_of
from payments.models import Boutique
from rapprochement.models import Rapprochement, Residu
from rapprochement.models.proof import ResiduKind
from rapprochement.services import bank_findings, file_findings, operation_findings
from rapprochement.services.findings import Day, Finding
from rapprochement.services.proposing_pairs import with_pairs
from rapprochement.statements import statement, take_time

_FIGURES = (
    "gateway_cents",
    "ledger_cents",
    "bank_cents",
    "ledger_bank_cents",
    "owed_cents",
    "ledger_owed_cents",
)
#: Residuals that say why platform and books differ, or bank and books.
_OF_THE_PLATFORM = frozenset(
    {
        ResiduKind.NON_COMPTABILISE,
        ResiduKind.INCONNU_PLATEFORME,
        ResiduKind.MONTANT,
        ResiduKind.FICHIER_MANQUANT,
    }
)
_GONE = "L’écart n’est plus là : les deux côtés se répondent."


def prove_day(*, caisse_id: int, day_on: date, now: datetime) -> Rapprochement:
    """Compute the proof of a Paris day and replace its residuals; of a closed day, give what was
    kept (``Rapprochement.DoesNotExist`` if nothing was).

    In the caller's transaction or its own. Each residual that nothing explains has its anomaly;
    one that an agent settled is explained by the agent's note. An anomaly whose residual is gone
    is settled by that fact. Of two proofs of a day at once, the one written last stays.
    """
    with caisse_scope(caisse_id):
        take_time()
        if _is_closed(caisse_id, day_on):
            return Rapprochement.objects.get(caisse_id=caisse_id, day_on=day_on)
        day = Day(caisse_id, day_on)
        figures, odd_cents = _figures(day)
        findings = _findings(day)
        findings = [*findings, *_balances(day, figures, findings, odd_cents)]
        proof, _made = Rapprochement.objects.update_or_create(
            caisse_id=caisse_id, day_on=day_on, defaults={**figures, "computed_at": now}
        )
        _write(proof, findings, now=now)
        return proof


def prove_again(*, caisse_id: int, days: Iterable[date], now: datetime) -> None:
    """Prove each of these days that is open and was proved before."""
    with caisse_scope(caisse_id):
        known = Rapprochement.objects.filter(caisse_id=caisse_id, day_on__in=set(days))
        todo = list(known.order_by("day_on").values_list("day_on", flat=True))
    for day_on in todo:
        prove_day(caisse_id=caisse_id, day_on=day_on, now=now)


def _is_closed(caisse_id: int, day_on: date) -> bool:
    closed = Cloture.objects.filter(caisse_id=caisse_id, periode=Periode.JOUR, last_on__gte=day_on)
    return closed.exists()


def _figures(day: Day) -> tuple[dict[str, int], int]:
    with connection.cursor() as cursor:
        cursor.execute(statement("proof_figures"), day.params)
        *figures, odd_cents = map(int, cursor.fetchone())
    return dict(zip(_FIGURES, figures, strict=True)), odd_cents


def _findings(day: Day) -> list[Finding]:
    shops = {shop.pk: shop for shop in Boutique.objects.filter(caisse_id=day.caisse_id)}
    in_service = Boutique.objects.in_service().filter(caisse_id=day.caisse_id)
    missing = file_findings.missing_jt(day, in_service)
    last_of = {pk: subjects[-1] for pk, subjects in missing.items()}
    books, waiting = operation_findings.of_the_books(day, shops=shops, missing=last_of)
    told = [*operation_findings.of_the_platform(day), *operation_findings.of_remittances(day)]
    return [
        *with_pairs(day, told),
        *books,
        *file_findings.of_shops(day, missing, waiting),
        *file_findings.of_accounts(day),
        *bank_findings.of_lines(day),
        *bank_findings.of_transit(day),
    ]


def _balances(
    day: Day, figures: dict[str, int], findings: Iterable[Finding], odd_cents: int
) -> Iterator[Finding]:
    """What no other residual accounts for: nothing, unless the books were moved otherwise."""
    own = [finding for finding in findings if finding.own]
    named = {
        "plateforme": sum(f.amount_cents for f in own if f.kind in _OF_THE_PLATFORM),
        "banque": sum(f.amount_cents for f in own if f.kind == ResiduKind.BANQUE),
    }
    gaps = {
        "plateforme": figures["gateway_cents"] - figures["ledger_cents"] - named["plateforme"],
        "banque": figures["bank_cents"] - figures["ledger_bank_cents"] - named["banque"],
        "511": odd_cents,
    }
    words = {
        "plateforme": "les journaux et la plateforme diffèrent sans que rien ne le nomme",
        "banque": "le compte de banque ne suit pas les lignes de la banque",
        "511": "le compte de la plateforme a bougé sans opération ni remise",
    }
    for name, cents in gaps.items():
        if cents:
            yield Finding(
                kind=ResiduKind.SOLDE,
                subject=f"solde {name} {day.on:%Y-%m-%d}",
                amount_cents=cents,
                since_on=day.on,
                detail=f"Journée du {day.on:%d/%m/%Y} : {words[name]}",
                anomalie=AnomalieKind.RESIDUAL,
            )


def _write(proof: Rapprochement, findings: list[Finding], *, now: datetime) -> None:
    before = set(
        proof.residus.filter(anomalie__isnull=False).values_list("anomalie__kind", "subject")
    )
    anomalies = _anomalies(proof, findings, now=now)
    rows = [_row(proof, finding, anomalies) for finding in findings]
    own = [row for row in rows if not row.explained]
    proof.residus.all().delete()
    # The day's own first: ``residuals`` says how many they are.
    Residu.objects.bulk_create([*rows, *_carried(proof, rows)], batch_size=1000)
    proof.residuals = len(rows)
    proof.unexplained = len(own)
    proof.unexplained_cents = sum(abs(row.amount_cents) for row in own)
    proof.save(update_fields=["residuals", "unexplained", "unexplained_cents"])
    _settle_gone(proof, before - set(anomalies), now=now)
    _settle_other_amounts(proof, anomalies.values(), now=now)


def _anomalies(
    proof: Rapprochement, findings: list[Finding], *, now: datetime
) -> dict[tuple[str, str], Anomalie]:
    """One anomaly a residual that nothing explains by itself, by kind and subject; one that a fact
    had settled makes a new line."""
    wanted = {(f.anomalie.value, f.subject): f for f in findings if f.anomalie is not None}
    open_anomalies(
        caisse_id=proof.caisse_id,
        facts=[
            Fact(AnomalieKind(kind), subject, finding.detail, finding.amount_cents)
            for (kind, subject), finding in wanted.items()
        ],
        now=now,
    )
    known = Anomalie.objects.filter(
        caisse_id=proof.caisse_id, subject__in={subject for _kind, subject in wanted}
    ).order_by("occurrence")
    found: dict[tuple[str, str], Anomalie] = {}
    for row in known:
        key = (row.kind, row.subject)
        # What was explained was of an amount: the line that explains this one, or else the last.
        if key in wanted and not _explains(found.get(key), row, wanted[key].amount_cents):
            found[key] = row
    return found


def _explains(chosen: Anomalie | None, other: Anomalie, cents: int) -> bool:
    """Whether the line chosen so far is by words, for this very amount, and the other is not."""
    if chosen is None or chosen.settled_by_id is None or not rule_of(chosen.kind).by_amount:
        return False
    return chosen.amount_cents == cents != other.amount_cents


def _row(
    proof: Rapprochement, finding: Finding, anomalies: dict[tuple[str, str], Anomalie]
) -> Residu:
    anomalie = anomalies[finding.anomalie.value, finding.subject] if finding.anomalie else None
    return Residu(
        caisse_id=proof.caisse_id,
        rapprochement=proof,
        kind=finding.kind,
        subject=finding.subject,
        amount_cents=finding.amount_cents,
        since_on=finding.since_on,
        detail=finding.detail[:300],
        explained=anomalie is None or anomalie.settled_at is not None,
        proposal=finding.proposal,
        anomalie=anomalie,
    )


def _carried(proof: Rapprochement, rows: list[Residu]) -> Iterator[Residu]:
    """What earlier days could not explain and nobody settled: shown, counted on its own day."""
    here = {(row.kind, row.subject) for row in rows}
    earlier = Residu.objects.filter(
        caisse_id=proof.caisse_id,
        rapprochement__day_on__lt=proof.day_on,
        explained=False,
        anomalie__settled_at__isnull=True,
        anomalie__isnull=False,
    ).order_by("rapprochement__day_on", "pk")
    for row in earlier:
        if (row.kind, row.subject) not in here:
            here.add((row.kind, row.subject))
            row.pk, row.rapprochement = None, proof
            yield row


def _settle_gone(proof: Rapprochement, gone: Iterable[tuple[str, str]], *, now: datetime) -> None:
    counted_before = set(
        Residu.objects.filter(
            caisse_id=proof.caisse_id, rapprochement__day_on__lt=proof.day_on, explained=False
        )
        .filter(subject__in=[subject for _kind, subject in gone])
        .values_list("anomalie__kind", "subject")
    )
    for kind, subject in set(gone) - counted_before:
        settle_by_fact(
            caisse_id=proof.caisse_id,
            kinds=[AnomalieKind(kind)],
            subjects=[subject],
            note=_GONE,
            now=now,
        )


def _settle_other_amounts(
    proof: Rapprochement, chosen: Iterable[Anomalie], *, now: datetime
) -> None:
    """Lines of the same residuals for an amount that no proof tells any more."""
    by_subject = {(row.kind, row.subject): row.pk for row in chosen}
    still_open = Anomalie.objects.still_open().filter(
        caisse_id=proof.caisse_id, subject__in={subject for _kind, subject in by_subject}
    )
    for row in still_open.filter(~Exists(Residu.objects.filter(anomalie=OuterRef("pk")))):
        of_another = by_subject.get((row.kind, row.subject), row.pk) != row.pk
        if of_another and rule_of(row.kind).by_amount:
            settle_by_fact(
                caisse_id=proof.caisse_id,
                kinds=[AnomalieKind(row.kind)],
                subjects=[row.subject],
                note=_GONE,
                now=now,
            )
