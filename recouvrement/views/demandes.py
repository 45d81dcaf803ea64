"""Asking about a debt, from its own page: what will happen first, then the form; withdrawing."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allocataires.models import Creance
from allocataires.queries import creances_of
from allocataires.services.echeanciers import is_in_own_plan
from allocataires.views.access import debtor_of, debtor_required
from payments.plan_queries import running_plans_on
from recouvrement.demande_forms import DemandeForm
from recouvrement.demande_words import KIND_OF_WORD
from recouvrement.models import Demande
from recouvrement.services.filing import (
    AlreadyFiled,
    DemandeRefused,
    FraudExcludes,
    NotWaiting,
    file_demande,
    foreseen,
    may_ask,
    withdraw_demande,
)


@debtor_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: UUID, word: str) -> HttpResponse:
    """One form a kind of demande. What cannot be asked is said kindly, with what is possible."""
    kind = KIND_OF_WORD.get(word)
    if kind is None:
        raise Http404
    visible = creances_of(debtor_of(request)).select_related("caisse")
    creance = get_object_or_404(visible, public_id=public_id)
    form = DemandeForm(request.POST if request.method == "POST" else None, kind=kind)
    try:
        if form.is_valid():
            return _filed(request, creance, form)
        return _page(request, creance, form)
    except AlreadyFiled as error:
        messages.info(request, str(error))
        return _to_debt(creance)
    except DemandeRefused as error:
        context = {"creance": creance, "why": str(error), "kind": kind, **_fraud(error)}
        return render(request, "recouvrement/not_possible.html", context)


@debtor_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what withdrawing does, then do it."""
    debtor = debtor_of(request)
    visible = Demande.objects.filter(creance__in=creances_of(debtor))
    demande = get_object_or_404(visible.select_related("creance"), public_id=public_id)
    if request.method != "POST" and demande.is_waiting:
        context = {"demande": demande, "creance": demande.creance}
        return render(request, "recouvrement/withdraw.html", context)
    try:
        withdraw_demande(debtor=debtor, demande_id=demande.public_id, now=timezone.now())
    except NotWaiting as error:
        messages.info(request, str(error))
    else:
        messages.success(request, _("Votre demande est retirée."))
    return _to_debt(demande.creance)


def _filed(request: HttpRequest, creance: Creance, form: DemandeForm) -> HttpResponse:
    demande = file_demande(
        debtor=debtor_of(request),
        creance_id=creance.public_id,
        asking=form.said(),
        now=timezone.now(),
    )
    stopped = _("Le remboursement est arrêté à partir de maintenant.") if demande.suspends else ""
    said = _("Votre demande est déposée. Sa référence : %(reference)s.")
    followed = _("Elle est suivie plus bas, sous « Vos demandes ».")
    sentences = (said % {"reference": demande.reference}, stopped, followed)
    messages.success(request, " ".join(filter(None, sentences)))
    return _to_debt(creance)


def _page(request: HttpRequest, creance: Creance, form: DemandeForm) -> HttpResponse:
    rule = may_ask(creance, form.kind)
    if creance.demandes.waiting().filter(kind=form.kind).exists():
        raise AlreadyFiled(_("Cette demande est déjà déposée : elle est en cours d’examen."))
    context = {
        "creance": creance,
        "form": form,
        "rule": rule,
        "ahead": foreseen(creance, rule, now=timezone.now()),
        "has_plan": bool(running_plans_on([creance])),
        "has_own_plan": is_in_own_plan((creance.public_id,)),
    }
    return render(request, "recouvrement/ask.html", context)


def _fraud(error: DemandeRefused) -> dict[str, bool]:
    return {"is_fraud": isinstance(error, FraudExcludes)}


def _to_debt(creance: Creance) -> HttpResponse:
    return redirect("allocataires:creance", creance.public_id)
