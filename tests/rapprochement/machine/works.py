"""What people, the platform, the bank and our tasks do, through the roads that they really take."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from allocataires.models import Creance, Mouvement
from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from caisses.models import Agent
from comptabilite.models import Anomalie, Ecriture
from comptabilite.services.lettering_debts import letter_debts
from comptabilite.services.reversing import reverse_ecriture
from comptabilite.services.settling import WordsNotEnough, settle_anomalie
from payments.models import Transaction
from payments.services.notifications import receive_notification
from payments.services.refund_sending import RefundTarget, refunds_on_their_way, send_refund
from payments.services.refunding import TakenBack, approve_refund, ask_refund
from payments.services.remains import refundable_cents
from payments.services.starting import PaymentRefused
from rapprochement.models import (
    FichierReleve,
    Imputation,
    LigneBanque,
    LignePlateforme,
    Remise,
    RemiseBanque,
)
from rapprochement.models.files import Arrivee
from rapprochement.services.chargebacks import record_all_chargebacks
from rapprochement.services.closing import ClosingRefused, close_day
from rapprochement.services.file_refusals import FileRefused
from rapprochement.services.imputation_writing import gap_source
from rapprochement.services.receiving import receive_file
from rapprochement.services.reconciling import reconcile_fund
from rapprochement.services.writing_movements import write_movements
from tests.payments.factories import open_payment, signed_body
from tests.rapprochement.machine.bank import Moved
from tests.rapprochement.machine.consequences import Consequences
from tests.rapprochement.machine.platform import File, Taken

FORM = "application/x-www-form-urlencoded"
PARIS = ZoneInfo("Europe/Paris")


class Works(Consequences):
    """Each work does something and writes down what must follow of it."""

    caisse_id: int
    now: datetime
    first_day: date
    creances: list[Creance]
    asker: Agent
    decider: Agent
    accountant: Agent

    def begin_works(self) -> None:
        """Nothing was received yet."""
        self.waiting: list[File] = []
        self.loaded: list[File] = []
        self.proved_until: date | None = None
        self.known_imputations = 0

    @property
    def today(self) -> date:
        """In Paris."""
        return paris_date(self.now)

    def scope(self):
        """What an agent of the fund sees."""
        return caisse_scope(self.caisse_id)

    # -- cards ------------------------------------------------------------------------------------

    def pays(self, debt: Creance, cents: int, *, meanwhile: int = 0) -> Taken | None:
        """A person leaves, the fund's software may withhold something, the bank takes the card."""
        try:
            payment = open_payment(debt, shares={debt.public_id: cents}, now=self.now)
        except PaymentRefused:
            return None
        if meanwhile:
            self.software_withholds(debt, meanwhile)
        return self.platform.take(payment, debt.pk, self.now, self.today)

    def hears_of(self, taken: Taken, status: str = "AUTHORISED") -> None:
        """The notification of a transaction arrives."""
        body = signed_body(
            taken.payment,
            vads_trans_uuid=taken.uuid.hex,
            vads_trans_id=taken.trans_id,
            vads_trans_status=status,
            vads_effective_creation_date=f"{taken.at.astimezone(UTC):%Y%m%d%H%M%S}",
        )
        receive_notification(body=body, content_type=FORM, now=self.now)
        if status == "AUTHORISED" and not taken.booked:
            self.book(taken, paris_date(taken.at))

    def software_withholds(self, debt: Creance, cents: int) -> None:
        """The fund's software takes something off a debt."""
        cents = min(cents, self.owed[debt.pk])
        if not cents:
            return
        with self.scope():
            Mouvement.objects.create(
                caisse_id=self.caisse_id,
                creance_id=debt.pk,
                kind="RETENUE",
                sens="BAISSE",
                amount_cents=cents,
                value_on=self.today,
                recorded_at=self.now,
            )
        self.withhold(debt.pk, cents, self.today)

    def gives_back(self, taken: Taken, cents: int, *, lost: bool) -> None:
        """Two agents agree, the platform does it; its answer may be lost."""
        with self.scope():
            debit = Transaction.objects.get(uuid=taken.uuid)
            left = refundable_cents(debit)
            assert left == taken.left_cents
            try:
                refund = ask_refund(
                    agent=self.asker,
                    transaction_id=debit.pk,
                    amount_cents=cents,
                    stated_cents=left,
                    reason="payé deux fois",
                    now=self.now,
                )
            except TakenBack:
                assert taken.charged_back
                return
        with self.scope():
            approve_refund(agent=self.decider, refund_id=refund.pk, now=self.now)
        self.platform.trouble = "lost" if lost else ""
        with self.platform.listening():
            send_refund(RefundTarget(refund.pk, self.caisse_id), now=self.now)
        back = self.platform.gave_back(taken, cents, self.now, self.today)
        if lost:
            taken.pending = back
        else:
            back.booked = True
            self.take_back(taken, cents, self.today)

    # -- files ------------------------------------------------------------------------------------

    def receives(self, file: File) -> bool:
        """A file of the platform comes; one that another must precede waits for it."""
        try:
            fichier = self._receive(file.name, file.content)
        except FileRefused as refusal:
            file.refusal = str(refusal)
            return False
        for told in file.told:
            told.loaded_at = self.now
        self.told += file.told
        self.loaded.append(file)
        self._name_rows(fichier, file)
        return True

    def _receive(self, name: str, content: bytes) -> FichierReleve:
        return receive_file(content=content, filename=name, arrivee=Arrivee.DOSSIER, now=self.now)

    def _name_rows(self, fichier: FichierReleve, file: File) -> None:
        with self.scope():
            rows = LignePlateforme.objects.filter(fichier=fichier).order_by("rank")
            found = list(rows.values_list("pk", "amount_cents", "day_on"))
            assert len(found) == len(file.told)
            for told, (pk, cents, day_on) in zip(file.told, found, strict=True):
                told.pk = pk
                assert (cents, day_on) == (told.cents, told.day_on), f"{file.name}: {told.line}"
            for remise in Remise.objects.filter(fichier=fichier):
                batch = next(b for b in self.platform.batches if b.number == remise.number)
                batch.pk = remise.pk
                assert (remise.gross_cents, remise.fee_cents) == (
                    batch.gross_cents,
                    batch.fee_cents,
                )

    def refuses_again(self, file: File, *, changed: bool) -> None:
        """A file that was loaded comes again, as it was or otherwise written: nothing is done."""
        content = file.content.replace(b"DEMO", b"Demo") if changed else file.content
        content += b"\r\n" if changed and content == file.content else b""
        with suppress(FileRefused):
            self._receive(file.name, content)
            raise AssertionError("a file of a day that is loaded was loaded again")

    def receives_statement(self, *, camt: bool) -> None:
        """The bank's statement until yesterday."""
        made = self.bank.statement(self.today - timedelta(days=1), camt=camt)
        if made is None:
            return
        name, content, moved = made
        fichier = self._receive(name, content)
        with self.scope():
            rows = LigneBanque.objects.filter(releve__fichier=fichier).order_by("rank")
            found = list(rows.values_list("pk", "amount_cents", "booked_on"))
        assert [(m.cents, m.on) for m in moved] == [(cents, on) for _pk, cents, on in found]
        for each, (pk, _cents, _on) in zip(moved, found, strict=True):
            each.pk = pk

    # -- our tasks --------------------------------------------------------------------------------

    def reconciles(self, *, answers: bool) -> None:
        """The tasks of the night; the platform may not answer."""
        self.platform.trouble = "" if answers else "down"
        with self.platform.listening():
            for target in refunds_on_their_way(now=self.now):
                send_refund(target, now=self.now)
            if answers:
                self.hear_of_refunds(self.today)
            record_all_chargebacks(now=self.now)
            self.record_chargebacks()
            write_movements(caisse_id=self.caisse_id, now=self.now)
            self.write_movements()
            reconcile_fund(caisse_id=self.caisse_id, now=self.now)
        self.platform.trouble = ""
        if answers:
            self.hear_of_lost(self.today)
        self.reads_imputations()
        letter_debts(caisse_id=self.caisse_id, now=self.now)
        self.proved_until = self.today - timedelta(days=1)

    def reads_imputations(self) -> None:
        """What was said of bank lines since the last look: what must follow is written down."""
        with self.scope():
            new = Imputation.objects.filter(pk__gt=self.known_imputations).order_by("pk")
            rows = list(new.values_list("pk", "ligne_id", "kind", "regle"))
            shares = {pk: self._shares_of(pk) for pk, *_rest in rows}
        for pk, ligne_id, kind, regle in rows:
            moved = next(each for each in self.bank.moves if each.pk == ligne_id)
            assert moved.said is None, "a bank line was imputed twice"
            if regle != "AGENT":
                self._was_not_guessed(moved, kind, shares[pk])
            self.say(moved, pk, kind, [(gross, fee) for _r, gross, fee in shares[pk]], moved.on)
            self.known_imputations = pk

    def _shares_of(self, imputation_id: int) -> list[tuple[int, int, int]]:
        found = RemiseBanque.objects.filter(imputation_id=imputation_id).order_by("pk")
        return list(found.values_list("remise_id", "gross_cents", "fee_cents"))

    def _was_not_guessed(
        self, moved: Moved, kind: str, shares: Sequence[tuple[int, int, int]]
    ) -> None:
        assert not moved.corrected, "a line that was taken back was read again"
        assert kind in {"REMISE", "REPRISE"}
        if shares:
            kept = sum(gross - fee for _pk, gross, fee in shares)
            assert kept == moved.cents, f"{moved} was imputed for {kept}"

    # -- the accountant ---------------------------------------------------------------------------

    def settles(self, only: int | None = None) -> None:
        """The accountant explains lines of the work list, where words may do."""
        with self.scope():
            lines = list(Anomalie.objects.still_open().order_by("pk").values_list("pk", flat=True))
        if only is not None:
            lines = lines[only % len(lines) :][:1] if lines else []
        for pk in lines:
            with self.scope(), suppress(WordsNotEnough):
                settle_anomalie(
                    anomalie_id=pk, agent=self.accountant, note="Vu et expliqué", now=self.now
                )

    def closes(self, day: date) -> str:
        """The accountant closes a day; why not, or nothing."""
        try:
            with self.scope():
                close_day(caisse_id=self.caisse_id, day_on=day, agent=self.accountant, now=self.now)
        except ClosingRefused as refusal:
            return str(refusal)
        self.write_movements()
        self.ledger.closed_until = day
        return ""

    def reverses_gap(self, which: int) -> None:
        """The accountant takes a small difference back by hand."""
        said = [m for m in self.bank.moves if m.said and m.said.gap and not m.said.gap_reversed]
        if not said:
            return
        found = said[which % len(said)].said
        assert found is not None
        with self.scope():
            source = gap_source(Imputation.objects.get(pk=found.pk))
            gap = Ecriture.objects.get(source_id=source, reverses__isnull=True)
            reverse_ecriture(
                ecriture_id=gap.pk, reason="Erreur", agent=self.accountant, now=self.now
            )
        self.ledger.reverse(found.gap, self.today)
        found.gap_reversed = True

    @property
    def next_to_close(self) -> date:
        """In order, from the first day of the machine."""
        closed = self.ledger.closed_until
        return self.first_day if closed is None else closed + timedelta(days=1)

    # -- time -------------------------------------------------------------------------------------

    def goes_to(self, hour: int, minute: int = 0) -> None:
        """The next time that a clock in Paris says so."""
        on = self.now.astimezone(PARIS).date()
        moment = datetime.combine(on, time(hour, minute), PARIS)
        if moment.astimezone(UTC) <= self.now:
            moment = datetime.combine(on + timedelta(days=1), time(hour, minute), PARIS)
        self.now = moment.astimezone(UTC)
