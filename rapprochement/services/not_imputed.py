"""What waits: bank lines without an imputation, remittances that did not come whole."""

from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum

from rapprochement.models import Imputation, LigneBanque, Remise, RemiseBanque


def not_imputed(*, caisse_id: int) -> QuerySet[LigneBanque]:
    """The bank lines of a fund that no imputation in force says."""
    in_force = Imputation.objects.in_force().filter(ligne=OuterRef("pk"))
    return LigneBanque.objects.filter(~Exists(in_force), caisse_id=caisse_id)


def taken_back(*, caisse_id: int, day_on: date) -> QuerySet[Imputation, Any]:
    """The lines (``ligne_id``) of which an imputation was reversed on this day of the books."""
    corrected = Imputation.objects.filter(
        caisse_id=caisse_id,
        corrected_at__isnull=False,
        ecriture__reversed_by__accounting_on=day_on,
    )
    return corrected.values("ligne_id")


def not_whole(*, caisse_id: int) -> QuerySet[Remise]:
    """The remittances of a fund that no bank line brought, or not whole: ``brought_cents``, gross,
    is null or what came."""
    of_the_fund = Remise.objects.filter(caisse_id=caisse_id).annotate(brought_cents=brought_cents())
    return of_the_fund.filter(Q(brought_cents__isnull=True) | ~Q(brought_cents=F("gross_cents")))


def brought_cents() -> Subquery:
    """Of each remittance of a query, the gross cents that bank lines brought; none yet: null."""
    brought = RemiseBanque.objects.in_force().filter(remise=OuterRef("pk")).order_by()
    return Subquery(brought.values("remise").annotate(cents=Sum("gross_cents")).values("cents"))


def imputed_as() -> Subquery:
    """Of each bank line of a query, the kind of its imputation in force; none yet: null."""
    in_force = Imputation.objects.in_force().filter(ligne=OuterRef("pk"))
    return Subquery(in_force.values("kind")[:1])


def subject_of(line: LigneBanque) -> str:
    """What names a line on the work list and in proofs."""
    return f"banque {line.public_id.hex}"


def words_of(line: LigneBanque) -> str:
    """A line in the bank's words, for the work list and proofs."""
    return f"Banque : {line.label} {line.reference}".strip()
