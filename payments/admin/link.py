"""Payment links: made from a person's page, then copied, drawn, printed, sent or revoked."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allocataires.models import Allocataire, Creance
from caf_portal.database.own_transactions import own_transactions
from caf_portal.database.scope import scope_of
from caf_portal.money import format_euros
from caf_portal.qr import qr_svg
from caisses.admin.base import PortalAdmin, moment, visible
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from payments.admin.link_forms import NewLinkForm, SendLinkForm
from payments.gateways.choose import gateway_of
from payments.link_address import address_of
from payments.link_state import LinkState, agreed_cents, left_cents, state_of, with_parts
from payments.models import Boutique, PaymentLink
from payments.queries import terms_of
from payments.services.links import (
    LinkRefused,
    create_link,
    last_day_of,
    revoke_link,
    send_link,
)
from payments.services.payment_orders import close_order, order_payment

_ORDER = ("payment_order_id", "payment_order_reference", "payment_order_closed_at")


class PaymentLinkAdmin(PortalAdmin):
    """Read-only but for what an agent does with a link; made from the page of its person."""

    change_form_template = "admin/payments/paymentlink/change_form.html"
    list_display = ("reference", "numero", "montant", "etat", "creation", "fin", "created_by")
    list_filter = ("created_at", "expires_at", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("=allocataire__numero",)
    search_help_text = _("Numéro d’allocataire entier.")
    ordering = ("-pk",)
    readonly_fields = ("reference", "personne", "montant", "reste", "etat")
    fieldsets = (
        (None, {"fields": ("caisse", "reference", "personne", "montant", "reste", "etat")}),
        (_("Qui et quand"), {"fields": ("created_by", "created_at", "expires_at")}),
        (_("Retrait"), {"fields": ("revoked_by", "revoked_at")}),
        (_("Chez la plateforme"), {"fields": _ORDER}),
    )

    creation = moment("created_at", _("créé le"))
    fin = moment("expires_at", _("valable jusqu’au"))

    @admin.display(description=_("référence"))
    def reference(self, obj: PaymentLink) -> str:
        """What is read on the page and on paper."""
        return obj.reference

    @admin.display(description=_("n° d’allocataire"))
    def numero(self, obj: PaymentLink) -> str:
        """The person, without a name."""
        return obj.allocataire.numero

    @admin.display(description=_("allocataire"))
    def personne(self, obj: PaymentLink) -> SafeString:
        """A link to the person."""
        address = self._page("admin:allocataires_allocataire_change", obj.allocataire_id)
        return format_html('<a href="{}">{}</a>', address, obj.allocataire.numero)

    @admin.display(description=_("montant"))
    def montant(self, obj: PaymentLink) -> str:
        """What it was made for."""
        return format_euros(agreed_cents(obj))

    @admin.display(description=_("reste à payer par ce lien"))
    def reste(self, obj: PaymentLink) -> str:
        """What it still lets pay."""
        return format_euros(left_cents(obj))

    @admin.display(description=_("état"))
    def etat(self, obj: PaymentLink) -> str:
        """What whoever opens it can do."""
        return str(state_of(obj, now=timezone.now()).label)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PaymentLink]:
        """Links of the agent's funds, with what their state is read from."""
        # The list adds no relation to a query that names some already.
        return with_parts(super().get_queryset(request)).select_related("created_by")

    def get_urls(self) -> list[URLPattern]:
        """What is done with a link."""
        wrap = self.admin_site.admin_view
        new = require_http_methods(["GET", "HEAD", "POST"])(self.new_view)
        # The platform is asked outside any transaction: these views open their own scopes.
        ordered = own_transactions(wrap(require_POST(self.order)))
        revoked = own_transactions(wrap(require_POST(self.revoke)))
        closed = own_transactions(wrap(require_POST(self.close)))
        return [
            path("creer/<int:allocataire_pk>/", wrap(new), name="link_new"),
            path("<int:pk>/qr.svg", wrap(require_safe(self.qr)), name="link_qr"),
            path("<int:pk>/imprimer/", wrap(require_safe(self.paper)), name="link_paper"),
            path("<int:pk>/revoquer/", revoked, name="link_revoke"),
            path("<int:pk>/fermer/", closed, name="link_close"),
            path("<int:pk>/envoyer/", wrap(require_POST(self.send)), name="link_send"),
            path("<int:pk>/ordre/", ordered, name="link_order"),
            *super().get_urls(),
        ]

    def new_view(self, request: HttpRequest, allocataire_pk: int) -> HttpResponse:
        """Choose debts, amounts and a last day; then the page of the link."""
        people = visible(Allocataire.objects.all(), rights_of(request.user))
        person = get_object_or_404(people, pk=allocataire_pk)
        debts = Creance.objects.filter(allocataire=person).oldest_first()
        payable = [debt for debt in debts if debt.is_payable]
        form = NewLinkForm(request.POST if request.method == "POST" else None, creances=payable)
        if form.is_valid():
            try:
                link = create_link(
                    allocataire=person,
                    shares=form.shares(),
                    last_on=form.cleaned_data["last_on"],
                    author=request.user,
                    now=timezone.now(),
                )
            except LinkRefused as error:
                form.add_error(None, str(error))
            else:
                self.log_addition(request, link, "création")
                return self._back(link.pk)
        context = {"title": _("Créer un lien de paiement"), "form": form, "person": person}
        return self._render(request, "new", {**context, "payable": payable})

    def qr(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The address as a drawing."""
        drawn = qr_svg(address_of(self._visible_or_404(request, pk)))
        return HttpResponse(drawn, content_type="image/svg+xml")

    def paper(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A sheet to print or to put in a letter: no name on it."""
        link = self._visible_or_404(request, pk)
        return self._render(request, "paper", self._shown(link))

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close it for good, then the platform's own page if there is one."""
        rights = rights_of(request.user)
        with scope_of(rights.caisse_ids, national=rights.national):
            link = self._visible_or_404(request, pk)
            try:
                revoke_link(link=link, author=request.user, now=timezone.now())
            except LinkRefused as error:
                messages.error(request, str(error))
                return self._back(pk)
            self.log_change(request, link, "retrait")
        messages.success(request, _("Le lien est retiré : sa page ne permet plus de payer."))
        return self._closed(request, link)

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End the platform's own page of a link that was revoked, when it could not be before."""
        rights = rights_of(request.user)
        with scope_of(rights.caisse_ids, national=rights.national):
            link = self._visible_or_404(request, pk)
            if link.revoked_at is None:
                raise Http404
        return self._closed(request, link)

    def send(self, request: HttpRequest, pk: int) -> HttpResponse:
        """By e-mail, through the outbox."""
        link = self._visible_or_404(request, pk)
        form = SendLinkForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Cette adresse électronique n’est pas complète."))
            return self._back(pk)
        said = form.cleaned_data
        try:
            send_link(
                link=link, to_address=said["email"], langue=said["langue"], now=timezone.now()
            )
        except LinkRefused as error:
            messages.error(request, str(error))
        else:
            self.log_change(request, link, "envoi par courriel")
            messages.success(request, _("Le lien part par courriel dans quelques secondes."))
        return self._back(pk)

    def order(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the platform for a page of its own; nothing is locked while it answers."""
        rights = rights_of(request.user)
        with scope_of(rights.caisse_ids, national=rights.national):
            link = self._visible_or_404(request, pk)
            langue = link.allocataire.langue
        try:
            order_payment(
                caisse_id=link.caisse_id, link_id=link.pk, langue=langue, now=timezone.now()
            )
        except LinkRefused as error:
            messages.error(request, str(error))
        else:
            with scope_of(rights.caisse_ids, national=rights.national):
                self.log_change(request, link, "ordre de paiement")
            messages.success(
                request, _("La plateforme a ouvert une page : le lien y mène désormais.")
            )
        return self._back(pk)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, with the address and what can be done."""
        link = kwargs["obj"]
        context |= self._shown(link)
        context["send_form"] = SendLinkForm.offering(link.allocataire)
        context["orders"] = _opens_orders(link)
        context["platform"] = terms_of(link.caisse_id).name
        return super().render_change_form(request, context, *args, **kwargs)

    def _closed(self, request: HttpRequest, link: PaymentLink) -> HttpResponse:
        if link.payment_order_url:
            try:
                close_order(caisse_id=link.caisse_id, link_id=link.pk, now=timezone.now())
            except LinkRefused as error:
                messages.warning(request, str(error))
            else:
                messages.success(request, _("La page de la plateforme est fermée aussi."))
        return self._back(link.pk)

    def _shown(self, link: PaymentLink) -> dict[str, Any]:
        now = timezone.now()
        return {
            "link": link,
            "address": address_of(link),
            "usable": state_of(link, now=now) == LinkState.USABLE,
            "revocable": link.revoked_at is None and link.expires_at > now,
            "left_cents": left_cents(link),
            "last_on": last_day_of(link),
        }

    def _render(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(
            request, f"admin/payments/paymentlink/{name}.html", {**shared, **context}
        )

    def _visible_or_404(self, request: HttpRequest, pk: int) -> PaymentLink:
        if not self.has_view_permission(request):
            raise PermissionDenied
        link = self.get_object(request, str(pk))
        if link is None:
            raise Http404
        return link

    def _back(self, pk: int) -> HttpResponseRedirect:
        return HttpResponseRedirect(self._page("admin:payments_paymentlink_change", pk))

    def _page(self, name: str, pk: int) -> str:
        return reverse(name, args=[pk], current_app=self.admin_site.name)


def _opens_orders(link: PaymentLink) -> bool:
    """Whether the fund's platform has pages of its own to send."""
    boutique = Boutique.objects.in_service().filter(caisse_id=link.caisse_id).first()
    return boutique is not None and gateway_of(boutique).terms.opens_orders


for site in BOTH_SITES:
    site.register(PaymentLink, PaymentLinkAdmin)
