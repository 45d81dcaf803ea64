"""A date typed in three boxes (day, month, year): what people get right most often."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_FIRST_YEAR = 1900
_BOXES = (("day", "bday-day", 2), ("month", "bday-month", 2), ("year", "bday-year", 4))


class BirthDateBoxes(forms.MultiWidget):
    """Three text boxes with a numeric keyboard: spinners lose digits on a phone.

    ``components/birth_date.html`` draws them, in a fieldset.
    """

    use_fieldset = True

    def __init__(self) -> None:
        super().__init__(
            {
                name: forms.TextInput(
                    attrs={"autocomplete": autocomplete, "maxlength": length, "size": length}
                )
                for name, autocomplete, length in _BOXES
            }
        )

    def id_for_label(self, id_: str) -> str:
        """The first box: where the summary of errors leads."""
        return f"{id_}_0"

    def decompress(self, value: date | None) -> list[Any]:
        """The boxes of a date."""
        return [value.day, value.month, value.year] if value else [None, None, None]


class BirthDateField(forms.MultiValueField):
    """A real date, of 1900 or later; one error for the whole date, never three."""

    default_error_messages = {
        "required": _("Écrivez la date de naissance : jour, mois et année."),
        "impossible": _("Cette date n’existe pas : vérifiez le jour, le mois et l’année."),
        "short_year": _("Écrivez l’année de naissance avec ses 4 chiffres."),
    }

    def __init__(self, **kwargs: Any) -> None:
        boxes = [forms.CharField(max_length=length) for _name, _autocomplete, length in _BOXES]
        super().__init__(boxes, widget=BirthDateBoxes(), **kwargs)

    def compress(self, data_list: Sequence[str]) -> date | None:
        """The date of the boxes; an impossible one is refused."""
        if not data_list:
            return None
        try:
            day, month, year = (int(box) for box in data_list)
            typed = date(year, month, day) if year > 99 else None
        except ValueError as error:
            raise self._refusal("impossible") from error
        if typed is None:
            raise self._refusal("short_year")
        if typed.year < _FIRST_YEAR:
            raise self._refusal("impossible")
        return typed

    def _refusal(self, code: str) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code)
