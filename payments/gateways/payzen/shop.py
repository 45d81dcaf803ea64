"""What signing and asking need to know of a shop."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FormSettings:
    """What a shop chose for its hosted page (sheet A.5); empty leaves the platform's setting."""

    payment_cards: str = ""
    #: Sent as written: a key whose option the shop does not have would refuse every form.
    theme_config: str = ""
    threeds: str = ""
    validation_mode: str = ""
    capture_delay_days: int | None = None
    return_mode: str = "NONE"
    redirect_success_seconds: int | None = None
    redirect_error_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Shop:
    """A shop's identity and secrets in one mode; the secrets stay out of ``repr``."""

    site_id: str
    mode: str
    algorithm: str
    key: str = field(repr=False)
    rest_password: str = field(repr=False)
    #: Pairs of key and algorithm of the last 24 hours, still good for what is received.
    former_signatures: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    form: FormSettings = FormSettings()

    @property
    def accepted_signatures(self) -> tuple[tuple[str, str], ...]:
        """Every pair of key and algorithm that may sign a message to us, the present one first."""
        return ((self.key, self.algorithm), *self.former_signatures)
