"""The names of an account: an IBAN, or the bank, branch and account of CFONB 120."""

from stdnum import iban

_RIB_COUNTRIES = ("FR", "MC")


def normalised(account: str) -> str:
    """Without spaces, in capitals."""
    return "".join(account.split()).upper()


def is_iban(account: str) -> bool:
    """Whether this is an IBAN with a right key."""
    return bool(iban.is_valid(account))


def rib_of(account: str) -> str | None:
    """Bank (5), branch (5) and account (11) of a French IBAN, a RIB or a CFONB account, else None.

    A French IBAN is ``FRkk``, these 21 characters, then the two digits of the RIB's own key.
    """
    account = normalised(account)
    if len(account) == 27 and account.startswith(_RIB_COUNTRIES):
        return account[4:25]
    if len(account) in (21, 23) and account.isascii() and account[:10].isdigit():
        return account[:21]
    return None


def same_account(one: str, other: str) -> bool:
    """Whether two names, each an IBAN or a CFONB account, are those of one account."""
    one, other = normalised(one), normalised(other)
    return one == other or (rib_of(one) is not None and rib_of(one) == rib_of(other))
