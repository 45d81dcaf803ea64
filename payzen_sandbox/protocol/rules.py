"""What a value must respect beyond its format: enumerations, ranges, shapes.

Each rule takes a value that is not empty and tells whether it is right.
"""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from payzen_sandbox.protocol.currencies import CURRENCIES

Rule = Callable[[str], bool]

LANGUAGES = frozenset(
    {"de", "en", "zh", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "sv", "tr"}
)
NETWORKS = ("CB", "VISA", "MASTERCARD")
REDIRECT_SECONDS_MAX = 300
HOST_AND_PORT = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
# 900000 to 999999 belongs to the platform: refunds, duplications, manual payments.
PLATFORM_TRANS_ID = re.compile(r"9\d{5}")


def one_of(*values: str) -> Rule:
    """Rule: the value is one of these."""
    return frozenset(values).__contains__


def matches(pattern: str) -> Rule:
    """Rule: the whole value matches the pattern."""
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def is_url(value: str) -> bool:
    """An absolute http or https address.

    Host and port only before the path: the page's policy quotes them, and a `;` there would
    write a policy of its own.
    """
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and HOST_AND_PORT.fullmatch(parts.netloc) is not None


def names_an_offered_network(value: str) -> bool:
    """`A;B;C` with at least one network that the sandbox offers."""
    return any(card in NETWORKS for card in value.split(";"))


def names_known_languages(value: str) -> bool:
    """`fr;en;de`, each one an ISO code of the platform."""
    return all(code in LANGUAGES for code in value.split(";"))


def is_redirect_delay(value: str) -> bool:
    """Seconds before the automatic return."""
    return int(value) <= REDIRECT_SECONDS_MAX


RULES: dict[str, Rule] = {
    "vads_version": one_of("V2"),
    "vads_trans_id": lambda value: PLATFORM_TRANS_ID.fullmatch(value) is None,
    "vads_validation_mode": one_of("0", "1"),
    "vads_payment_cards": names_an_offered_network,
    "vads_amount": matches(r"[1-9][0-9]*"),
    "vads_currency": CURRENCIES.__contains__,
    "vads_ctx_mode": one_of("TEST", "PRODUCTION"),
    "vads_language": LANGUAGES.__contains__,
    "vads_order_id": matches(r"[A-Za-z0-9_-]+"),
    "vads_cust_email": matches(r"[^@\s]+@[^@\s]+"),
    "vads_page_action": one_of("PAYMENT"),
    "vads_action_mode": one_of("INTERACTIVE"),
    "vads_return_mode": one_of("NONE", "GET", "POST"),
    "vads_threeds_mpi": one_of("0", "1", "2", "3", "4", "5", "6"),
    "vads_redirect_success_timeout": is_redirect_delay,
    "vads_redirect_error_timeout": is_redirect_delay,
    "vads_available_languages": names_known_languages,
    "vads_cust_status": one_of("PRIVATE", "COMPANY"),
    "vads_url_success": is_url,
    "vads_url_refused": is_url,
    "vads_url_cancel": is_url,
    "vads_url_return": is_url,
    "vads_url_error": is_url,
    "vads_url_check": is_url,
    "vads_shop_url": is_url,
}
