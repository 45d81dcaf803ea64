"""What the bank answers for a card: a pure decision, written down elsewhere."""

import base64
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from payzen_sandbox.cards import Effect, TestCard
from payzen_sandbox.models.transaction import Status

# Beyond this many days an authorisation would lapse before the remittance: it is asked later.
AUTHORISATION_LIFE_DAYS = 7
DONE, REFUSED, TECHNICAL_ERROR = "00", "05", "96"


class Authentication(StrEnum):
    """How the cardholder was authenticated (3-D Secure)."""

    FRICTIONLESS = "FRICTIONLESS"
    CHALLENGE = "CHALLENGE"
    FAILED = "FAILED"
    WRONG_CODE = "WRONG_CODE"


@dataclass(frozen=True, slots=True)
class Decision:
    """Status and codes of one attempt, in the protocol's words."""

    status: Status
    result: str
    auth_result: str = ""
    auth_number: str = ""
    auth_mode: str = ""
    payment_error: str = ""
    certificate: str = ""
    threeds: dict[str, str] = field(default_factory=dict)


def decide(
    card: TestCard, *, authentication: Authentication, delay_days: int, manual_validation: bool
) -> Decision:
    """The bank's answer for this card, authenticated so."""
    threeds = threeds_fields(card, authentication)
    if authentication is Authentication.WRONG_CODE:
        return Decision(Status.REFUSED, REFUSED, payment_error="146", threeds=threeds)
    if authentication is Authentication.FAILED:
        return Decision(Status.REFUSED, REFUSED, payment_error="39", threeds=threeds)
    if card.effect is Effect.TECHNICAL_ERROR:
        return Decision(
            Status.REFUSED, TECHNICAL_ERROR, auth_result=card.auth_result, threeds=threeds
        )
    if card.effect is Effect.REFUSED:
        return refuse(card.auth_result, threeds=threeds)
    if card.effect is Effect.LATE:
        return Decision(Status.UNDER_VERIFICATION, DONE, threeds=threeds)
    return approve(delay_days=delay_days, manual_validation=manual_validation, threeds=threeds)


def approve(*, delay_days: int, manual_validation: bool, threeds: dict[str, str]) -> Decision:
    """An accepted authorisation, with its number and certificate."""
    postponed = delay_days > AUTHORISATION_LIFE_DAYS
    return Decision(
        status=accepted_status(postponed=postponed, manual_validation=manual_validation),
        result=DONE,
        auth_result="00",
        auth_number=f"{secrets.randbelow(1_000_000):06d}",
        auth_mode="MARK" if postponed else "FULL",
        certificate=secrets.token_hex(20),
        threeds=threeds,
    )


def refuse(auth_result: str, *, threeds: dict[str, str]) -> Decision:
    """The bank says no, with its own code."""
    return Decision(
        Status.REFUSED, REFUSED, auth_result=auth_result, auth_mode="FULL", threeds=threeds
    )


def decide_without_holder(card: TestCard) -> Decision:
    """The bank's answer when the platform presents the card again: nobody to authenticate."""
    threeds = {"vads_warranty_result": "NO"}
    if card.effect is Effect.TECHNICAL_ERROR:
        return Decision(
            Status.REFUSED, TECHNICAL_ERROR, auth_result=card.auth_result, threeds=threeds
        )
    if card.effect is Effect.REFUSED:
        return refuse(card.auth_result, threeds=threeds)
    return approve(delay_days=0, manual_validation=False, threeds=threeds)


def accepted_status(*, postponed: bool, manual_validation: bool) -> Status:
    """The status of what the bank accepts, now or later, with or without a merchant's look."""
    if postponed:
        if manual_validation:
            return Status.WAITING_AUTHORISATION_TO_VALIDATE
        return Status.WAITING_AUTHORISATION
    return Status.AUTHORISED_TO_VALIDATE if manual_validation else Status.AUTHORISED


def threeds_fields(card: TestCard, authentication: Authentication) -> dict[str, str]:
    """The vads_threeds_* fields and the warranty that follows from them."""
    if not card.enrolled:
        return {
            "vads_threeds_enrolled": "",
            "vads_threeds_status": "",
            "vads_threeds_exit_status": "5",
            "vads_warranty_result": "NO",
        }
    common = {
        "vads_threeds_enrolled": "Y",
        "vads_threeds_exit_status": "10",
        "vads_threeds_sign_valid": "1",
        "vads_threeds_error_code": "",
    }
    if authentication in {Authentication.FAILED, Authentication.WRONG_CODE}:
        return {**common, "vads_threeds_status": "N", "vads_warranty_result": ""}
    return {
        **common,
        "vads_threeds_status": "Y",
        "vads_threeds_auth_type": authentication.value,
        "vads_threeds_eci": "02" if card.network == "MASTERCARD" else "05",
        "vads_threeds_cavv": _token(),
        "vads_threeds_cavvAlgorithm": "2",
        "vads_threeds_xid": _token(),
        "vads_warranty_result": "YES",
    }


def _token() -> str:
    """28 characters of Base64, as real cavv and xid are."""
    return base64.b64encode(secrets.token_bytes(20)).decode()
