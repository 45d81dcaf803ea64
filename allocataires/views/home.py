"""The first page, the one for who cannot pay, and the two that every public site owes."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the two ways in, and what to do when one cannot pay."""
    return render(request, "allocataires/home.html")


@login_not_required
@require_safe
def cannot_pay(request: HttpRequest) -> HttpResponse:
    """What exists for who cannot pay, or does not agree: as easy to reach as the payment."""
    return render(request, "allocataires/cannot_pay.html")


@login_not_required
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes the portal, what it keeps about people, and their rights."""
    return render(request, "allocataires/legal.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement: what was checked and how, and what was not."""
    return render(request, "allocataires/accessibility.html")
