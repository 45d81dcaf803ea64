"""People: little in the list, what is needed to answer them on their page."""

from collections.abc import Sequence

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from allocataires.models import Allocataire, Creance, Identite
from caisses.admin.base import PortalAdmin, ReadOnlyInline, euros, moment
from caisses.sites import BOTH_SITES


class CreanceInline(ReadOnlyInline):
    """What the person owes."""

    model = Creance
    fields = ("nature", "rang", "notification", "initial", "reste", "state", "recovery_mode")
    readonly_fields = fields
    show_change_link = True
    ordering = ("notified_on", "initial_cents", "pk")

    notification = moment("notified_on", _("notifiée le"))
    initial = euros("initial_cents", _("montant initial"))
    reste = euros("balance_cents", _("reste à rembourser"))


class IdentiteInline(ReadOnlyInline):
    """How the person logs in; the identifier itself is the provider's business."""

    model = Identite
    fields: Sequence[str] = ("issuer",)
    readonly_fields = fields


class AllocataireAdmin(PortalAdmin):
    """Read-only."""

    list_display = ("numero", "nom", "initiale")
    search_fields = ("=numero", "nom__istartswith")
    search_help_text = _("Numéro d’allocataire entier, ou début du nom.")
    ordering = ("caisse_id", "numero")
    fields = (
        *("caisse", "numero", "nom", "prenom", "naissance_on", "email", "langue"),
        *("paiements", "liens"),
    )
    readonly_fields = ("paiements", "liens")
    inlines = (CreanceInline, IdentiteInline)

    @admin.display(description=_("prénom"))
    def initiale(self, obj: Allocataire) -> str:
        """The first letter tells two people apart; the rest is on the page."""
        return f"{obj.prenom[:1]}."

    @admin.display(description=_("paiements"))
    def paiements(self, obj: Allocataire) -> SafeString:
        """A link to the person's payments."""
        address = reverse("admin:payments_payment_changelist", current_app=self.admin_site.name)
        return format_html(
            '<a href="{}?allocataire__id__exact={}">{}</a>',
            address,
            obj.pk,
            _("Voir ses paiements"),
        )

    @admin.display(description=_("liens de paiement"))
    def liens(self, obj: Allocataire) -> SafeString:
        """A link to make one, and to those made before."""
        site = self.admin_site.name
        new = reverse("admin:link_new", args=[obj.pk], current_app=site)
        known = reverse("admin:payments_paymentlink_changelist", current_app=site)
        return format_html(
            '<a href="{}">{}</a> · <a href="{}?allocataire__id__exact={}">{}</a>',
            new,
            _("Créer un lien de paiement"),
            known,
            obj.pk,
            _("Voir ses liens"),
        )


for site in BOTH_SITES:
    site.register(Allocataire, AllocataireAdmin)
