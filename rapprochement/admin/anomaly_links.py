"""From an anomaly to what files say of it: the line, its file, the proof of its day."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance
from comptabilite.anomaly_pages import AnomalyPage, add_finder, add_origin_finder
from comptabilite.models import Anomalie
from comptabilite.models.anomalie import AnomalieKind
from payments.models import Payment
from rapprochement.models import (
    CompteBancaire,
    FichierReleve,
    Impaye,
    Imputation,
    LigneBanque,
    LignePlateforme,
    Remise,
    Residu,
)
from rapprochement.services.chargeback_by_accountant import may_be_booked

_BRING = AnomalyPage(_("déposer le fichier"), "rapprochement_fichierreleve_add", None, acts=True)
_FILES = AnomalyPage(_("les fichiers reçus"), "rapprochement_fichierreleve_changelist", None)


def pages_behind(anomalie: Anomalie) -> list[AnomalyPage]:
    """What the subject names, then the proof that counts it."""
    finder = _BY_KIND.get(AnomalieKind(anomalie.kind))
    return [*finder(anomalie), *_proofs(anomalie)] if finder else []


def origins(sources: Collection[UUID]) -> Mapping[UUID, list[AnomalyPage]]:
    """The lines of the bank, and those of the platform, that écritures book."""
    lines = LigneBanque.objects.filter(public_id__in=list(sources))
    told = LignePlateforme.objects.filter(public_id__in=list(sources))
    # After a correction, the écriture of a line has a name of its own.
    again = Imputation.objects.filter(ecriture__source_id__in=list(sources))
    return {
        **{
            source: [_bank_page(pk)]
            for source, pk in again.values_list("ecriture__source_id", "ligne_id")
        },
        **{line.public_id: [_bank_page(line.pk)] for line in lines},
        **{line.public_id: [_gateway_page(line.pk)] for line in told},
    }


def _of_chargeback(anomalie: Anomalie) -> list[AnomalyPage]:
    """The chargeback, by its own identifier or by that of its transaction, and its file."""
    known = Impaye.objects.filter(caisse_id=anomalie.caisse_id).select_related("plateforme")
    named = UUID(hex=anomalie.subject)
    impaye = known.filter(public_id=named).first() or known.filter(transaction__uuid=named).first()
    if impaye is None:
        return []
    page = AnomalyPage(_("l’impayé"), "rapprochement_impaye_change", impaye.pk)
    pages = [*_debts_of(impaye), page, _of_file(impaye.plateforme.fichier_id)]
    if may_be_booked(impaye):
        pages.append(AnomalyPage(_("enregistrer cet impayé"), "impaye_book", impaye.pk, acts=True))
    return pages


def _debts_of(impaye: Impaye) -> list[AnomalyPage]:
    """The debts that the payment repaid, and that are due again."""
    paid = Creance.objects.filter(
        caisse_id=impaye.caisse_id, affectations__payment_id=impaye.payment_id
    )
    debts = paid.distinct().order_by("pk") if impaye.payment_id else paid.none()
    return [
        AnomalyPage(
            _("la créance %(debt)s") % {"debt": debt},
            "allocataires_creance_change",
            debt.pk,
            acts=True,
        )
        for debt in debts
    ]


def _of_refused_file(anomalie: Anomalie) -> list[AnomalyPage]:
    """The file that was loaded after all, all of them, and where to bring it again."""
    loaded = FichierReleve.objects.filter(
        caisse_id=anomalie.caisse_id, sha256=anomalie.subject
    ).first()
    return [*([_of_file(loaded.pk)] if loaded else []), _FILES, _BRING]


def _of_missing_file(anomalie: Anomalie) -> list[AnomalyPage]:
    """The bank account that has no statement, what did come, and where to bring the file."""
    words = anomalie.subject.split(" ")
    if words[0] != "RELEVE":
        return [_FILES, _BRING]
    accounts = CompteBancaire.objects.filter(caisse_id=anomalie.caisse_id, iban__in=words[1:2])
    shown = [
        AnomalyPage(_("le compte bancaire"), "rapprochement_comptebancaire_change", account.pk)
        for account in accounts
    ]
    return [*shown, _FILES, _BRING]


def _of_line(anomalie: Anomalie) -> list[AnomalyPage]:
    """A line of the platform or of the bank, or a remittance, by the word before its name."""
    what, _space, name = anomalie.subject.partition(" ")
    caisse_id = anomalie.caisse_id
    if what == "plateforme" and len(name) == 32:
        return _of_gateway(caisse_id, UUID(hex=name))
    if what == "banque" and len(name) == 32:
        line = LigneBanque.objects.filter(caisse_id=caisse_id, public_id=UUID(hex=name)).first()
        return [_bank_page(line.pk)] if line else []
    if what == "remise" and name.isdecimal():
        remise = Remise.objects.filter(caisse_id=caisse_id, pk=int(name)).first()
        page = "rapprochement_remise_change"
        return [AnomalyPage(_("la remise"), page, remise.pk)] if remise else []
    return []


def _of_gateway(caisse_id: int, public_id: UUID) -> list[AnomalyPage]:
    """The line, its file, and the payment whose page asks the platform."""
    line = LignePlateforme.objects.filter(caisse_id=caisse_id, public_id=public_id).first()
    if line is None:
        return []
    pages = [
        _gateway_page(line.pk),
        _of_file(line.fichier_id),
    ]
    payment = Payment.objects.filter(
        caisse_id=caisse_id, reference=line.order_reference or "-"
    ).first()
    if payment is not None:
        words = _("le paiement, pour interroger la plateforme")
        pages.append(AnomalyPage(words, "payments_payment_change", payment.pk, acts=True))
    return pages


def _proofs(anomalie: Anomalie) -> list[AnomalyPage]:
    """The proof of the first day that named it: the one that counts it."""
    named = Residu.objects.filter(caisse_id=anomalie.caisse_id, anomalie=anomalie)
    first = named.order_by("rapprochement__day_on").select_related("rapprochement").first()
    if first is None:
        return []
    proof = first.rapprochement
    words = _("la preuve de la journée du %(jour)s") % {"jour": f"{proof.day_on:%d/%m/%Y}"}
    return [AnomalyPage(words, "rapprochement_rapprochement_change", proof.pk, acts=True)]


def _bank_page(pk: int) -> AnomalyPage:
    return AnomalyPage(_("la ligne de banque"), "rapprochement_lignebanque_change", pk, acts=True)


def _gateway_page(pk: int) -> AnomalyPage:
    words = _("la ligne de la plateforme")
    return AnomalyPage(words, "rapprochement_ligneplateforme_change", pk)


def _of_file(fichier_id: int) -> AnomalyPage:
    return AnomalyPage(_("le fichier"), "rapprochement_fichierreleve_change", fichier_id)


_BY_KIND: dict[AnomalieKind, Callable[[Anomalie], list[AnomalyPage]]] = {
    AnomalieKind.CHARGEBACK: _of_chargeback,
    AnomalieKind.CHARGEBACK_TO_BOOK: _of_chargeback,
    AnomalieKind.FILE_REFUSED: _of_refused_file,
    AnomalieKind.MISSING_FILE: _of_missing_file,
    AnomalieKind.BANK_LINE: _of_line,
    AnomalieKind.RESIDUAL: _of_line,
    AnomalieKind.LOST_NOTIFICATION: _of_line,
}

add_finder(pages_behind)
add_origin_finder(origins)
