"""What the proof of a day says, read once for its page and for its PDF."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from comptabilite.models import Cloture
from comptabilite.models.cloture import Periode
from rapprochement.models import Rapprochement, Residu


@dataclass(frozen=True, slots=True)
class Side:
    """What two sides say of the same money; cents."""

    name: str
    first_name: str
    first_cents: int
    second_name: str
    second_cents: int

    @property
    def gap_cents(self) -> int:
        """What the first says and the second does not."""
        return self.first_cents - self.second_cents


@dataclass(frozen=True, slots=True)
class Gap:
    """A residual, with who follows it and since when."""

    residu: Residu
    days: int
    owner: str
    note: str


@dataclass(frozen=True, slots=True)
class ProofContent:
    """The proof of a day. ``gaps``: those that wait first, then the oldest."""

    proof: Rapprochement
    closed: bool
    sides: list[Side]
    gaps: list[Gap]

    @property
    def is_proved(self) -> bool:
        """Whether nothing of the day is left to explain."""
        return self.proof.unexplained == 0


def content_of(proof: Rapprochement) -> ProofContent:
    """Everything that the page and the PDF show, in the caller's scope."""
    residus = proof.residus.select_related("anomalie__owner").order_by(
        "explained", "since_on", "pk"
    )
    return ProofContent(
        proof=proof,
        closed=Cloture.objects.filter(
            caisse_id=proof.caisse_id, periode=Periode.JOUR, last_on=proof.day_on
        ).exists(),
        sides=_sides(proof),
        gaps=[_gap(residu, proof.day_on) for residu in residus],
    )


def _sides(proof: Rapprochement) -> list[Side]:
    books = _("Journaux")
    return [
        Side(
            _("Opérations du jour"),
            _("Plateforme"),
            proof.gateway_cents,
            books,
            proof.ledger_cents,
        ),
        Side(_("Compte de banque"), _("Banque"), proof.bank_cents, books, proof.ledger_bank_cents),
        Side(
            _("Encore dû par la plateforme le soir"),
            _("Plateforme"),
            proof.owed_cents,
            books,
            proof.ledger_owed_cents,
        ),
    ]


def _gap(residu: Residu, day_on: date) -> Gap:
    anomalie = residu.anomalie
    owner = anomalie.owner.get_username() if anomalie and anomalie.owner else ""
    note = anomalie.settled_note if anomalie else ""
    return Gap(residu=residu, days=max((day_on - residu.since_on).days, 0), owner=owner, note=note)
