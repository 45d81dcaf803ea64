"""Transactions, as the platform last described them; those of no attempt are settled here."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from caf_portal.money import format_euros
from caisses.admin.base import PortalAdmin, euros, moment
from caisses.sites import BOTH_SITES
from payments.models import Transaction
from payments.platform_words import status_evidence, status_words
from payments.services.orphans import OrphanRefused, is_orphan, proofs_of, record_given_back


class GivenBackForm(forms.Form):
    """Which transaction proves that the money went back, and what was done."""

    proof = forms.TypedChoiceField(label=_("Preuve"), coerce=int, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Ce qui a été fait"), max_length=200, widget=forms.TextInput(attrs={"size": 80})
    )

    def __init__(self, *args: Any, proofs: list[Transaction], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["proof"].choices = [(each.pk, _words(each)) for each in proofs]


class TransactionAdmin(PortalAdmin):
    """Read-only, but for saying that money of no attempt was given back at the platform."""

    change_form_template = "admin/payments/transaction/change_form.html"
    list_display = ("identifiant", "operation", "montant", "etat", "paiement", "vue")
    list_filter = ("operation", ("payment", admin.EmptyFieldListFilter), "first_seen_at")
    list_select_related = ("payment",)
    search_fields = ("=payment__reference",)
    search_help_text = _("Identifiant de la plateforme, ou référence du paiement, entiers.")
    ordering = ("-pk",)
    readonly_fields = ("identifiant", "montant", "lien_paiement", "etat_et_code")
    fieldsets = (
        (None, {"fields": ("caisse", "identifiant", "operation", "montant", "lien_paiement")}),
        (_("Chez la plateforme"), {"fields": ("boutique", "etat_et_code", "refusal_code")}),
        (_("Carte"), {"fields": ("card_brand", "card_number", "authorisation")}),
        (_("Dates"), {"fields": ("first_seen_at", "updated_at")}),
    )

    montant = euros("amount_cents", _("montant"))
    vue = moment("first_seen_at", _("vue le"))

    @admin.display(description=_("identifiant de la plateforme"))
    def identifiant(self, obj: Transaction) -> str:
        """As the platform writes it."""
        return obj.uuid.hex

    @admin.display(description=_("état chez la plateforme"), ordering="gateway_status")
    def etat(self, obj: Transaction) -> str:
        """In words."""
        return status_words(obj.gateway_status)

    @admin.display(description=_("état chez la plateforme"))
    def etat_et_code(self, obj: Transaction) -> str:
        """In words, with the code to quote to the platform."""
        return status_evidence(obj.gateway_status)

    @admin.display(description=_("paiement"))
    def paiement(self, obj: Transaction) -> str:
        """The payment, by its reference."""
        return obj.payment.reference if obj.payment else str(_("aucun"))

    @admin.display(description=_("paiement"))
    def lien_paiement(self, obj: Transaction) -> SafeString | str:
        """A link to the payment."""
        if obj.payment is None:
            return str(_("aucun"))
        address = self._page("admin:payments_payment_change", obj.payment.pk)
        return format_html('<a href="{}">{}</a>', address, obj.payment.reference)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the platform's identifier, else the stock search."""
        try:
            return queryset.filter(uuid=UUID(search_term.strip())), False
        except ValueError:
            return super().get_search_results(request, queryset, search_term)

    def get_urls(self) -> list[URLPattern]:
        """The stock pages, and what an agent may say."""
        said = self.admin_site.admin_view(require_POST(self.given_back))
        return [
            path("<int:pk>/rendue/", said, name="transaction_given_back"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page; for money of no attempt, with what may prove that it went back."""
        debit = kwargs["obj"]
        context["orphan"] = is_orphan(debit)
        if context["orphan"]:
            context["proofs"] = proofs_of(debit)
            context["form"] = GivenBackForm(proofs=context["proofs"])
        context["refunds"] = debit.refunds.order_by("pk")
        return super().render_change_form(request, context, *args, **kwargs)

    def given_back(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Record it with its proof, in the agent's name."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        debit = self.get_object(request, str(pk))
        if debit is None:
            raise Http404
        form = GivenBackForm(request.POST, proofs=proofs_of(debit))
        if not form.is_valid():
            messages.error(request, _("Choisissez une preuve, et écrivez ce qui a été fait."))
            return self._back(pk)
        said = form.cleaned_data
        try:
            record_given_back(
                agent=request.user,
                debit_id=pk,
                proof_id=said["proof"],
                note=said["note"],
                now=timezone.now(),
            )
        except OrphanRefused as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, debit, "rendue chez la plateforme")
            messages.success(request, _("C’est enregistré : l’écriture est passée."))
        return self._back(pk)

    def _back(self, pk: int) -> HttpResponseRedirect:
        return HttpResponseRedirect(self._page("admin:payments_transaction_change", pk))

    def _page(self, name: str, pk: int) -> str:
        return reverse(name, args=[pk], current_app=self.admin_site.name)


def _words(proof: Transaction) -> str:
    words = {
        "operation": proof.get_operation_display(),
        "amount": format_euros(proof.amount_cents),
        "uuid": proof.uuid.hex,
        "status": status_words(proof.gateway_status),
    }
    return str(_("%(operation)s de %(amount)s, %(status)s (%(uuid)s)") % words)


for site in BOTH_SITES:
    site.register(Transaction, TransactionAdmin)
