"""The table of the states of a debt: which may be paid online, and why not otherwise."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from allocataires.state_table import state_table


@login_not_required
@require_safe
def states(request: HttpRequest) -> HttpResponse:
    """For anybody: it says nothing of anyone."""
    return render(request, "allocataires/states.html", {"rows": state_table()})
