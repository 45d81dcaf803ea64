"""The demo's own secrets, made once and kept with its data, so that a second run can read it."""

import json
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Keys:
    """Random values; none of them exists anywhere else."""

    secret_key: str
    field_encryption_key: str
    sandbox_secret_key: str


def keys_of(folder: Path) -> Keys:
    """The keys kept in this folder, made if there are none (a file that only its owner reads)."""
    path = folder / "keys.json"
    if not path.exists():
        _write_once(path, json.dumps(asdict(_new_keys())))
    return Keys(**json.loads(path.read_text()))


def _new_keys() -> Keys:
    return Keys(
        secret_key=secrets.token_urlsafe(50),
        # A Fernet key: 32 bytes in URL-safe base64.
        field_encryption_key=urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        sandbox_secret_key=secrets.token_urlsafe(50),
    )


def _write_once(path: Path, content: str) -> None:
    """Whole or not at all, and the first writer wins: two processes may start together."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(content)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
