"""What the database says, in the few figures that the payment machine compares with the truth."""

from collections import Counter, defaultdict

from django.db import connection
from django.db.models import Sum

from allocataires.models import Creance, Echeance, Mouvement
from caf_portal.database.scope import national_scope
from payments.models import Notification, Payment, Refund
from payments.services.invariants import find_breaches
from relation_usager.models import Message
from tests.payments.platform_double import Platform

#: Card receipts on their way to the bank, and money that nobody could place yet.
RECEIPTS, SUSPENSE = "5115", "471"

_LINES = """
SELECT k.number, e.event, e.piece, e.source_id, sum(l.debit_cents), sum(l.credit_cents)
  FROM comptabilite_ligne l
  JOIN comptabilite_ecriture e ON e.id = l.ecriture_id
  JOIN comptabilite_compte k ON k.id = l.compte_id
 GROUP BY k.number, e.event, e.piece, e.source_id
"""


class Ledger:
    """One look at every fund's books, taken in one transaction."""

    def __init__(self) -> None:
        #: Cents received by platform transaction, and given back by the same.
        self.received: dict[str, int] = {}
        self.given_back: Counter[str] = Counter()
        #: What is left on the account of receipts, and on the suspense accounts.
        self.receipts_cents = self.suspense_cents = 0
        #: Card écritures by reference of the attempt.
        self.booked: Counter[str] = Counter()
        with national_scope():
            self._read_lines()
            done = Refund.objects.filter(status="DONE").values_list("transaction__uuid")
            for uuid, cents in done.annotate(cents=Sum("amount_cents")).order_by():
                self.given_back[uuid.hex] = cents
            #: Cents taken off each debt by card, less what was put back.
            self.posted = self._posted()
            self.balances = dict(Creance.objects.values_list("pk", "balance_cents"))
            self.statuses = dict(Payment.objects.values_list("pk", "status"))
            self.said = self._messages()
            #: Dues paid by the platform's own debits, by plan.
            paid = Echeance.objects.filter(status="PAID")
            self.paid_dues = Counter(paid.values_list("echeancier_id", flat=True))

    def kept_cents(self, uuid: str) -> int:
        """What the fund has of one transaction, in its books."""
        return self.received.get(uuid, 0) - self.given_back[uuid]

    def _read_lines(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_LINES)
            for number, event, piece, source, debit, credit in cursor.fetchall():
                if number == RECEIPTS:
                    self.receipts_cents += int(debit - credit)
                    self.booked[piece] += event == "CARD_PAYMENT"
                    if debit:
                        self.received[source.hex] = int(debit)
                elif number.startswith(SUSPENSE):
                    self.suspense_cents += int(credit - debit)

    def _posted(self) -> Counter[int]:
        found: Counter[int] = Counter()
        lines = Mouvement.objects.filter(kind__in=["CARTE", "REMBOURSEMENT"]).order_by()
        summed = lines.values_list("creance_id", "kind").annotate(cents=Sum("amount_cents"))
        for creance_id, kind, cents in summed:
            found[creance_id] += cents if kind == "CARTE" else -cents
        return found

    def _messages(self) -> dict[str, list[str]]:
        """Kinds of the messages about each payment, by its public identifier."""
        found: dict[str, list[str]] = defaultdict(list)
        for source, kind in Message.objects.values_list("source_id", "kind"):
            found[str(source)].append(kind)
        return found


def agree(
    platform: Platform, *, known: set[str], payments: list[Payment], expected: dict[int, int]
) -> None:
    """Fail unless every rule holds and the books say what the model says.

    ``known`` are the transactions that we have certainly been told of, ``expected`` what each
    debt would be without any card.
    """
    breaches = find_breaches()
    assert breaches == [], f"rules are broken: {breaches}"
    ledger, taken = Ledger(), platform.taken()
    strange = {uuid for uuid, cents in ledger.received.items() if cents not in taken.get(uuid, ())}
    assert strange == set(), "the ledger holds money that the platform never had"
    assert known - set(ledger.received) == set(), "the ledger lacks money that we know of"
    early = {
        uuid for uuid in ledger.received if ledger.kept_cents(uuid) < platform.kept_cents(uuid)
    }
    assert early == set(), "the ledger gave back what the platform did not"
    posted_cents = sum(ledger.posted.values())
    assert ledger.receipts_cents == posted_cents + ledger.suspense_cents
    assert ledger.balances == {pk: cents - ledger.posted[pk] for pk, cents in expected.items()}
    for payment in payments:
        _one_story(ledger, payment)


def nothing_lost(platform: Platform) -> None:
    """Fail unless the books and the platform say the same of every transaction, to the cent."""
    ledger = Ledger()
    differ = {
        each.uuid
        for each in platform.operations
        if each.operation == "DEBIT"
        and each.currency == "978"
        and ledger.kept_cents(each.uuid) != platform.kept_cents(each.uuid)
    }
    assert differ == set(), "the ledger and the platform disagree in the end"
    with national_scope():
        assert not Notification.objects.filter(outcome__isnull=True).exists()


def _one_story(ledger: Ledger, payment: Payment) -> None:
    """Status, écriture and messages of one attempt say the same thing."""
    status, reference = ledger.statuses[payment.pk], payment.reference
    booked, said = ledger.booked[reference], ledger.said.get(str(payment.public_id), [])
    told = f"{reference} is {status}, booked {booked} times, said {said}"
    if payment.echeancier_id is not None:
        assert booked == ledger.paid_dues[payment.echeancier_id], told
        assert said.count("PAYMENT_HELD") >= (status == "HELD"), told
        assert "PAYMENT_BOOKED" not in said, told
        return
    if status == "REFUNDED":
        assert booked + said.count("PAYMENT_HELD") == 1, told
    else:
        assert booked == (status == "PAID"), told
        assert said.count("PAYMENT_HELD") == (status == "HELD"), told
    assert said.count("PAYMENT_BOOKED") == booked, told
