"""Écritures, with their lines: draft or final, when the fact was and when it was learnt."""

from typing import Any

from django.contrib import admin
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from caf_portal.money import format_euros
from caf_portal.paris import paris_date
from caisses.admin.base import ReadOnlyInline, moment
from caisses.sites import BOTH_SITES
from comptabilite.admin.origins import origin_of
from comptabilite.admin.page_links import links_of
from comptabilite.admin.reversal import ReversalAdmin
from comptabilite.anomaly_pages import AnomalyPage
from comptabilite.models import Ecriture, Ligne


class LigneInline(ReadOnlyInline):
    """The lines, in order."""

    model = Ligne
    fields = ("position", "compte", "auxiliaire", "label", "debit", "credit", "lettre")
    readonly_fields = fields
    related = ("compte",)
    ordering = ("position",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the live letter of each."""
        return super().get_queryset(request).prefetch_related("lettrages__lettrage")

    @admin.display(description=gettext_lazy("débit"))
    def debit(self, obj: Ligne) -> str:
        """In euros; nothing on a credit line."""
        return format_euros(obj.debit_cents) if obj.debit_cents else ""

    @admin.display(description=gettext_lazy("crédit"))
    def credit(self, obj: Ligne) -> str:
        """In euros; nothing on a debit line."""
        return format_euros(obj.credit_cents) if obj.credit_cents else ""

    @admin.display(description=gettext_lazy("lettre"))
    def lettre(self, obj: Ligne) -> str:
        """Of the lettrage that holds the line today."""
        return "".join(each.lettrage.code for each in obj.lettrages.all() if each.live)


class FinalFilter(admin.SimpleListFilter):
    """Drafts, which a closing makes final."""

    title = gettext_lazy("validation")
    parameter_name = "validation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Draft or final."""
        return [("brouillon", _("Brouillons")), ("validee", _("Validées"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones."""
        if self.value() not in {"brouillon", "validee"}:
            return queryset
        return queryset.filter(validation__isnull=self.value() == "brouillon")


class LateFilter(admin.SimpleListFilter):
    """What was learnt after its day had closed, and is written on a later one."""

    title = gettext_lazy("retard")
    parameter_name = "retard"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The late ones, or all of them."""
        return [("oui", _("Fait d’une journée déjà clôturée"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The chosen ones."""
        late = self.value() == "oui"
        return queryset.filter(origin_on__lt=F("accounting_on")) if late else queryset


class EcritureAdmin(ReversalAdmin):
    """Read-only: the journal only grows."""

    change_form_template = "admin/comptabilite/ecriture/change_form.html"
    list_display = ("piece", "jour", "journal_code", "numero", "label", "montant")
    list_filter = (FinalFilter, LateFilter, "accounting_on", "event")
    list_select_related = ("journal", "validation")
    search_fields = ("=piece",)
    search_help_text = gettext_lazy("Référence entière de la pièce (celle du paiement).")
    ordering = ("-pk",)
    inlines = (LigneInline,)
    readonly_fields = ("total", "dates", "numero", "empreinte", "origine", "contrepassee")
    fields = (
        *("caisse", "journal", "numero", "empreinte", "event", "piece", "label"),
        *("accounting_on", "dates", "recorded_at", "origine", "source_id"),
        *("reverses", "reason", "contrepassee", "total"),
    )

    jour = moment("accounting_on", gettext_lazy("date comptable"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the sum of each one's debits, which is that of its credits."""
        own = Ligne.objects.filter(caisse=OuterRef("caisse"), ecriture=OuterRef("pk")).order_by()
        debited = own.values("ecriture").annotate(cents=Sum("debit_cents")).values("cents")
        return super().get_queryset(request).annotate(debited_cents=Subquery(debited))

    @admin.display(description=gettext_lazy("montant"))
    def montant(self, obj: Ecriture) -> str:
        """Its sum; no list is sorted by it, which would read every line of the books."""
        return format_euros(getattr(obj, "debited_cents", None) or 0)

    @admin.display(description=gettext_lazy("journal"))
    def journal_code(self, obj: Ecriture) -> str:
        """The journal, by its code."""
        return obj.journal.code

    @admin.display(description=gettext_lazy("numéro"))
    def numero(self, obj: Ecriture) -> str:
        """Year and number once final."""
        final = getattr(obj, "validation", None)
        return f"{final.exercice}-{final.number}" if final else _("brouillon")

    @admin.display(description=gettext_lazy("empreinte"))
    def empreinte(self, obj: Ecriture) -> str:
        """Of its canonical form, once final."""
        final = getattr(obj, "validation", None)
        return final.hash if final else "-"

    @admin.display(description=gettext_lazy("dates"))
    def dates(self, obj: Ecriture) -> str:
        """When it happened, when it was learnt, where it was written."""
        learnt_on = paris_date(obj.recorded_at)
        if obj.origin_on == learnt_on == obj.accounting_on:
            return _("Fait, appris et écrit le même jour.")
        said = {"fact": _day(obj.origin_on), "learnt": _day(learnt_on)}
        if obj.accounting_on == obj.origin_on:
            return _("Fait du %(fact)s, appris le %(learnt)s, écrit à son jour.") % said
        return _("Fait du %(fact)s, appris le %(learnt)s, écrit au premier jour ouvert.") % said

    @admin.display(description=gettext_lazy("ce qu’elle écrit"))
    def origine(self, obj: Ecriture) -> SafeString | str:
        """Links to what it books."""
        return self._linked(origin_of(obj))

    @admin.display(description=gettext_lazy("contrepassée par"))
    def contrepassee(self, obj: Ecriture) -> SafeString | str:
        """The reversal, by its day."""
        reversal = getattr(obj, "reversed_by", None)
        if reversal is None:
            return "-"
        page = "comptabilite_ecriture_change"
        return self._linked([AnomalyPage(_day(reversal.accounting_on), page, reversal.pk)])

    def _linked(self, pages: list[AnomalyPage]) -> SafeString | str:
        links = links_of(pages, self.admin_site.name)
        if not links:
            return "-"
        return render_to_string("admin/comptabilite/anomalie/links.html", {"links": links})

    @admin.display(description=gettext_lazy("total"))
    def total(self, obj: Ecriture) -> str:
        """Sum of the debits, which is that of the credits."""
        return format_euros(obj.lignes.aggregate(total=Sum("debit_cents"))["total"] or 0)


def _day(day: Any) -> str:
    return date_format(day, "j F Y")


for site in BOTH_SITES:
    site.register(Ecriture, EcritureAdmin)
