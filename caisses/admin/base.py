"""Bases of the admin pages: read-only unless they say otherwise, and never beyond one's funds."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from caf_portal.money import format_euros
from caisses.admin.caisse_filter import CaisseFilter
from caisses.admin.careful_list import CarefulChangeList
from caisses.admin.paginator import EstimatedPaginator
from caisses.perms import Rights, rights_of


def visible(queryset: QuerySet[Any], rights: Rights) -> QuerySet[Any]:
    """The rows of the agent's funds: the second lock, behind row-level security."""
    if hasattr(queryset, "visible_to"):
        return queryset.visible_to(rights)
    return queryset if rights.national else queryset.filter(caisse_id__in=rights.caisse_ids)


def euros(field: str, description: Any) -> Callable[..., str]:
    """A column or a line that shows the cents of ``field`` in euros."""

    @admin.display(description=description, ordering=field)
    def shown(_self: Any, obj: Model) -> str:
        cents = getattr(obj, field)
        return "-" if cents is None else format_euros(cents)

    return shown


def moment(field: str, description: Any) -> Callable[..., str]:
    """A narrow column that shows the instant or the date of ``field``, in Paris."""

    @admin.display(description=description, ordering=field)
    def shown(_self: Any, obj: Model) -> str:
        value = getattr(obj, field)
        if isinstance(value, datetime):
            return date_format(localtime(value), "d/m/Y H:i")
        return date_format(value, "d/m/Y") if value else "-"

    return shown


class ReadOnly:
    """Look, don't touch: the database would refuse most changes anyway."""

    def has_add_permission(self, *_: Any) -> bool:
        """Nobody adds rows here."""
        return False

    def has_change_permission(self, *_: Any) -> bool:
        """Nobody changes rows here."""
        return False

    def has_delete_permission(self, *_: Any) -> bool:
        """Nobody deletes rows here."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Whoever may enter the site; which rows, the queryset decides."""
        return self.admin_site.has_permission(request)  # type: ignore[attr-defined]


class PortalAdmin(ReadOnly, admin.ModelAdmin):
    """A read-only list and page. The fund is shown to those who have several of them."""

    actions: ClassVar[Any] = None
    list_per_page = 50
    show_full_result_count = False
    #: Counting each choice of each filter would read the whole table.
    show_facets = admin.ShowFacets.NEVER
    paginator = EstimatedPaginator
    #: Where the fund's column goes in the list; ``None`` when the model has no fund.
    caisse_position: int | None = 1

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may enter the site."""
        return self.admin_site.has_permission(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of the agent's funds only: lists, pages, searches and autocompletion use it."""
        queryset = super().get_queryset(request)
        if self.caisse_position is None:
            return queryset
        return visible(queryset, rights_of(request.user))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """A list that no address makes fail."""
        return CarefulChangeList

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """The columns, with the fund's for whoever has several."""
        columns = list(super().get_list_display(request))
        if self._shows_caisse(request):
            columns.insert(self.caisse_position or 0, "caisse_code")
        return columns

    def get_list_filter(self, request: HttpRequest) -> Sequence[Any]:
        """The filters, with the fund's for whoever has several, or follows a link that names it."""
        filters = list(super().get_list_filter(request))
        named = self.caisse_position is not None and CaisseFilter.parameter_name in request.GET
        return [CaisseFilter, *filters] if named or self._shows_caisse(request) else filters

    def get_list_select_related(self, request: HttpRequest) -> Sequence[str]:
        """The relations shown in the list, read with it."""
        related = list(self.list_select_related or ())
        return [*related, "caisse"] if self._shows_caisse(request) else related

    def get_sortable_by(self, request: HttpRequest) -> Sequence[Any]:
        """Sorting a whole country by any column would read all of it; a fund may be sorted."""
        return () if rights_of(request.user).national else super().get_sortable_by(request)

    @admin.display(description=_("caisse"))
    def caisse_code(self, obj: Any) -> str:
        """The fund, in three digits."""
        return obj.caisse.code if obj.caisse_id else "-"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, named by what it lists."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page, named by what it shows: its kind, then which one."""
        context["title"] = capfirst(self.opts.verbose_name)
        if kwargs.get("obj") is not None:
            context["subtitle"] = capfirst(str(kwargs["obj"]))
        return super().render_change_form(request, context, *args, **kwargs)

    def _shows_caisse(self, request: HttpRequest) -> bool:
        rights = rights_of(request.user)
        several = rights.national or len(rights.caisse_ids) > 1
        return several and self.caisse_position is not None


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    """Related rows under a page, read in one query."""

    template = "admin/read_only_inline.html"
    extra = 0
    max_num = 0
    can_delete = False
    #: Relations that the columns show.
    related: ClassVar[Sequence[str]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of the agent's funds only, with what the columns show."""
        queryset = visible(super().get_queryset(request), rights_of(request.user))
        return queryset.select_related(*self.related) if self.related else queryset
