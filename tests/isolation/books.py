"""A row in each table of the books: versions, closing, numbers, letters, exports, statements."""

import zlib
from datetime import timedelta
from uuid import uuid4

from caisses.models import Agent
from comptabilite.models import (
    Anomalie,
    Cloture,
    Compte,
    CompteSchema,
    DemandeCloture,
    Ecriture,
    Export,
    JournalSchema,
    Lettrage,
    Ligne,
    LigneLettree,
    MorceauExport,
    NoteLigne,
    SchemaComptable,
    TraceAnomalie,
)
from comptabilite.models.events import Evenement
from comptabilite.services.validation import validate_day
from comptabilite.services.writing import Part, write_ecriture
from payments.models import Payment, Refund, Representation, Transaction
from rapprochement.models import (
    Appariement,
    CompteBancaire,
    FichierReleve,
    Impaye,
    Imputation,
    LigneBanque,
    LignePlateforme,
    MorceauFichier,
    Rapprochement,
    Releve,
    Remise,
    RemiseBanque,
    Residu,
    SuiteImpaye,
)
from tests.payments.factories import NOW

TODAY = NOW.date()
LATER = NOW + timedelta(days=1)


def write_books(paid: Payment, agent: Agent, anomalie: Anomalie) -> None:
    """By hand, inside a national scope, once everything else of the fund is there."""
    ecriture = Ecriture.objects.get(piece=paid.reference)
    ligne = Ligne.objects.filter(ecriture=ecriture, compte__number="5115").get()
    received = _statements(paid, ligne, agent, anomalie)
    _letters(ligne, received)
    _versions(ligne, agent)
    _closing(ecriture, agent)
    _asked(ligne, agent)
    TraceAnomalie.objects.create(
        caisse=anomalie.caisse, anomalie=anomalie, at=NOW, agent=agent, kind="NOTE", note="essai"
    )
    NoteLigne.objects.create(caisse=anomalie.caisse, ligne=ligne, at=NOW, agent=agent, text="essai")


def _asked(ligne: Ligne, agent: Agent) -> None:
    DemandeCloture.objects.create(
        caisse=ligne.caisse,
        periode="MOIS",
        last_on=TODAY,
        asked_by=agent,
        asked_at=NOW,
        ended_at=NOW,
    )


def _versions(ligne: Ligne, agent: Agent) -> None:
    caisse = ligne.caisse
    schema = SchemaComptable.objects.create(
        caisse=caisse,
        effective_on=TODAY + timedelta(days=30),
        label="essai",
        status="BROUILLON",
        drafted_by=agent,
    )
    JournalSchema.objects.create(
        caisse=caisse,
        schema=schema,
        journal=ligne.ecriture.journal,
        label="essai",
        kind="ENCAISSEMENT",
    )
    CompteSchema.objects.create(caisse=caisse, schema=schema, compte=ligne.compte, label="essai")


def _statements(paid: Payment, ligne: Ligne, agent: Agent, anomalie: Anomalie) -> Ecriture:
    caisse, boutique = paid.caisse, paid.boutique
    jrb = _file(paid, "JRB", boutique=boutique)
    MorceauFichier.objects.create(caisse=caisse, fichier=jrb, rank=0, content=zlib.compress(b"x"))
    remise = Remise.objects.create(
        caisse=caisse,
        boutique=boutique,
        fichier=jrb,
        number="1",
        remitted_on=TODAY,
        operations=1,
        gross_cents=ligne.debit_cents,
        fee_cents=0,
        net_cents=ligne.debit_cents,
    )
    told = LignePlateforme.objects.create(
        caisse=caisse,
        fichier=jrb,
        boutique=boutique,
        kind="JRB",
        rank=1,
        operation="DEBIT",
        amount_cents=ligne.debit_cents,
        day_on=TODAY,
        remise=remise,
    )
    Appariement.objects.create(
        caisse=caisse, plateforme=told, kind="JRB", ligne=ligne, regle="EXACTE", matched_at=NOW
    )
    # The database totals it: a row of ``TotalFichier``.
    LignePlateforme.objects.create(
        caisse=caisse,
        fichier=_file(paid, "JT", boutique=boutique),
        boutique=boutique,
        kind="JT",
        rank=1,
        operation="DEBIT",
        amount_cents=ligne.debit_cents,
        day_on=TODAY,
    )
    impaye = Impaye.objects.create(
        caisse=caisse,
        plateforme=told,
        payment=paid,
        transaction=paid.transactions.get(),
        amount_cents=1_00,
        charged_on=TODAY,
        status="A_TRAITER",
        recorded_at=NOW,
    )
    _booked_by_hand(impaye, agent)
    received = _bank(paid, remise, ligne)
    proof = Rapprochement.objects.create(caisse=caisse, day_on=TODAY, computed_at=NOW)
    Residu.objects.create(
        caisse=caisse,
        rapprochement=proof,
        kind="BANQUE",
        subject="essai",
        amount_cents=1_00,
        since_on=TODAY,
        detail="essai",
        anomalie=anomalie,
    )
    return received


def _booked_by_hand(impaye: Impaye, agent: Agent) -> None:
    """An impayé of which a part was left, and came back."""
    held = Transaction.objects.get(caisse=impaye.caisse, payment__status="HELD")
    refund = Refund.objects.create(
        caisse=impaye.caisse,
        payment=held.payment,
        transaction=held,
        public_id=impaye.public_id,
        amount_cents=40,
        stated_cents=40,
        reason="essai",
        origin="PLATFORM",
        status="DONE",
        kind="IMPAYE",
        asked_at=NOW,
        settled_at=NOW,
    )
    Representation.objects.create(
        caisse=impaye.caisse,
        refund=refund,
        source_id=uuid4(),
        amount_cents=10,
        given_on=TODAY,
        recorded_at=NOW,
    )
    event = Evenement.CHARGEBACK_SUSPENSE
    ecriture = write_ecriture(
        caisse_id=impaye.caisse_id,
        event=event,
        parts=[Part(event, impaye.amount_cents, "essai")],
        source_id=impaye.public_id,
        piece="essai",
        label="essai",
        now=NOW,
    )
    SuiteImpaye.objects.create(
        caisse=impaye.caisse,
        impaye=impaye,
        kind="REPRIS",
        ecriture=ecriture,
        beyond_cents=60,
        note="essai",
        booked_at=NOW,
        booked_by=agent,
    )


def _file(paid: Payment, kind: str, **more: object) -> FichierReleve:
    return FichierReleve.objects.create(
        caisse=paid.caisse,
        kind=kind,
        day_on=TODAY,
        filename="essai",
        sha256=f"{kind:0<8}{paid.caisse.code:0<56}".lower(),
        size_bytes=1,
        lines=1,
        arrivee="DEPOT",
        received_at=NOW,
        **more,
    )


def _bank(paid: Payment, remise: Remise, ligne: Ligne) -> Ecriture:
    caisse = paid.caisse
    account = CompteBancaire.objects.create(
        caisse=caisse,
        iban=f"FR76{caisse.code:0<23}",
        label="essai",
        compte=Compte.objects.get(caisse=caisse, number="5121"),
    )
    releve = Releve.objects.create(
        caisse=caisse,
        fichier=_file(paid, "CAMT053"),
        compte_bancaire=account,
        rank=1,
        first_on=TODAY,
        last_on=TODAY,
        opening_cents=0,
        closing_cents=ligne.debit_cents,
    )
    line = LigneBanque.objects.create(
        caisse=caisse,
        releve=releve,
        rank=1,
        booked_on=TODAY,
        value_on=TODAY,
        amount_cents=ligne.debit_cents,
        label="essai",
    )
    received = write_ecriture(
        caisse_id=caisse.pk,
        event=Evenement.REMITTANCE,
        parts=[Part(Evenement.REMITTANCE, ligne.debit_cents, "essai")],
        source_id=line.public_id,
        piece="essai",
        label="essai",
        now=NOW,
    )
    imputation = Imputation.objects.create(
        caisse=caisse,
        ligne=line,
        kind="REMISE",
        regle="REMISE",
        ecriture=received,
        imputed_at=NOW,
    )
    RemiseBanque.objects.create(
        caisse=caisse, imputation=imputation, remise=remise, gross_cents=remise.gross_cents
    )
    return received


def _letters(ligne: Ligne, received: Ecriture) -> None:
    answer = received.lignes.get(compte=ligne.compte)
    lettrage = Lettrage.objects.create(
        caisse=ligne.caisse,
        compte=ligne.compte,
        rank=0,
        lettered_on=TODAY,
        lettered_at=NOW,
        reason="essai",
    )
    LigneLettree.objects.bulk_create(
        LigneLettree(caisse=ligne.caisse, lettrage=lettrage, ligne=each) for each in (ligne, answer)
    )


def _closing(ecriture: Ecriture, agent: Agent) -> None:
    caisse = ecriture.caisse
    closing = Cloture.objects.create(
        caisse=caisse,
        periode="JOUR",
        first_on=ecriture.accounting_on,
        last_on=ecriture.accounting_on,
        closed_at=LATER,
        closed_by=agent,
    )
    validate_day(cloture=closing, validated_on=LATER.date(), now=LATER)
    export = Export.objects.create(
        caisse=caisse,
        public_id=uuid4(),
        format="CSV",
        first_on=TODAY,
        last_on=TODAY,
        as_of=LATER,
        asked_at=LATER,
        asked_by=agent,
    )
    MorceauExport.objects.create(
        caisse=caisse, export=export, part="FICHIER", rank=0, content=zlib.compress(b"x")
    )
