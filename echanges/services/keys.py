"""Keys of the funds' software: made, shown once, revoked, recognised and counted."""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Case, F, Value, When
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from caf_portal.database.scope import caisse_scope
from caf_portal.paris import paris_date
from caisses.models import Agent, Caisse
from echanges.models import CleApi

_TOKEN = re.compile(r"(?P<prefix>(?P<code>[0-9]{3})-[0-9a-f]{8})\.(?P<secret>[A-Za-z0-9_-]{43})")
#: Digits of the public part, after the fund's code; bytes of the secret.
_PREFIX_BYTES, _SECRET_BYTES = 4, 32


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose key it is, and what it allows."""

    cle_id: int
    caisse_id: int
    may_write: bool


class KeyRefused(Exception):
    """No such key, or not any more; ``code`` for programs, ``str()`` for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class TooManyCalls(Exception):
    """The key has made its calls of this minute; ``wait`` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def make_key(
    *,
    caisse: Caisse,
    label: str,
    may_write: bool,
    expires_on: date | None,
    author: Agent,
    now: datetime,
) -> tuple[CleApi, str]:
    """A new key of this fund, and the words to give to its software, which are not kept.

    Called in a scope that holds the fund. ``expires_on`` is its last day in Paris.
    """
    prefix = f"{caisse.code}-{secrets.token_hex(_PREFIX_BYTES)}"
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    cle = CleApi.objects.create(
        caisse=caisse,
        label=label,
        prefix=prefix,
        digest=_digest(secret),
        may_write=may_write,
        expires_on=expires_on,
        created_by=author,
        created_at=now,
    )
    return cle, f"{prefix}.{secret}"


def revoke_key(*, cle: CleApi, now: datetime) -> bool:
    """Close a key for good, in the caller's scope; ``False`` if it was already."""
    return bool(CleApi.objects.filter(pk=cle.pk, revoked_at__isnull=True).update(revoked_at=now))


def recognise(*, token: str, now: datetime) -> Caller:
    """Whose key ``token`` is; counts the call.

    The public part names the fund, whose scope alone is opened. Raises ``KeyRefused`` (why is
    told only to who holds the secret) and ``TooManyCalls``.
    """
    said = _TOKEN.fullmatch(token)
    if said is None:
        raise _unknown()
    caisse = Caisse.objects.filter(code=said["code"]).first()
    if caisse is None:
        raise _unknown()
    with caisse_scope(caisse.pk):
        cle = _find(said["prefix"], said["secret"])
        _refuse_ended(cle, now)
        calls = _count(cle, now)
    if calls > settings.API_CALLS_PER_MINUTE:
        raise TooManyCalls(60 - now.second)
    return Caller(cle_id=cle.pk, caisse_id=cle.caisse_id, may_write=cle.may_write)


def _find(prefix: str, secret: str) -> CleApi:
    """The key that this secret opens; a key that does not exist takes as long to say no."""
    cle = CleApi.objects.filter(prefix=prefix).first()
    if not hmac.compare_digest(_digest(secret), cle.digest if cle else "") or cle is None:
        raise _unknown()
    return cle


def _digest(secret: str) -> str:
    """Keyed by the portal's own secret, so that a copy of the table lets nobody try a key.

    The secret itself is 256 random bits: there is nothing to guess, hence no slow hash.
    """
    return salted_hmac("echanges.CleApi", secret, algorithm="sha256").hexdigest()


def _refuse_ended(cle: CleApi, now: datetime) -> None:
    if cle.revoked_at is not None:
        raise KeyRefused(
            "key_revoked", _("Cette clé a été révoquée : demandez-en une autre à votre caisse.")
        )
    if cle.expires_on is not None and cle.expires_on < paris_date(now):
        raise KeyRefused(
            "key_expired", _("Cette clé n’est plus valable : demandez-en une autre à votre caisse.")
        )


def _count(cle: CleApi, now: datetime) -> int:
    """One more call of this minute, counted in the database for all web processes together."""
    minute = now.replace(second=0, microsecond=0)
    again = When(minute_at=minute, then=F("minute_calls") + 1)
    CleApi.objects.filter(pk=cle.pk).update(
        last_used_at=now, minute_calls=Case(again, default=Value(1)), minute_at=minute
    )
    cle.refresh_from_db(fields=["minute_calls"])
    return cle.minute_calls


def _unknown() -> KeyRefused:
    return KeyRefused(
        "key_unknown", _("Cette clé n’existe pas. Écrivez : Authorization: Bearer <clé>.")
    )
