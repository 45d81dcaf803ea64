"""What a shop's form may say, told at the field: the database would only name its constraint."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from payments.models import Boutique

#: The same values as the constraints ``boutique_form_values`` and ``boutique_form_delays``.
_WORDS = {
    "threeds": ("", "2", "3", "4", "5"),
    "validation_mode": ("", "0", "1"),
    "return_mode": ("NONE", "GET", "POST"),
}
_MOST = {
    "capture_delay_days": 365,
    "redirect_success_seconds": 300,
    "redirect_error_seconds": 300,
}


def setting_errors(cleaned: Mapping[str, Any]) -> dict[str, str]:
    """A sentence for each setting that the platform does not know."""
    errors = {}
    for name, words in _WORDS.items():
        if cleaned.get(name, words[0]) not in words:
            known = ", ".join(word for word in words if word)
            errors[name] = _("Valeurs possibles : %(known)s.") % {"known": known}
    for name, most in _MOST.items():
        number = cleaned.get(name)
        if number is not None and not 0 <= number <= most:
            errors[name] = _("Écrivez un nombre de 0 à %(most)s, ou rien.") % {"most": most}
    return errors


def in_service_beside(*, shop: Boutique, caisse_id: int | None, mode: str) -> Boutique | None:
    """The fund's other shop of this mode that takes payments: there may be one only."""
    served = Boutique.objects.filter(caisse_id=caisse_id, mode=mode, active=True)
    return served.exclude(pk=shop.pk).defer("key", "rest_password", "former_key").first()
