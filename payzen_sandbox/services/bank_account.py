"""The account of a shop at a bank that does not exist, always the same for a shop."""

from payzen_sandbox.shops import Shop

BANK = "99999"
BRANCH = "00001"


def account_number(shop: Shop) -> str:
    """Eleven characters: the site id after zeros."""
    return f"{shop.site_id:0>11}"


def iban(shop: Shop) -> str:
    """`FR` and 25 digits, with right keys: a program that checks them accepts it."""
    account = account_number(shop)
    key = 97 - (89 * int(BANK) + 15 * int(BRANCH) + 3 * int(account)) % 97
    bban = f"{BANK}{BRANCH}{account}{key:02d}"
    # F is 15 and R is 27, then two zeros: ISO 13616.
    return f"FR{98 - int(f'{bban}152700') % 97:02d}{bban}"
