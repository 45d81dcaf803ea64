"""Hash of a REST notification (V4): hexadecimal HMAC-SHA-256 of the raw `kr-answer` text.

Source: Lyra's rest-php-sdk, `Client::checkHash`. The key is the REST password for a notification.
"""

import hmac

ALGORITHM = "sha256_hmac"


def kr_hash(answer: str, *, key: str) -> str:
    """64 lower-case hexadecimal digits. The text is taken as it is, never written again."""
    return hmac.digest(key.encode(), answer.encode(), "sha256").hex()
