"""Bank accounts: declared and described by the fund's accountants."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model, Q
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from caisses.admin.base import PortalAdmin
from caisses.admin.funds import funds_to_equip, may_equip
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from comptabilite.models import Compte, RegleComptable
from comptabilite.models.events import Evenement
from comptabilite.models.schema import SchemaStatus
from rapprochement.models import CompteBancaire
from rapprochement.readers.bank.accounts import is_iban, normalised
from rapprochement.services.accounts import AccountRefused, save_account


class CompteBancaireForm(ModelForm):
    """An IBAN with a right key, and an account of the same fund's plan."""

    class Meta:
        """What is asked."""

        model = CompteBancaire
        fields = (
            *("caisse", "iban", "label", "compte", "expected_daily", "transit_days", "active"),
        )
        help_texts = {
            "iban": _("Comme sur le relevé d’identité bancaire, espaces ou non."),
            "compte": _("Le compte du plan comptable qui tient cette banque, souvent 5121."),
            "expected_daily": _("S’il manque à midi, une anomalie le dit."),
            "transit_days": _("Au-delà, une remise de la plateforme est en retard. De 1 à 30."),
        }

    def clean_iban(self) -> str:
        """Without spaces, with a right key."""
        iban = normalised(self.cleaned_data["iban"])
        if not is_iban(iban):
            raise forms.ValidationError(
                _("Cet IBAN n’est pas valable : sa clé de contrôle ou sa longueur est fausse.")
            )
        return iban

    def clean_transit_days(self) -> int:
        """Within what the database takes."""
        days = int(self.cleaned_data["transit_days"])
        if not 1 <= days <= 30:
            raise forms.ValidationError(_("De 1 à 30 jours."))
        return days

    def clean(self) -> dict[str, Any]:
        """The plan's account is of the fund of the bank account."""
        cleaned = super().clean() or {}
        caisse_id = self.instance.caisse_id
        if caisse_id is None and cleaned.get("caisse"):
            caisse_id = cleaned["caisse"].pk
        compte = cleaned.get("compte")
        if compte is not None and caisse_id and compte.caisse_id != caisse_id:
            self.add_error("compte", _("Ce compte est celui d’une autre caisse."))
        return cleaned


class CompteBancaireAdmin(PortalAdmin):
    """Read by all agents of the fund; written by its accountants."""

    form = CompteBancaireForm
    list_display = ("label", "iban", "compte", "expected_daily", "active")
    list_filter = ("active",)
    list_select_related: ClassVar[Any] = ("compte",)
    search_fields = ("=iban",)
    search_help_text = _("IBAN entier, sans espace.")
    ordering = ("-pk",)
    fields = ("caisse", "iban", "label", "compte", "expected_daily", "transit_days", "active")

    def has_add_permission(self, request: HttpRequest, *_: Any) -> bool:
        """Accountants and national administrators."""
        return self.has_view_permission(request) and may_equip(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Those of its fund."""
        if not (self.has_view_permission(request) and may_equip(request)):
            return False
        rights = rights_of(request.user)
        return obj is None or rights.national or obj.caisse_id in rights.comptable_ids  # type: ignore[attr-defined]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Statements hang on the IBAN and the fund: they stay."""
        return ("caisse", "iban") if obj is not None else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Funds that the agent is the accountant of, and the accounts of their plans."""
        funds = funds_to_equip(request)
        if db_field.name == "caisse":
            kwargs["queryset"] = funds
            if len(only := list(funds[:2])) == 1:
                kwargs["initial"] = only[0]
        if db_field.name == "compte":
            # Usual numbers, and the account that the fund's scheme gives its bank, whatever it is.
            served = RegleComptable.objects.filter(
                event=Evenement.REMITTANCE, schema__status=SchemaStatus.ADOPTE
            )
            usual = Q(number__startswith="51") | Q(pk__in=served.values("debit_id"))
            of_banks = Compte.objects.filter(usual, caisse__in=funds)
            kwargs["queryset"] = of_banks.select_related("caisse").order_by("caisse", "number")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """Save, or say why not."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except AccountRefused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)

    def save_model(
        self, request: HttpRequest, obj: CompteBancaire, form: Any, change: bool
    ) -> None:
        """Through the service."""
        save_account(agent=request.user, account=obj)  # type: ignore[arg-type]


for site in BOTH_SITES:
    site.register(CompteBancaire, CompteBancaireAdmin)
