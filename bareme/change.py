"""When a new computation replaces the retenue in force (D. 553-2)."""

from bareme.situation import check_amount

#: The situation changed, but the retenue only follows if it moves by this part of itself or more.
LEAST_CHANGE_PERCENT = 20


def is_worth_changing(old_cents: int, new_cents: int) -> bool:
    """Whether the new monthly amount differs from the old by at least 20 % of the old (D. 553-2).

    Up or down; exactly 20 % counts. From nothing, any amount does. Raises a ``SituationRefused``
    for what is not an amount.
    """
    check_amount("old_cents", old_cents)
    check_amount("new_cents", new_cents)
    moved = abs(new_cents - old_cents)
    return moved > 0 and moved * 100 >= old_cents * LEAST_CHANGE_PERCENT
