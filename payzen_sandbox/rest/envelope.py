"""The envelope of every answer, and the errors that travel in it."""

from datetime import datetime
from typing import Any

from django.conf import settings

Answer = dict[str, Any]


class ServiceError(Exception):
    """A documented error: HTTP 200 all the same, with status ERROR in the envelope."""

    def __init__(self, code: str, message: str, detail: str | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.detail = detail


class NotFound(ServiceError):
    """PSP_010: the shop has no such transaction."""

    def __init__(self) -> None:
        super().__init__("PSP_010", "Transaction not found")


class InvalidInput(ServiceError):
    """INT_902: the body is not what the service expects."""

    def __init__(self, detail: str) -> None:
        super().__init__("INT_902", "Invalid input data", detail)


class BadCredentials(ServiceError):
    """INT_905: unknown shop or wrong password; the only error with its own HTTP status, 401."""

    def __init__(self) -> None:
        super().__init__("INT_905", "Invalid login or private key")


def iso(instant: datetime) -> str:
    """`2018-10-02T16:13:57+00:00`."""
    return instant.isoformat(timespec="seconds")


def success(service: str, answer: Answer, *, now: datetime) -> Answer:
    """The envelope of a service that did what was asked."""
    return _envelope(service, "SUCCESS", answer, now=now)


def failure(service: str, error: ServiceError, *, now: datetime) -> Answer:
    """The envelope of a service that did not."""
    answer = {
        "errorCode": error.code,
        "errorMessage": error.message,
        "detailedErrorCode": None,
        "detailedErrorMessage": error.detail,
        "ticket": None,
        "shopId": None,
        "_type": "V4/WebService/WebServiceError",
    }
    return _envelope(service, "ERROR", answer, now=now)


def _envelope(service: str, status: str, answer: Answer, *, now: datetime) -> Answer:
    return {
        "webService": service,
        "version": "V4",
        "applicationVersion": "sandbox",
        "status": status,
        "answer": answer,
        "ticket": None,
        "serverDate": iso(now),
        "applicationProvider": "PAYZEN",
        "metadata": None,
        "mode": "TEST",
        "serverUrl": settings.ENVIRONMENT.public_url,
        "_type": "V4/WebService/Response",
    }
