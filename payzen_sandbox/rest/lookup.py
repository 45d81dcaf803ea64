"""Find a shop's own transactions and payment orders; another shop's do not exist for it."""

from payzen_sandbox.models import PaymentOrder, Transaction
from payzen_sandbox.rest.envelope import NotFound
from payzen_sandbox.rest.fields import Body, text
from payzen_sandbox.shops import Shop


def find_transaction(body: Body, shop: Shop, name: str = "uuid") -> Transaction:
    """The transaction of `uuid`. Raises NotFound (PSP_010)."""
    found = Transaction.objects.of_shop(shop.site_id).filter(uuid=text(body, name)).first()
    if found is None:
        raise NotFound
    return found


def find_order(body: Body, shop: Shop) -> PaymentOrder:
    """The payment order of `paymentOrderId`. Raises NotFound (PSP_010)."""
    reference = text(body, "paymentOrderId")
    found = PaymentOrder.objects.filter(site_id=shop.site_id, reference=reference).first()
    if found is None:
        raise NotFound
    return found
