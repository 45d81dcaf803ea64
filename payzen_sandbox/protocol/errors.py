"""How a form is refused: the numeric code of the first wrong field, and a sentence for a person."""

SIGNATURE = "00"
MISSING = "70"
ALGORITHM = "204"


class FormRefused(Exception):
    """The form breaks the protocol.

    `code` is PayZen's numeric code, `field` the field at fault, `reason` a translated sentence.
    """

    def __init__(self, code: str, field: str, reason: str) -> None:
        super().__init__(f"{code} {field}: {reason}")
        self.code = code
        self.field = field
        self.reason = reason
