"""A fund during a month: its people, its accountant, and what each morning brings."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from allocataires.models import Creance
from caf_portal.database.scope import national_scope
from caf_portal.paris import paris_date
from caf_portal.working_days import is_working_day
from caisses.models import Caisse
from caisses.models.habilitation import Role
from comptabilite.models import Anomalie, Cloture, Compte
from comptabilite.services.settling import settle_anomalie
from echanges.services.loading import apply_lot
from payments.models import Boutique, Payment, TropPercu
from payments.services.departing import hand_over
from payments.services.refunding import SamePerson
from rapprochement.models import CompteBancaire, LigneBanque, Residu
from rapprochement.models.files import Arrivee
from rapprochement.models.matches import ImputationKind
from rapprochement.services.chargebacks import record_all_chargebacks
from rapprochement.services.closing import ClosingRefused, close_day, close_month
from rapprochement.services.imputing import impute_by_agent
from rapprochement.services.missing_files import note_missing_files
from rapprochement.services.placing import place_on_debt
from rapprochement.services.receiving import receive_file
from rapprochement.services.reconciling import reconcile_fund
from rapprochement.services.writing_movements import write_movements
from tests.allocataires.sessions import enter, person_of
from tests.caisses.factories import agent_of
from tests.echanges.files import as_csv, receive
from tests.payments.factories import open_payment, signed_body
from tests.payments.plans import FORM, IPN, agreed_plan, dues_of, tell, uuid_of
from tests.rapprochement.readers.bank_statements import IBAN
from tests.scenarios.gestures import Online, approve, ask_back, platform_gives_back
from tests.scenarios.month_bank import Bank
from tests.scenarios.month_books import Books
from tests.scenarios.month_platform import Platform, Taken

CODE, DEPARTEMENT = "011", "01"


class Fund(Books):
    """The Ain in March 2027. ``now`` is frozen: ``at`` moves it. Days are those of March."""

    def __init__(self, clock: Any, client: Client) -> None:
        self.clock, self.client = clock, client
        self.caisse_id = Caisse.objects.get(code=CODE).pk
        with national_scope():
            shop = Boutique.objects.get(caisse_id=self.caisse_id, mode="TEST", platform="PAYZEN")
            compte = Compte.objects.get(caisse_id=self.caisse_id, number="5121")
            CompteBancaire.objects.create(
                caisse_id=self.caisse_id, iban=IBAN, label="Banque", compte=compte
            )
            self.accountant = agent_of(CODE, role=Role.COMPTABLE, login="comptable")
        self.platform = Platform(shop.site_id)
        self.bank = Bank(0, date(2027, 2, 26), camt_from=date(2027, 3, 15))
        self._sent = 0

    # The clock.

    def at(self, day: int, hour: int, minute: int = 0) -> datetime:
        """Move to an hour of the day of March, Paris time, and say which instant it is."""
        moment = self.moment(day, hour, minute)
        self.clock.move_to(moment, tick=False)
        return moment

    def moment(self, day: int, hour: int, minute: int = 0) -> datetime:
        """That instant, in UTC."""
        on = date(2027, 3, 1) + timedelta(days=day - 1)
        return datetime.combine(on, time(hour, minute), ZoneInfo("Europe/Paris")).astimezone(UTC)

    # People, and the fund's own software.

    def software_sends(self, *lines: Mapping[str, Any]) -> None:
        """The file of the fund's software, in which every line is right; the books follow."""
        now = timezone.now()
        self._sent += 1
        content = as_csv(*lines, journee=f"{paris_date(now)}", sequence=self._sent)
        lot = receive(content, now=now)
        lot = apply_lot(lot_id=lot.pk, caisse_id=lot.caisse_id, now=now)
        assert (lot.status, lot.rejected_lines) == ("APPLIQUE", 0)
        write_movements(caisse_id=self.caisse_id, now=now)

    def debt(self, nature: str) -> Creance:
        """The one debt of this nature."""
        with national_scope():
            return Creance.objects.select_related("allocataire").get(nature=nature)

    def leaves_for_the_bank(self, debt: Creance, cents: int) -> Payment:
        """A person starts to pay part of a debt online."""
        return open_payment(debt, shares={debt.public_id: cents}, now=timezone.now())

    def pays(self, debt: Creance, cents: int) -> Taken:
        """A person pays by card: the bank takes it and the platform says so."""
        return self.comes_back(self.leaves_for_the_bank(debt, cents))

    def comes_back(self, payment: Payment) -> Taken:
        """The bank takes what the person had left to pay, and the platform says so."""
        taken = self.platform.takes(payment, timezone.now())
        self.hears_of(taken)
        return taken

    def hears_of(self, taken: Taken, **more: str) -> None:
        """The notification of a transaction."""
        fields = {
            "vads_trans_uuid": taken.uuid.hex,
            "vads_effective_creation_date": f"{taken.at.astimezone(UTC):%Y%m%d%H%M%S}",
            **more,
        }
        answer = self.client.post(IPN, signed_body(taken.payment, **fields), content_type=FORM)
        assert answer.content == b"OK-APPLIED"

    def agrees_three_payments(self, debt: Creance) -> Payment:
        """Three dues of a third each: today, and on the 25th of the month."""
        plan = agreed_plan(debt, count=3, day=25, now=timezone.now())
        hand_over(payment=plan, now=timezone.now())
        return plan

    def due_is_taken(self, plan: Payment, rank: int) -> Taken:
        """The bank takes a due of a plan, and the platform says so."""
        due = dues_of(plan)[rank - 1]
        assert tell(self.client, plan, rank) == "OK-APPLIED"
        uuid = UUID(hex=uuid_of(plan, rank))
        return self.platform.takes(plan, timezone.now(), cents=due.amount_cents, uuid=uuid)

    def pays_due_online(self, plan: Payment, rank: int) -> Taken:
        """The person pays a refused due, by the button of the plan's page."""
        with national_scope():
            debt = plan.affectations.get().creance
        self._enters(debt)
        self.client.post(f"/echeancier/{plan.echeancier.public_id}/payer/{rank}/")
        with national_scope():
            payment = Payment.objects.get(echeance__rank=rank)
        return self.comes_back(payment)

    def pays_unheard(self, debt: Creance, cents: int) -> Taken:
        """The bank takes it, and the notification is lost."""
        return self.platform.takes(self.leaves_for_the_bank(debt, cents), timezone.now())

    def gives_back(self, taken: Taken) -> Taken:
        """One agent asks, another approves, and the platform makes a transaction of it."""
        self._give_back(taken, login="retour")
        return self.platform.gives_back(taken, timezone.now())

    def cancels(self, taken: Taken) -> None:
        """The same gestures on a payment that was not remitted: the platform cancels it."""
        self._give_back(taken, login="annulation")
        self.platform.cancels(taken, timezone.now())

    def _give_back(self, taken: Taken, *, login: str) -> None:
        with national_scope():
            asker, decider = agent_of(CODE, login=login), agent_of(CODE, login=f"{login}-2")
        online = Online(taken.payment, taken.uuid.hex, self.platform.rest)
        refund = ask_back(asker, online)
        with pytest.raises(SamePerson):
            approve(asker, refund)
        approve(decider, refund)
        assert platform_gives_back(online, refund) == "DONE"

    def places_the_surplus_on(self, debt: Creance) -> None:
        """The person, by the page of what was paid too much."""
        with self.scope:
            surplus = TropPercu.objects.get()
        self._enters(debt)
        answer = self.client.post(
            f"/trop-percu/{surplus.public_id}/", {"choix": debt.public_id.hex}
        )
        assert answer.status_code == 302

    def _enters(self, debt: Creance) -> None:
        """Whoever came before has left."""
        self.client.cookies.clear()
        enter(self.client, person_of(debt))

    # What comes in, and what the portal makes of it.

    def receives(self, name: str, content: bytes) -> None:
        """A file of the exchange folder."""
        receive_file(content=content, filename=name, arrivee=Arrivee.DOSSIER, now=timezone.now())

    def morning(self, *days: int, without: str = "", platform_answers: bool = True) -> None:
        """At eight of each day, the files of the day before, and what the portal makes of them."""
        for day in days:
            eve = paris_date(self.at(day, 8)) - timedelta(days=1)
            for name, content in self.platform.files(eve):
                if not without or f"_{without}_" not in name:
                    self.receives(name, content)
            if is_working_day(eve, DEPARTEMENT):
                self.receives(*self.bank.statement(eve))
            self.reconciles(platform_answers=platform_answers)

    def lost_file_arrives(self, kind: str, day: int) -> None:
        """A file of the platform that had not come with the others of its day."""
        found = self.platform.files(date(2027, 3, day))
        self.receives(*next(file for file in found if f"_{kind}_" in file[0]))
        self.reconciles()

    def reconciles(self, *, platform_answers: bool = True) -> None:
        """The tasks of the night, which guess nothing; they may ask the platform."""
        with self.platform.rest.listening():
            self.platform.rest.trouble = "" if platform_answers else "down"
            record_all_chargebacks(now=timezone.now())
            reconcile_fund(caisse_id=self.caisse_id, now=timezone.now())

    def noon(self, day: int) -> list[str]:
        """At noon, the files that should have come: their names on the work list."""
        now = self.at(day, 12)
        note_missing_files(now=now)
        with self.scope:
            missing = Anomalie.objects.still_open().filter(kind="MISSING_FILE")
            return list(missing.order_by("subject").values_list("subject", flat=True))

    # The accountant.

    def closes(self, *days: int) -> None:
        """The accountant closes these days: nothing of their proof is left to explain."""
        for day in days:
            with self.scope:
                closed = close_day(
                    caisse_id=self.caisse_id,
                    day_on=date(2027, 3, day),
                    agent=self.accountant,
                    now=timezone.now(),
                )
            assert closed.proof["unexplained"] == 0

    def cannot_close(self, day: int) -> str:
        """The sentence that refuses the closing."""
        with pytest.raises(ClosingRefused) as refused:
            self.closes(day)
        return str(refused.value).replace("\u00a0", " ")

    def closes_the_month(self) -> Cloture:
        """All its days are closed."""
        with self.scope:
            return close_month(
                caisse_id=self.caisse_id,
                day_on=date(2027, 3, 1),
                agent=self.accountant,
                now=timezone.now(),
            )

    def cannot_close_the_month(self) -> str:
        """The sentence that refuses it."""
        with pytest.raises(ClosingRefused) as refused:
            self.closes_the_month()
        return str(refused.value)

    def proof(self, day: int) -> list[str]:
        """What the last proof of a day could not match: its kind, its amount, its words."""
        with self.scope:
            found = Residu.objects.filter(rapprochement__day_on=date(2027, 3, day), explained=False)
            rows = list(found.order_by("kind", "pk"))
        return [f"{row.kind} {row.amount_cents} {row.detail}" for row in rows]

    def says_it_waits(self, line: LigneBanque, *, note: str) -> None:
        """The accountant does not know whose the money is: it goes to the suspense account."""
        with self.scope:
            impute_by_agent(
                ligne_id=line.pk,
                kind=ImputationKind.ATTENTE,
                agent=self.accountant,
                note=note,
                now=timezone.now(),
            )

    def places(self, line: LigneBanque, debt: Creance, *, note: str) -> None:
        """The accountant learns whose the money is: it repays that debt."""
        with self.scope:
            place_on_debt(
                ligne_banque=line,
                creance=debt,
                agent=self.accountant,
                note=note,
                now=timezone.now(),
            )

    def notes(self, kind: str, words: str) -> None:
        """The accountant settles the one open line of this kind on the work list."""
        with self.scope:
            line = Anomalie.objects.still_open().get(kind=kind)
            settle_anomalie(
                anomalie_id=line.pk, agent=self.accountant, note=words, now=timezone.now()
            )

    def bank_line(self, cents: int) -> LigneBanque:
        """The line of this amount."""
        with self.scope:
            return LigneBanque.objects.get(amount_cents=cents)
