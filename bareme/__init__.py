"""The recovery scale of family benefits (D. 553-1 CSS): dated amounts and pure functions.

No Django, no database, no clock, no text for people: numbers in, numbers and codes out::

    from datetime import date
    from bareme import Household, Reading, Situation, monthly_retenue

    situation = Situation(
        on=date(2025, 3, 1), household=Household.SINGLE, children=1,
        resources_cents=120_000, benefits_cents=0, housing_cents=20_000,
    )
    retenue = monthly_retenue(situation, reading=Reading.AS_PRINTED)
    retenue.amount_cents                        # 11040
    [line.code for line in retenue.lines]       # net-resources, parts, quotient, flat, slice…

- ``Situation``: the household, checked when made (``SituationRefused`` names the field).
- ``monthly_retenue(situation, *, reading, rounding=…, scale=None) -> Retenue``.
- ``is_worth_changing(old_cents, new_cents) -> bool``: the 20 % of D. 553-2.
- ``scale_of_year``, ``scale_on``, ``base_scale``, ``known_scales``: the amounts and their source; a
  year without amounts raises ``ScaleUnknown``, and is never guessed.
- ``to_cents(fraction, rounding=…)``: an exact number of a line, in whole cents to show.

Every refusal is a ``BaremeError``. What each line holds is said beside ``LineCode``.
"""

from bareme.change import is_worth_changing
from bareme.errors import BaremeError
from bareme.lines import Line, LineCode, Number, Rounding, Unit, to_cents
from bareme.retenue import (
    Assumption,
    Reading,
    Retenue,
    ScaleOfAnotherTerritory,
    monthly_retenue,
)
from bareme.scales import (
    DeemedQuotientUnknown,
    Scale,
    ScaleMalformed,
    ScaleUnknown,
    Slice,
    SourceKind,
    Territory,
    base_scale,
    known_scales,
    scale_of_year,
    scale_on,
)
from bareme.situation import (
    AmountTooLarge,
    ChildrenOutOfRange,
    Fraud,
    Household,
    NegativeAmount,
    NotAChoice,
    NotADate,
    NotWholeCents,
    Situation,
    SituationRefused,
)

__all__ = [
    "AmountTooLarge",
    "Assumption",
    "BaremeError",
    "ChildrenOutOfRange",
    "DeemedQuotientUnknown",
    "Fraud",
    "Household",
    "Line",
    "LineCode",
    "NegativeAmount",
    "NotAChoice",
    "NotADate",
    "NotWholeCents",
    "Number",
    "Reading",
    "Retenue",
    "Rounding",
    "Scale",
    "ScaleMalformed",
    "ScaleOfAnotherTerritory",
    "ScaleUnknown",
    "Situation",
    "SituationRefused",
    "Slice",
    "SourceKind",
    "Territory",
    "Unit",
    "base_scale",
    "is_worth_changing",
    "known_scales",
    "monthly_retenue",
    "scale_of_year",
    "scale_on",
    "to_cents",
]
