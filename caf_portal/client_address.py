"""The network address of the caller, read behind the proxies we trust and no further."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Address given by the outermost trusted proxy, or the peer's own.

    With ``TRUSTED_PROXY_COUNT`` = n, the n-th entry from the right of X-Forwarded-For is the
    first one that the caller could not write himself.
    """
    peer = str(request.META.get("REMOTE_ADDR", ""))
    depth: int = settings.TRUSTED_PROXY_COUNT
    if depth == 0:
        return peer
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    return chain[-depth] if len(chain) >= depth and chain[-depth] else peer
