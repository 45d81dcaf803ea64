"""The environment of each part of the demo, and that of ``manage.py`` run beside it."""

import os
from collections.abc import Mapping
from pathlib import Path

from caf_portal.demo.keys import keys_of
from caf_portal.demo.ports import HOST, Ports, remembered
from caf_portal.embedded.places import Place, place_of
from caf_portal.embedded.servers import variables

_given: dict[str, str] = {}


def portal_variables(place: Place, ports: Ports) -> dict[str, str]:
    """What the portal's settings read, the database and Redis apart."""
    portal, sandbox = _url(ports.portal), _url(ports.sandbox)
    keys = keys_of(place.folder)
    return {
        "SECRET_KEY": keys.secret_key,
        "FIELD_ENCRYPTION_KEYS": keys.field_encryption_key,
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "PORTAL_URL": portal,
        "PAYZEN_FORM_URL": f"{sandbox}/vads-payment",
        "PAYZEN_REST_URL": f"{sandbox}/api-payment",
        "PAYFIP_SERVICE_URL": f"{sandbox}/payfip/services/securite",
        "PAYFIP_PAYMENT_URL": f"{sandbox}/payfip/paiementws.web",
        "EMAIL_HOST": HOST,
        "EMAIL_PORT": str(ports.mail),
        "DEFAULT_FROM_EMAIL": "ne-pas-repondre@portail.example",
        "MAILBOX_PATH": str(place.folder / "mail"),
        "DEMO_FOLDER": str(place.folder),
        "RELEVES_FOLDER": str(_statements_folder(place)),
    }


def sandbox_variables(place: Place, ports: Ports) -> dict[str, str]:
    """What the sandbox reads: it knows the portal by two addresses and nothing else."""
    portal = _url(ports.portal)
    return {
        "DJANGO_SETTINGS_MODULE": "payzen_sandbox.settings",
        "SANDBOX_DATABASE": str(place.folder / "sandbox.sqlite3"),
        "SANDBOX_SECRET_KEY": keys_of(place.folder).sandbox_secret_key,
        "SANDBOX_PUBLIC_URL": _url(ports.sandbox),
        "SANDBOX_NOTIFICATION_URL": f"{portal}/paiement/ipn/",
        "SANDBOX_SHOP_RETURN_URL": f"{portal}/",
    }


def fill_environment() -> None:
    """Give ``caf_portal.settings.demo`` what the environment does not: the running demo's values.

    The owner's database URL is left out: only the migrations of ``manage.py demo`` get it.
    """
    _given.update(os.environ)
    place = place_of("demo")
    addresses = variables(place)
    del addresses["DATABASE_OWNER_URL"]
    for name, value in {**addresses, **portal_variables(place, remembered(place.folder))}.items():
        os.environ.setdefault(name, value)


def environment_as_given() -> Mapping[str, str]:
    """The environment before ``fill_environment`` added to it."""
    return _given or os.environ


def _statements_folder(place: Place) -> Path:
    """Where to drop what the sandbox writes; made here, for settings want it to exist."""
    folder = place.folder / "releves"
    (folder / "a-lire").mkdir(parents=True, exist_ok=True)
    return folder


def _url(port: int) -> str:
    return f"http://{HOST}:{port}"
