"""Currencies of the sandbox's contracts: numeric in forms, alphabetic in REST (ISO 4217)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Currency:
    """One currency; `decimals` tells how many digits of the amount follow the decimal point."""

    numeric: str
    alphabetic: str
    decimals: int
    symbol: str


EUR = Currency("978", "EUR", 2, "€")
CURRENCIES = {
    currency.numeric: currency
    for currency in (
        EUR,
        Currency("840", "USD", 2, "$"),
        Currency("826", "GBP", 2, "£"),
        Currency("756", "CHF", 2, "CHF"),
        Currency("953", "XPF", 0, "XPF"),
    )
}
