"""Proofs of days: what each side says, what differs, and what to do of it."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from caf_portal.money import format_euros
from caisses.admin.base import PortalAdmin, euros, moment
from caisses.admin.filter_titles import dated
from caisses.perms import rights_of
from caisses.sites import BOTH_SITES
from comptabilite.models import Cloture
from comptabilite.models.cloture import Periode
from rapprochement.models import Imputation, LigneBanque, LignePlateforme, Rapprochement, Residu
from rapprochement.models.matches import ImputationKind
from rapprochement.models.proof import ResiduKind
from rapprochement.proofs.content import content_of
from rapprochement.proofs.rendering import conclusion, render_proof
from rapprochement.services.imputation_writing import ImputationRefused
from rapprochement.services.imputing_by_agent import impute_by_agent
from rapprochement.services.pairing import PairingRefused, pair_by_agent
from rapprochement.services.proving import prove_again, prove_day


class RapprochementAdmin(PortalAdmin):
    """Days of a fund, the last one first; the page of a day, its PDF, and its proposals."""

    change_form_template = "admin/rapprochement/rapprochement/change_form.html"
    list_display = ("jour", "plateforme", "journaux", "banque", "residuals", "attente", "cloture")
    list_filter = (dated("day_on", _("journée")),)
    ordering = ("-day_on", "pk")
    fields = ("caisse", "jour", "calcul")
    readonly_fields = ("jour", "calcul")

    jour = moment("day_on", _("journée"))
    calcul = moment("computed_at", _("calculé le"))
    plateforme = euros("gateway_cents", _("plateforme"))
    journaux = euros("ledger_cents", _("journaux"))
    banque = euros("bank_cents", _("banque"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rapprochement]:
        """With whether each day is closed."""
        closed = Cloture.objects.filter(
            caisse=OuterRef("caisse"), periode=Periode.JOUR, last_on=OuterRef("day_on")
        )
        return super().get_queryset(request).annotate(closed=Exists(closed))

    @admin.display(description=_("à expliquer"), ordering="unexplained")
    def attente(self, obj: Rapprochement) -> str:
        """How many residuals count against the day, and for how much."""
        if not obj.unexplained_cents:
            return str(obj.unexplained or _("rien"))
        return f"{obj.unexplained} ({format_euros(obj.unexplained_cents)})"

    @admin.display(description=_("état"))
    def cloture(self, obj: Rapprochement) -> str:
        """Whether the accountant closed it."""
        return str(_("clôturée") if getattr(obj, "closed", False) else _("ouverte"))

    def get_urls(self) -> list[URLPattern]:
        """The PDF, proving again, applying a proposal, and choosing a pair."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/pdf/", wrap(require_safe(self.pdf)), name="proof_pdf"),
            path("<int:pk>/prouver/", wrap(require_POST(self.prove)), name="proof_again"),
            path("<int:pk>/appliquer/", wrap(require_POST(self.apply)), name="proof_apply"),
            path("<int:pk>/apparier/", wrap(require_POST(self.pair)), name="proof_pair"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The page of a day."""
        proof = kwargs["obj"]
        content = content_of(proof)
        context["content"] = content
        context["conclusion"] = conclusion(content)
        accounts = self._accounts_for(request, proof)
        context["may_apply"] = accounts and not content.closed
        context["outdated"] = not content.closed and _moved_since(proof)
        context["neighbours"] = self._neighbours(request, proof)
        return super().render_change_form(request, context, *args, **kwargs)

    def pdf(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same content, to keep."""
        proof = self._own(request, pk)
        name = f"rapprochement-{proof.caisse.code}-{proof.day_on:%Y-%m-%d}.pdf"
        return HttpResponse(
            render_proof(proof, langue=get_language() or "fr"),
            content_type="application/pdf",
            headers={
                "Content-Disposition": f'inline; filename="{name}"',
                "Cache-Control": "no-store",
            },
        )

    def prove(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Compute the proof again, unless the day is closed."""
        proof = self._own(request, pk)
        prove_day(caisse_id=proof.caisse_id, day_on=proof.day_on, now=timezone.now())
        messages.success(request, _("Le rapprochement est recalculé."))
        return self._back_to(pk)

    def apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what the portal proposes for a bank line, in the accountant's name."""
        proof = self._own(request, pk)
        wanted = request.POST.get("residu", "")
        gaps = Residu.objects.filter(rapprochement=proof, kind=ResiduKind.BANQUE)
        gap = gaps.filter(pk=_number(wanted)).first()
        if gap is None:
            raise Http404
        try:
            self._apply(request, gap)
        except ImputationRefused as refusal:
            messages.error(request, str(refusal))
            if (line := _line_of(gap)) is not None:
                return self._to_imputing(line, gap)
        else:
            now = timezone.now()
            prove_day(caisse_id=proof.caisse_id, day_on=proof.day_on, now=now)
            self.log_change(request, proof, "proposition appliquée")
            messages.success(request, _("La ligne de banque est imputée."))
        return self._back_to(pk)

    def pair(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Match a line of the platform with the line of the books that the accountant chose, then
        prove again the days of both."""
        proof = self._own(request, pk)
        wanted, _dash, chosen = request.POST.get("paire", "").partition("-")
        gap = Residu.objects.filter(rapprochement=proof, pk=_number(wanted)).first()
        line = _told_by(gap) if gap is not None else None
        if gap is None or line is None:
            raise Http404
        now = timezone.now()
        try:
            _made, days = pair_by_agent(
                plateforme_id=line.pk, ligne_id=_number(chosen), agent=request.user, now=now
            )
        except PairingRefused as refusal:
            messages.error(request, str(refusal))
        else:
            prove_again(caisse_id=proof.caisse_id, days={*days, proof.day_on}, now=now)
            self.log_change(request, proof, "lignes rapprochées")
            messages.success(request, _("Les deux lignes sont rapprochées."))
        return self._back_to(pk)

    def _apply(self, request: HttpRequest, gap: Residu) -> None:
        line = _line_of(gap)
        if line is None or not gap.proposal:
            raise ImputationRefused(_("Cette proposition n’est plus là : recalculez la journée."))
        impute_by_agent(
            ligne_id=line.pk,
            kind=ImputationKind(gap.proposal["action"]),
            agent=request.user,
            note=request.POST.get("note", "") or gap.proposal["reason"],
            now=timezone.now(),
            remise_ids=gap.proposal.get("remises", []),
            charge_ids=gap.proposal.get("charges", []),
        )

    def _own(self, request: HttpRequest, pk: int) -> Rapprochement:
        proof = self.get_object(request, str(pk))
        if proof is None or not self.has_view_permission(request):
            raise Http404
        return proof

    def _neighbours(self, request: HttpRequest, proof: Rapprochement) -> list[Rapprochement]:
        """The proofs of the days before and after, those that there are."""
        days = self.get_queryset(request).filter(caisse_id=proof.caisse_id).order_by("day_on")
        before = days.filter(day_on__lt=proof.day_on).last()
        after = days.filter(day_on__gt=proof.day_on).first()
        return [each for each in (before, after) if each is not None]

    def _accounts_for(self, request: HttpRequest, proof: Rapprochement) -> bool:
        return proof.caisse_id in rights_of(request.user).comptable_ids

    def _to_imputing(self, line: LigneBanque, gap: Residu) -> HttpResponseRedirect:
        """The page where the accountant says what the proposal could not, filled in with it."""
        site = self.admin_site.name
        if Imputation.objects.in_force().filter(ligne=line).exists():
            page = "admin:rapprochement_lignebanque_change"
            return HttpResponseRedirect(reverse(page, args=[line.pk], current_app=site))
        page = reverse("admin:bank_line_impute", args=[line.pk], current_app=site)
        chosen = [("kind", gap.proposal.get("action", ""))]
        for name in ("remises", "charges"):
            chosen += [(name, str(each)) for each in gap.proposal.get(name, [])]
        return HttpResponseRedirect(f"{page}?{urlencode(chosen)}")

    def _back_to(self, pk: int) -> HttpResponseRedirect:
        address = "admin:rapprochement_rapprochement_change"
        return HttpResponseRedirect(reverse(address, args=[pk], current_app=self.admin_site.name))


def _moved_since(proof: Rapprochement) -> bool:
    """Whether a bank line of the day, or of one before, was imputed or corrected since then."""
    since = Q(imputed_at__gt=proof.computed_at) | Q(corrected_at__gt=proof.computed_at)
    moved = Imputation.objects.filter(since, caisse_id=proof.caisse_id)
    return moved.filter(ligne__booked_on__lte=proof.day_on).exists()


def _line_of(gap: Residu) -> LigneBanque | None:
    """The bank line that a residual is about."""
    _what, _space, name = gap.subject.partition(" ")
    return LigneBanque.objects.filter(caisse_id=gap.caisse_id, public_id=name).first()


def _told_by(gap: Residu) -> LignePlateforme | None:
    """The line of the platform that a residual is about."""
    what, _space, name = gap.subject.partition(" ")
    if what != "plateforme":
        return None
    # By its day first: a fund has millions of them.
    told = LignePlateforme.objects.filter(caisse_id=gap.caisse_id, day_on=gap.since_on)
    return told.filter(public_id=name).first()


def _number(typed: str) -> int:
    """A number that a key may be; 0, which none is, otherwise."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 19 else 0


for site in BOTH_SITES:
    site.register(Rapprochement, RapprochementAdmin)
