"""What the proof of a day says, read once for its page and for its PDF."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from caf_portal.paris import paris_date
from caisses.models import Agent
from comptabilite.models import Cloture
from comptabilite.models.cloture import Periode
from rapprochement.models import LigneBanque, Rapprochement, Residu
from rapprochement.models.proof import ResiduKind
from rapprochement.services.not_imputed import subject_of


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
    """A residual, with who follows it and since when, and who explained it. ``home``: the proof of
    the day that counts it, when it is an earlier one; ``line_id``: the bank line to impute."""

    residu: Residu
    days: int
    owner: str
    note: str
    explained_by: str = ""
    home: Rapprochement | None = None
    line_id: int | None = None

    @property
    def follow_up(self) -> str:
        """What is left to do of it, or why nothing is."""
        if not self.residu.explained:
            return _("À expliquer")
        if self.note and self.explained_by:
            words = {"who": self.explained_by, "note": self.note}
            return _("Expliqué par %(who)s : %(note)s") % words
        if self.note:
            return _("Expliqué : %(note)s") % {"note": self.note}
        if self.residu.kind == ResiduKind.EN_CHEMIN:
            return _("Expliqué : attendu en banque, dans le délai.")
        return _("Expliqué par le constat.")


@dataclass(frozen=True, slots=True)
class ProofContent:
    """The proof of a day. ``gaps``: those that wait first, then the oldest; ``carried``: what
    earlier days still have to explain, which this day does not count."""

    proof: Rapprochement
    closed: bool
    sides: list[Side]
    gaps: list[Gap]
    carried: list[Gap]

    @property
    def is_proved(self) -> bool:
        """Whether nothing of the day is left to explain."""
        return self.proof.unexplained == 0


def content_of(proof: Rapprochement) -> ProofContent:
    """Everything that the page and the PDF show, in the caller's scope."""
    residus = list(
        proof.residus.select_related("anomalie__owner", "anomalie__settled_by").order_by("pk")
    )
    own, carried = residus[: proof.residuals], residus[proof.residuals :]
    lines = _bank_lines(own)
    own.sort(key=lambda residu: (residu.explained, residu.since_on, residu.pk))
    return ProofContent(
        proof=proof,
        closed=Cloture.objects.filter(
            caisse_id=proof.caisse_id, periode=Periode.JOUR, last_on=proof.day_on
        ).exists(),
        sides=_sides(proof),
        gaps=[_gap(residu, proof, line_id=lines.get(residu.subject)) for residu in own],
        carried=list(_carried(proof, carried)),
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


def _carried(proof: Rapprochement, residus: list[Residu]) -> Iterator[Gap]:
    """Each with the first day that named it; what was settled since the computing is left out."""
    first_named = Residu.objects.filter(
        caisse_id=proof.caisse_id,
        rapprochement__day_on__lt=proof.day_on,
        anomalie__in=[residu.anomalie_id for residu in residus],
    ).order_by("anomalie", "rapprochement__day_on")
    homes = {
        each.anomalie_id: each.rapprochement
        for each in first_named.distinct("anomalie").select_related("rapprochement")
    }
    for residu in residus:
        if residu.anomalie is not None and residu.anomalie.settled_at is None:
            yield _gap(residu, proof, home=homes.get(residu.anomalie_id))


def _bank_lines(residus: list[Residu]) -> dict[str, int]:
    """The keys of the bank lines that nobody has imputed yet, by the subject of their residual."""
    waiting = [each for each in residus if each.kind == ResiduKind.BANQUE and not each.explained]
    names = [each.subject.partition(" ")[2] for each in waiting]
    lines = LigneBanque.objects.filter(public_id__in=names)
    return {subject_of(line): line.pk for line in lines}


def _gap(
    residu: Residu,
    proof: Rapprochement,
    *,
    home: Rapprochement | None = None,
    line_id: int | None = None,
) -> Gap:
    anomalie = residu.anomalie
    return Gap(
        residu=residu,
        days=max((_until(residu, proof) - residu.since_on).days, 0),
        owner=_name(anomalie.owner) if anomalie else "",
        note=anomalie.settled_note if anomalie else "",
        explained_by=_name(anomalie.settled_by) if anomalie else "",
        home=home,
        line_id=line_id,
    )


def _until(residu: Residu, proof: Rapprochement) -> date:
    """The day at which a residual is aged: that of the computing while somebody must explain it,
    that of its explanation, else the day itself, which its own kind explains."""
    if not residu.explained:
        return paris_date(proof.computed_at)
    settled_at = residu.anomalie.settled_at if residu.anomalie else None
    return paris_date(settled_at) if settled_at else proof.day_on


def _name(agent: Agent | None) -> str:
    return agent.get_username() if agent else ""
