"""The forms of the payment pages: how much of which debt, and where to confirm it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from allocataires.models import Creance
from caf_portal.money import NotAnAmount, format_euros, format_plain_euros, parse_euros
from payments.gateways.base import Terms
from payments.services.starting import MINIMUM_CENTS

NOTHING, ALL, PART = "rien", "tout", "partie"
_TICK_ONE = _("Cochez une des réponses proposées.")


class ShareForm(forms.Form):
    """How much of one debt to pay now: nothing, all of it, or another sum."""

    how = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("Combien payer maintenant ?"),
        error_messages={"required": _TICK_ONE, "invalid_choice": _TICK_ONE},
    )
    amount = forms.CharField(
        required=False,
        max_length=20,
        label=_("Somme à payer, en euros"),
        help_text=_("Par exemple : 45,50"),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, creance: Creance, alone: bool, cents: int | None
    ) -> None:
        """Propose ``cents`` (``None``: nothing); ``alone`` when no other debt may be paid."""
        self.creance = creance
        super().__init__(data, prefix=creance.public_id.hex, initial=_proposal(creance, cents))
        everything = gettext("Tout ce qui reste : %(left)s") % {
            "left": format_euros(creance.balance_cents)
        }
        choices = [(ALL, everything), (PART, gettext("Une autre somme"))]
        if not alone:
            choices.append((NOTHING, gettext("Ne pas payer cette dette maintenant")))
        self.fields["how"].choices = choices

    def clean(self) -> dict[str, Any]:
        """Add ``cents``; when two answers could be meant, ask."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            cleaned["cents"] = self._cents(cleaned["how"], cleaned["amount"])
        except forms.ValidationError as error:
            self.add_error("amount", error)
        return cleaned

    def _cents(self, how: str, typed: str) -> int:
        balance = self.creance.balance_cents
        if how == PART:
            return _part(typed, balance)
        cents = balance if how == ALL else 0
        # A sum that could not have been meant (refused just before, say) is no reason to ask.
        meant = _understood(typed) if typed else None
        if meant is not None and 0 < meant <= balance and meant != cents:
            raise forms.ValidationError(
                _("Vous avez écrit une somme : cochez « Une autre somme », ou effacez-la.")
            )
        return cents


class ChoiceForm:
    """One ``ShareForm`` for each debt that may be paid, and the rules on their total."""

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        creances: Sequence[Creance],
        proposed: Mapping[UUID, int],
    ) -> None:
        """``proposed`` holds the cents to propose, by debt."""
        alone = len(creances) == 1
        self.is_bound = data is not None
        self.total_errors: list[str] = []
        self.parts = [
            ShareForm(
                data,
                creance=creance,
                alone=alone,
                cents=proposed.get(
                    creance.public_id,
                    creance.balance_cents if alone and creance.online_payment.claimed else None,
                ),
            )
            for creance in creances
        ]

    def is_valid(self) -> bool:
        """Whether each part is understood and the whole can be paid by card."""
        if not self.is_bound or not all(part.is_valid() for part in self.parts):
            return False
        total = sum(self.shares.values())
        if not self.shares:
            self.total_errors = [gettext("Choisissez au moins une dette à payer.")]
        elif total < MINIMUM_CENTS:
            self.total_errors = [gettext("Le paiement minimum par carte est de 1 €.")]
        return not self.total_errors

    @property
    def shares(self) -> dict[UUID, int]:
        """Cents by debt, those left out apart; only once every part is valid."""
        cents = {part.creance.public_id: part.cleaned_data["cents"] for part in self.parts}
        return {creance: share for creance, share in cents.items() if share}

    @property
    def error_count(self) -> int:
        """How many things there are to correct."""
        return len(self.total_errors) + sum(len(part.errors) for part in self.parts)


class ConfirmationForm(forms.Form):
    """Where to send the confirmation, if the person wants one or if the platform wants it."""

    email = forms.EmailField(
        required=False,
        max_length=254,
        label=_("Votre adresse électronique (facultatif)"),
        help_text=_("Pour recevoir la confirmation de ce paiement. Elle ne sert à rien d’autre."),
        error_messages={
            "invalid": _(
                "Cette adresse n’est pas complète. Écrivez-la comme nom@exemple.fr, "
                "ou n’écrivez rien."
            )
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        terms: Terms | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """``terms`` are those of the fund's platform; some do not work without an address."""
        super().__init__(data, initial=initial)
        if terms is not None and terms.needs_email:
            self.fields["email"] = _address_wanted_by(terms)
        elif terms is not None:
            self.fields["partage"] = sharing_field(terms)


def sharing_field(terms: Terms) -> forms.BooleanField:
    """Consent to give the platform the address: never ticked beforehand."""
    return forms.BooleanField(
        required=False,
        label=gettext(
            "Donner aussi cette adresse à la plateforme %(name)s, qui m’enverra son propre ticket."
        )
        % {"name": terms.name},
    )


def _address_wanted_by(terms: Terms) -> forms.EmailField:
    return forms.EmailField(
        max_length=terms.longest_email,
        label=_("Votre adresse électronique"),
        help_text=gettext(
            "Pour recevoir la confirmation de ce paiement. La plateforme %(name)s la demande et y "
            "envoie son propre ticket. Elle ne sert à rien d’autre."
        )
        % {"name": terms.name},
        error_messages={
            "required": gettext(
                "Écrivez une adresse électronique : la plateforme %(name)s la demande."
            )
            % {"name": terms.name},
            "invalid": _("Cette adresse n’est pas complète. Écrivez-la comme nom@exemple.fr."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


def _proposal(creance: Creance, cents: int | None) -> dict[str, str]:
    if not cents:
        return {"how": NOTHING}
    if cents == creance.balance_cents:
        return {"how": ALL}
    return {"how": PART, "amount": format_plain_euros(cents)}


def _part(typed: str, balance: int) -> int:
    if not typed:
        raise forms.ValidationError(_("Écrivez la somme que vous voulez payer."))
    cents = _understood(typed)
    if cents is None:
        raise forms.ValidationError(
            _("Écrivez la somme en euros avec des chiffres, par exemple 45,50.")
        )
    if cents == 0:
        raise forms.ValidationError(_("La somme doit être supérieure à zéro."))
    if cents > balance:
        raise forms.ValidationError(
            _("Vous ne pouvez pas payer plus que ce qui reste : %(left)s."),
            params={"left": format_euros(balance)},
        )
    return cents


def _understood(typed: str) -> int | None:
    try:
        return parse_euros(typed)
    except NotAnAmount:
        return None
