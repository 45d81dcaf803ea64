"""``/verifier/``: a third party checks a document; open to anybody, says four things at most."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from caf_portal.client_address import client_address
from caf_portal.database.own_transactions import own_transactions
from payments.services.verifying import Answer, TooManyAttempts, verify_code


class CodeForm(forms.Form):
    """The code printed on a document."""

    code = forms.CharField(
        label=_("Code du document"),
        help_text=_("Il est imprimé sous le QR code. Exemple : 011-7K3M-9QXT-2B4H-58."),
        max_length=40,
        error_messages={
            "required": _("Écrivez le code imprimé sur le document."),
            "max_length": _("Ce code est trop long : vérifiez-le sur le document."),
        },
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


@own_transactions
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a code, and answer under the form."""
    form = CodeForm(request.POST or None)
    if not form.is_valid():
        return _page(request, form=form)
    return _verified(request, form, typed=form.cleaned_data["code"])


@own_transactions
@login_not_required
@never_cache
@require_safe
def verify_code_view(request: HttpRequest, code: str) -> HttpResponse:
    """The address of a QR code: the answer at once."""
    form = CodeForm(initial={"code": code[:40]})
    return _verified(request, form, typed=code)


def _verified(request: HttpRequest, form: CodeForm, *, typed: str) -> HttpResponse:
    now = timezone.now()
    try:
        answer = verify_code(typed=typed, address=client_address(request), now=now)
    except TooManyAttempts as error:
        return _page(request, form=form, until=error.until, status=429)
    return _page(request, form=form, answer=answer)


def _page(
    request: HttpRequest,
    *,
    form: CodeForm,
    answer: Answer | None = None,
    until: object = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "answer": answer, "until": until, "checked_at": timezone.now()}
    response = render(request, "payments/verify.html", context, status=status)
    # The address of an answer holds a code: no search engine keeps it.
    response["X-Robots-Tag"] = "noindex"
    return response
