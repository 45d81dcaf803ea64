"""What the accountant does to the books, rightly or wrongly."""

from collections.abc import Callable
from datetime import date

from hypothesis import strategies as st

from rapprochement.models import Appariement, LigneBanque
from rapprochement.models.matches import ImputationKind
from rapprochement.services.imputation_writing import ImputationRefused
from rapprochement.services.imputing import impute_by_agent
from rapprochement.services.imputing_by_agent import Difference
from rapprochement.services.placing import PlacingRefused, place_on_debt
from rapprochement.services.reimputing import CorrectionRefused, correct_imputation
from tests.rapprochement.machine.acting import T, among, mostly, picks, sometimes
from tests.rapprochement.machine.bank import Moved
from tests.rapprochement.machine.looks import seal_of
from tests.rapprochement.machine.works import Works


class Accountant(Works):
    """Bank lines said, corrected and placed, residuals explained, days closed."""

    seals: dict[date, str]

    def goes_on(self) -> None:
        """Ordinary life, that makes something to work on."""
        raise NotImplementedError

    def _one(self, find: Callable[[], list[T]], which: int) -> T | None:
        """One of what is found; ordinary life goes on until there is some, three times at most."""
        for _again in range(3):
            if found := find():
                return among(found, which)
            self.goes_on()
        found = find()
        return among(found, which) if found else None

    # -- the accountant ---------------------------------------------------------------------------

    @sometimes(3, which=picks, how=st.sampled_from(["truth", "truth", "truth", *ImputationKind]))
    def impute(self, which: int, how: str) -> None:
        """The accountant says what a bank line is, and may be wrong."""
        moved = self._one(self._unsaid, which)
        if moved is not None:
            if how == "truth":
                self.says_the_truth(moved)
            else:
                batches = [b.pk for b in self.platform.batches if b.pk][-1:]
                self._says(moved, ImputationKind(how), batches if how == "REMISE" else [], [])

    def _unsaid(self) -> list[Moved]:
        return [m for m in self.bank.moves if m.pk and m.said is None]

    def says_the_truth(self, moved: Moved) -> None:
        """What the line is, if the files of the platform say it too; else it waits."""
        came_in = moved.cents > 0
        remises = [batch.pk for batch in moved.batches]
        with self.scope():
            pairs = Appariement.objects.filter(
                plateforme__in=[told.pk for told in moved.charges]
            ).exclude(ligne__lettrages__live=True)
            charges = list(pairs.values_list("ligne_id", flat=True))
        if remises and all(remises):
            kind = ImputationKind.REMISE if came_in else ImputationKind.REPRISE
            if self._says(moved, kind, remises, []):
                return
        if moved.charges and self._says(moved, ImputationKind.REPRISE, [], charges):
            return
        self._says(moved, ImputationKind.ATTENTE, [], [])

    def _says(
        self, moved: Moved, kind: ImputationKind, remises: list[int], charges: list[int]
    ) -> bool:
        differences = [Difference.NONE]
        if remises:
            differences += [Difference.GAP, Difference.FEE]
        for difference in differences:
            try:
                with self.scope():
                    impute_by_agent(
                        ligne_id=moved.pk,
                        kind=kind,
                        agent=self.accountant,
                        note="Vu",
                        now=self.now,
                        remise_ids=remises,
                        charge_ids=charges,
                        difference=difference,
                    )
            except ImputationRefused:
                continue
            self.reads_imputations()
            return True
        return False

    @sometimes(1, which=picks)
    def correct(self, which: int) -> None:
        """The accountant takes back what was said of a bank line."""
        moved = self._one(lambda: [m for m in self.bank.moves if m.said], which)
        if moved is None or moved.said is None:
            return
        try:
            with self.scope():
                correct_imputation(
                    imputation_id=moved.said.pk,
                    reason="Erreur",
                    agent=self.accountant,
                    now=self.now,
                )
        except CorrectionRefused:
            assert moved.said.placed_cents
        else:
            self.take_said_back(moved)

    @sometimes(2, which=picks, whose=picks, part=st.sampled_from([1, 2]))
    def place(self, which: int, whose: int, part: int) -> None:
        """Money that waited repays a debt."""
        moved, debt = self._one(self._suspended, which), among(self.creances, whose)
        if moved is None or moved.said is None:
            return
        cents = min(moved.said.waiting_cents // part, self.owed[debt.pk])
        with self.scope():
            line = LigneBanque.objects.get(pk=moved.pk)
        try:
            with self.scope():
                place_on_debt(
                    ligne_banque=line,
                    creance=debt,
                    agent=self.accountant,
                    note="Appel de la personne",
                    now=self.now,
                    amount_cents=cents,
                )
        except PlacingRefused:
            assert cents == 0
        else:
            self.give_to_debt(moved, debt.pk, cents, self.today)

    def _suspended(self) -> list[Moved]:
        return [m for m in self.bank.moves if m.said and m.said.waiting_cents]

    @sometimes(1, which=picks, gap=st.booleans())
    def explain(self, which: int, gap: bool) -> None:
        """A line of the work list is settled by words, or a gap written off is taken back."""
        if gap:
            self.reverses_gap(which)
        else:
            self.settles(which)

    @sometimes(2, explained=mostly)
    def close(self, explained: bool) -> None:
        """The accountant closes the next day, or is told why not."""
        day = self.next_to_close
        refusal = self.closes(day)
        if refusal and explained:
            self.settles()
            refusal = self.closes(day)
        if not refusal:
            self.seals[day] = seal_of(self.caisse_id, day)
