"""The agents' work list: whose each line is, what shows it, what settles it, what was done."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Model, QuerySet, Value, When
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from caisses.admin.base import PortalAdmin, euros, moment
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from comptabilite.admin.anomaly_filters import AgeFilter, OpenFilter, OwnerFilter
from comptabilite.admin.page_links import Link, links_of
from comptabilite.admin.suspense import suspense_urls
from comptabilite.anomaly_pages import pages_of
from comptabilite.anomaly_queries import age_days, ages_by_fund, counts_by_kind, is_late
from comptabilite.models import Anomalie
from comptabilite.services.owning import (
    OwningRefused,
    colleagues,
    hand_over,
    note,
    release,
    take,
)
from comptabilite.services.settling import SettlingRefused, settle_anomalie, words_refused
from comptabilite.work_rules import rule_of


class SettlingForm(ModelForm):
    """What was done about it."""

    settled_note = forms.CharField(
        label=_("Suite donnée"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Enregistrer règle cette anomalie, en votre nom et une fois pour toutes."),
    )

    class Meta:
        """What is asked."""

        model = Anomalie
        fields = ("settled_note",)


class AnomalieAdmin(PortalAdmin):
    """Everything is read-only but who follows a line, its notes, and the words that settle it."""

    form = SettlingForm
    change_list_template = "admin/comptabilite/anomalie/change_list.html"
    change_form_template = "admin/comptabilite/anomalie/change_form.html"
    list_display = ("nature", "age", "suivi", "montant", "constat")
    list_filter = (OpenFilter, OwnerFilter, AgeFilter)
    list_select_related = ("owner", "settled_by")
    search_fields = ("subject__startswith",)
    search_help_text = _("Référence du paiement ou identifiant de la plateforme, entiers.")
    actions = ("take_selected",)
    _facts = (
        *("caisse", "kind", "montant", "detail", "ouverture", "age"),
        *("a_faire", "actions_possibles", "preuves", "owner", "trace", "subject"),
    )
    readonly_fields = (*_facts, "settled_at", "settled_by", "refus")

    montant = euros("amount_cents", _("montant"))
    ouverture = moment("opened_at", _("ouverte le"))
    reglement = moment("settled_at", _("réglée le"))

    @admin.display(description=_("nature"), ordering="kind")
    def nature(self, obj: Anomalie) -> str:
        """What did not fit."""
        return obj.get_kind_display()

    @admin.display(description=_("constat"))
    def constat(self, obj: Anomalie) -> str:
        """The first words of what was found."""
        return Truncator(obj.detail).chars(90)

    @admin.display(description=_("âge"), ordering="opened_at")
    def age(self, obj: Anomalie) -> SafeString | str:
        """Days in Paris since it was opened; marked by a word once late for its kind."""
        if obj.settled_at is not None:
            return "-"
        now = timezone.now()
        days = age_days(obj.opened_at, now)
        words = str(_("moins d’un jour"))
        if days:
            words = ngettext("%(days)d jour", "%(days)d jours", days) % {"days": days}
        if not is_late(obj.kind, obj.opened_at, now):
            return words
        return format_html('{} <strong class="en-retard">{}</strong>', words, _("en retard"))

    @admin.display(description=_("suivie par"), ordering="owner")
    def suivi(self, obj: Anomalie) -> str:
        """Who works on it."""
        return obj.owner.get_username() if obj.owner else str(_("personne"))

    @admin.display(description=_("pour la régler"))
    def a_faire(self, obj: Anomalie) -> str:
        """What settles this kind of line."""
        return str(rule_of(obj.kind).todo)

    @admin.display(description=_("pourquoi une note ne suffit pas"))
    def refus(self, obj: Anomalie) -> str:
        """Why this agent's words do not settle it."""
        return getattr(obj, "refused", "")

    @admin.display(description=_("agir"))
    def actions_possibles(self, obj: Anomalie) -> SafeString | str:
        """The pages where something that settles it is done."""
        return self._links(obj, acts=True)

    @admin.display(description=_("preuves"))
    def preuves(self, obj: Anomalie) -> SafeString | str:
        """What it is about, one link each."""
        return self._links(obj, acts=False)

    @admin.display(description=_("ce qui a été fait"))
    def trace(self, obj: Anomalie) -> str:
        """Everything that was done about it, in order."""
        rows = obj.traces.select_related("agent").order_by("pk")
        return render_to_string("admin/comptabilite/anomalie/trace.html", {"rows": rows})

    def get_list_display(self, request: HttpRequest) -> Sequence[Any]:
        """The age of the open ones; when the settled ones were opened and settled, and by whom."""
        columns = super().get_list_display(request)
        if request.GET.get("suite") not in {"reglees", "toutes"}:
            return columns
        kept = [each for each in columns if each not in {"age", "suivi"}]
        return [*kept, "ouverture", "reglement", "settled_by"]

    def get_ordering(self, request: HttpRequest) -> Sequence[Any]:
        """Mine, then nobody's, then the others', each from the oldest; settled: the last first."""
        if request.GET.get("suite") == "reglees":
            return ("-settled_at", "-pk")
        mine = When(owner=request.user.pk, then=Value(0))
        whose = Case(mine, When(owner__isnull=True, then=Value(1)), default=Value(2))
        return (whose.asc(), "opened_at", "pk")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Open ones that this agent's words may settle; a settled one stays as it was settled."""
        if not self.admin_site.has_permission(request):
            return False
        if not isinstance(obj, Anomalie):
            return True
        return obj.settled_at is None and not self._refused(request, obj)

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """The facts, then the note, or why there is none; who and when once settled."""
        if not isinstance(obj, Anomalie) or self.has_change_permission(request, obj):
            return (*self._facts, "settled_note")
        if obj.settled_at is None:
            return (*self._facts, "refus")
        return (*self._facts, "settled_note", "settled_at", "settled_by")

    def get_urls(self) -> list[URLPattern]:
        """The stock pages, who follows a line, and the funds by their oldest line."""
        follow = self.admin_site.admin_view(require_POST(self.follow))
        funds = self.admin_site.admin_view(require_safe(self.funds))
        return [
            path("<int:pk>/suivre/", follow, name="anomalie_follow"),
            path("par-caisse/", funds, name="anomalie_funds"),
            *suspense_urls(self),
            *super().get_urls(),
        ]

    def follow(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a line, give it back, hand it over or note something; then show it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        anomalie = self.get_object(request, str(pk))
        if anomalie is None:
            raise Http404
        try:
            said = self._follow(request, anomalie.pk)
        except OwningRefused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said)
        address = reverse(
            "admin:comptabilite_anomalie_change", args=[pk], current_app=self.admin_site.name
        )
        return HttpResponseRedirect(address)

    def funds(self, request: HttpRequest) -> HttpResponse:
        """The agent's funds, the one whose line is the oldest first."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Anomalies par caisse"),
            "funds": ages_by_fund(rights=rights_of(request.user), now=timezone.now()),
        }
        return TemplateResponse(request, "admin/comptabilite/anomalie/funds.html", context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, under the counts of its kinds."""
        lines = self.get_queryset(request)
        counted = {
            "kinds": counts_by_kind(lines, now=timezone.now()),
            "chosen_kind": request.GET.get("kind__exact", ""),
            "several_funds": self._shows_caisse(request),
        }
        return super().changelist_view(request, {**counted, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> Any:
        """One button: there is nothing to go on editing. And who follows the line."""
        context["show_save_and_continue"] = False
        line = kwargs["obj"]
        if line is not None and line.settled_at is None:
            context["following"] = True
            context["is_mine"] = line.owner_id == request.user.pk
            context["colleagues"] = [each for each in colleagues(line) if each.pk != line.owner_id]
        return super().render_change_form(request, context, *args, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Settle; when somebody was quicker, say so and show what they wrote."""
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except SettlingRefused as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path)

    def response_change(self, request: HttpRequest, obj: Anomalie) -> HttpResponse:
        """Back to the list, with what was done said in its words."""
        messages.success(request, _("La ligne est réglée : « %(title)s ».") % {"title": obj})
        return self.response_post_save_change(request, obj)

    def save_model(self, request: HttpRequest, obj: Anomalie, form: Any, change: bool) -> None:
        """Settle through the service, which locks the row."""
        settle_anomalie(
            anomalie_id=obj.pk,
            agent=request.user,
            note=form.cleaned_data["settled_note"],
            now=timezone.now(),
        )

    @admin.action(description=_("Prendre"), permissions=["view"])
    def take_selected(self, request: HttpRequest, queryset: QuerySet[Anomalie]) -> None:
        """Take each chosen line that nobody has; say how many a colleague has."""
        taken, refused = 0, 0
        for pk in queryset.order_by("pk").values_list("pk", flat=True):
            try:
                take(anomalie_id=pk, agent=request.user, now=timezone.now())
                taken += 1
            except OwningRefused:
                refused += 1
        if taken:
            words = ngettext(
                "Vous suivez %(n)d ligne choisie.", "Vous suivez %(n)d lignes choisies.", taken
            )
            messages.success(request, words % {"n": taken})
        if refused:
            words = ngettext(
                "%(n)d ligne est déjà suivie ou réglée.",
                "%(n)d lignes sont déjà suivies ou réglées.",
                refused,
            )
            messages.warning(request, words % {"n": refused})

    def _follow(self, request: HttpRequest, pk: int) -> Any:
        asked, now, agent = request.POST, timezone.now(), request.user
        doing: dict[str, tuple[Callable[[], object], Any]] = {
            "prendre": (
                lambda: take(anomalie_id=pk, agent=agent, now=now),
                _("Vous suivez cette ligne."),
            ),
            "rendre": (
                lambda: release(anomalie_id=pk, agent=agent, now=now),
                _("La ligne est de nouveau à tous."),
            ),
            "confier": (
                lambda: hand_over(
                    anomalie_id=pk, agent=agent, to_id=_number(asked.get("a", "")), now=now
                ),
                _("La ligne est confiée."),
            ),
            "noter": (
                lambda: note(anomalie_id=pk, agent=agent, text=asked.get("note", ""), now=now),
                _("Votre note est gardée."),
            ),
        }
        act, said = doing.get(asked.get("quoi", ""), (None, ""))
        if act is None:
            raise OwningRefused(_("Choisissez ce que vous voulez faire de cette ligne."))
        act()
        return said

    def _refused(self, request: HttpRequest, obj: Anomalie) -> str:
        if not hasattr(obj, "refused"):
            obj.refused = words_refused(obj, request.user)  # type: ignore[attr-defined]
        return obj.refused  # type: ignore[attr-defined]

    def _links(self, obj: Anomalie, *, acts: bool) -> SafeString | str:
        if not hasattr(obj, "links"):
            obj.links = links_of(pages_of(obj), self.admin_site.name)  # type: ignore[attr-defined]
        shown: list[Link] = [link for link in obj.links if link.acts == acts]  # type: ignore[attr-defined]
        if acts and obj.settled_at is None and not getattr(obj, "refused", " "):
            shown.append(
                Link("#id_settled_note", _("écrire la suite donnée, sur cette page"), True)
            )
        if not shown:
            return "-"
        return render_to_string("admin/comptabilite/anomalie/links.html", {"links": shown})


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


for site in BOTH_SITES:
    site.register(Anomalie, AnomalieAdmin)
