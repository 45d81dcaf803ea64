"""The few people whose references and logins the demonstration prints: always the same."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid5

from allocataires.demo.lives import invent_life
from allocataires.demo.months import month_end
from allocataires.demo.months_of_debts import even_months, overlapping
from allocataires.demo.people import invent_email
from allocataires.demo.records import DemoCreance, DemoMouvement, DemoPerson
from allocataires.nomenclature import Motif, MouvementType, Nature, Origine
from allocataires.states import CreanceState as S
from allocataires.states import RecoveryMode

#: Stands for caf.fr in the demonstration.
ISSUER = "demo-caf.fr"
_NAMESPACE = UUID("6b1f7c2e-0d3a-4f57-9a55-3c1f0d2b8e10")


@dataclass(frozen=True, slots=True)
class CastMember:
    """An invented person; ``subject`` is the login at the demonstration's caf.fr, if any."""

    who: str
    person: DemoPerson
    creances: tuple[DemoCreance, ...]
    subject: str = ""


def cast(today: date) -> tuple[CastMember, ...]:
    """Everyone, with dates counted back from ``today``."""
    return (
        _camille(today),
        _marie(today),
        _paul(today),
        _jeanne(today),
        _alex(today),
        _noe(today),
        _ines(today),
    )


def _camille(today: date) -> CastMember:
    person = _person("011", "0110001", "Exemple-Lavande", "Camille", date(1988, 4, 12))
    debt = _debt(person, Nature.APL, 24_000, S.NOTIFIEE, today - timedelta(9), today)
    return CastMember("une seule dette, par le courrier", person, (debt,))


def _marie(today: date) -> CastMember:
    person = _person("331", "0331001", "Fictif-Tilleul", "Marie", date(1985, 9, 23))
    withheld = [(MouvementType.RETENUE, 4_800, 35 + 30 * month) for month in (3, 2, 1, 0)]
    debts = (
        _debt(person, Nature.PRIME_ACTIVITE, 42_650, S.EN_RECOUVREMENT, today - timedelta(160),
            today, mode=RecoveryMode.RETENUE, monthly_cents=4_800,
            mouvements=_past(today, *withheld, (MouvementType.CHEQUE, 5_000, 12))),
        _debt(person, Nature.APL, 18_975, S.NOTIFIEE, today - timedelta(14), today),
        _debt(person, Nature.RSA_SOCLE, 61_200, S.CONTESTEE, today - timedelta(75), today,
            motif=Motif.ACTIVITE),
        _debt(person, Nature.PRIME_NOEL, 15_245, S.EN_RECOUVREMENT, today - timedelta(300), today,
            motif=Motif.NOEL,
            mouvements=_past(today, (MouvementType.VIREMENT, 15_245, 240))),
    )  # fmt: skip
    return CastMember("plusieurs dettes", person, debts, subject="marie")


def _paul(today: date) -> CastMember:
    person = _person("011", "0110002", "Inventé-Houblon", "Paul", date(1979, 1, 30))
    debt = _debt(person, Nature.RSA_MAJORE, 53_310, S.TRANSFEREE, today - timedelta(420), today)
    return CastMember(
        "rien à payer ici : dette transférée au département", person, (debt,), subject="paul"
    )


def _jeanne(today: date) -> CastMember:
    person = _person("751", "0751001", "Imaginaire-Thym", "Jeanne", date(1992, 7, 5))
    debt = _debt(
        person, Nature.PRESTATIONS_FAMILIALES, 30_000, S.EN_RECOUVREMENT, today - timedelta(200),
        today, mode=RecoveryMode.RETENUE, monthly_cents=10_000,
        mouvements=_past(today, *((MouvementType.RETENUE, 10_000, ago) for ago in (165, 135, 104))),
    )  # fmt: skip
    return CastMember("tout est remboursé", person, (debt,), subject="jeanne")


def _alex(today: date) -> CastMember:
    person = _person("598", "0598001", "Specimen-Clover", "Alex", date(1995, 11, 2), langue="en")
    debt = _debt(
        person, Nature.PRIME_ACTIVITE, 27_490, S.MISE_EN_DEMEURE, today - timedelta(120), today
    )
    return CastMember("lit l’anglais / reads English", person, (debt,), subject="alex")


def _noe(today: date) -> CastMember:
    person = _person("974", "0974001", "Exemple-Vétiver", "Noé", date(1990, 2, 19))
    debt = _debt(person, Nature.APL, 31_500, S.NOTIFIEE, today - timedelta(16), today)
    return CastMember("une caisse dont la plateforme est PayFiP", person, (debt,), subject="noe")


def _ines(today: date) -> CastMember:
    """Two letters about the same months; the third debt is over, with its quittance."""
    person = _person("351", "0351001", "Fictif-Bruyère", "Inès", date(1983, 3, 8))
    first = _debt(person, Nature.APL, 48_000, S.EN_RECOUVREMENT, today - timedelta(120), today)
    second = replace(
        overlapping(first, same=False),
        public_id=uuid5(_NAMESPACE, "351/0351001/IN5/002"),
        rang="002",
        implanted_on=today - timedelta(20),
        notified_on=today - timedelta(17),
        state=S.NOTIFIEE,
        etapes=(),
    )
    over = _debt(
        person, Nature.PRIME_ACTIVITE, 21_000, S.EN_RECOUVREMENT, today - timedelta(250), today,
        mouvements=_past(today, (MouvementType.VIREMENT, 21_000, 60)),
    )  # fmt: skip
    return CastMember(
        "deux courriers pour les mêmes mois", person, (first, second, over), subject="ines"
    )


def _person(
    caisse: str, numero: str, nom: str, prenom: str, born: date, *, langue: str = "fr"
) -> DemoPerson:
    return DemoPerson(
        caisse=caisse,
        numero=numero,
        public_id=uuid5(_NAMESPACE, f"{caisse}/{numero}"),
        nom=nom,
        prenom=prenom,
        naissance_on=born,
        email=invent_email(f"{prenom}.demo"),
        langue=langue,
    )


def _debt(
    person: DemoPerson,
    nature: Nature,
    initial_cents: int,
    state: S,
    notified_on: date,
    today: date,
    *,
    motif: Motif = Motif.RESSOURCES,
    mode: RecoveryMode = RecoveryMode.DIRECT,
    monthly_cents: int | None = None,
    mouvements: tuple[DemoMouvement, ...] = (),
) -> DemoCreance:
    period_end = month_end(notified_on - timedelta(days=60))
    period_start = (period_end - timedelta(days=90)).replace(day=1)
    return DemoCreance(
        person=person,
        public_id=uuid5(_NAMESPACE, f"{person.caisse}/{person.numero}/{nature}/001"),
        nature=nature,
        rang="001",
        motif=motif,
        origine=Origine.DOCUMENTS,
        period_start_on=period_start,
        period_end_on=period_end,
        implanted_on=notified_on - timedelta(days=3),
        notified_on=notified_on,
        initial_cents=initial_cents,
        state=state,
        recovery_mode=mode,
        monthly_cents=monthly_cents,
        mouvements=mouvements,
        responsable_code="60",
        event_on=period_start,
        mois=even_months(start_on=period_start, end_on=period_end, initial_cents=initial_cents),
        etapes=invent_life(state, notified_on=notified_on, today=today),
    )


def _past(today: date, *facts: tuple[MouvementType, int, int]) -> tuple[DemoMouvement, ...]:
    """Movements given as (type, cents, days ago), in date order."""
    return tuple(
        DemoMouvement(kind, cents, today - timedelta(days=days)) for kind, cents, days in facts
    )
