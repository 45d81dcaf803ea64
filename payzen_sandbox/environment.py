"""What the sandbox reads from the environment, checked once, before anything starts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

ON_OFF = {"0": False, "1": True}


@dataclass(frozen=True, slots=True)
class Environment:
    """The sandbox's configuration; every value is already checked."""

    database: Path
    secret_key: str
    public_url: str
    notification_url: str
    shop_return_url: str
    cancel_notifications: bool
    allowed_hosts: tuple[str, ...]
    date_past_minutes: int
    date_future_minutes: int
    late_answer_seconds: int
    load_mode: bool = False

    @property
    def public_origin(self) -> str:
        """Scheme, host and port of the public URL."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"


def read_environment(env: Mapping[str, str]) -> Environment:
    """Read and check the SANDBOX_* variables.

    Raises ImproperlyConfigured, naming the variable, when one is missing or wrong: a sandbox that
    starts half configured would look like a broken portal.
    """
    public_url = _url(env, "SANDBOX_PUBLIC_URL").rstrip("/")
    return Environment(
        database=_database(env, "SANDBOX_DATABASE"),
        secret_key=_required(env, "SANDBOX_SECRET_KEY"),
        public_url=public_url,
        notification_url=_url(env, "SANDBOX_NOTIFICATION_URL"),
        shop_return_url=_url(env, "SANDBOX_SHOP_RETURN_URL"),
        cancel_notifications=_on_off(env, "SANDBOX_CANCEL_NOTIFICATIONS", default="0"),
        allowed_hosts=_hosts(env, "SANDBOX_ALLOWED_HOSTS", public_url),
        # Error 04: PayZen's documentation warns beyond 60 min past and 2 h 30 future and gives no
        # threshold of rejection, so ours is a setting.
        date_past_minutes=_whole_number(env, "SANDBOX_DATE_PAST_MINUTES", default="60"),
        date_future_minutes=_whole_number(env, "SANDBOX_DATE_FUTURE_MINUTES", default="150"),
        late_answer_seconds=_whole_number(env, "SANDBOX_LATE_ANSWER_SECONDS", default="30"),
        load_mode=_on_off(env, "SANDBOX_LOAD_MODE", default="0"),
    )


def _required(env: Mapping[str, str], name: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise ImproperlyConfigured(f"{name} is missing or empty.")
    return value


def _url(env: Mapping[str, str], name: str) -> str:
    value = _required(env, name)
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must be an http or https URL, not {value!r}.")
    return value


def _database(env: Mapping[str, str], name: str) -> Path:
    path = Path(_required(env, name))
    if path.is_dir() or not path.parent.is_dir():
        raise ImproperlyConfigured(f"{name} must be a file in an existing folder, not {path}.")
    return path


def _on_off(env: Mapping[str, str], name: str, *, default: str) -> bool:
    value = env.get(name, default).strip()
    if value not in ON_OFF:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return ON_OFF[value]


def _whole_number(env: Mapping[str, str], name: str, *, default: str) -> int:
    value = env.get(name, default).strip()
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def _hosts(env: Mapping[str, str], name: str, public_url: str) -> tuple[str, ...]:
    """Loopback names, the public name, and those added for a network of containers.

    A closed list keeps a page of the outside from reaching the back office by DNS rebinding.
    """
    extra = [host.strip() for host in env.get(name, "").split(",") if host.strip()]
    if "*" in extra:
        raise ImproperlyConfigured(f"{name} must list host names, not *.")
    known = ["127.0.0.1", "localhost", "[::1]", urlsplit(public_url).hostname or ""]
    return tuple(dict.fromkeys([*known, *extra]))
