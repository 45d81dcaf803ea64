"""What signing and asking need to know of a shop."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop's identity and secrets in one mode; the secrets stay out of ``repr``."""

    site_id: str
    mode: str
    algorithm: str
    key: str = field(repr=False)
    rest_password: str = field(repr=False)
