"""Errors of the API, all of one form: a problem (RFC 9457), with a stable code and a sentence."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.views import exception_handler

CONTENT_TYPE = "application/problem+json"
API_ROOT = "/api/"


class ProblemSerializer(serializers.Serializer):
    """What went wrong: ``code`` is for programs and does not change, ``detail`` is for people."""

    type = serializers.CharField(help_text="about:blank")
    title = serializers.CharField(help_text="Words of the HTTP status.")
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="Stable, for programs.")
    detail = serializers.CharField(help_text="A sentence that says what to do.")
    errors = serializers.DictField(
        required=False, help_text="The sentences of each field or parameter that is wrong."
    )


def problem(status: int, *, code: str, detail: str, **more: Any) -> dict[str, Any]:
    """The body of a problem."""
    title = HTTPStatus(status).phrase
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }


def as_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler of exceptions: its answer, said as a problem; others are errors of ours."""
    response = exception_handler(error, context)
    if response is None:
        return None
    response.data = problem(response.status_code, code=_code(error), **_said(error))
    response.content_type = CONTENT_TYPE
    return response


def api_error(request: HttpRequest | None, status: int, *, code: str) -> JsonResponse | None:
    """The same outside DRF, for an address of the API; ``None`` for a page."""
    if request is None or not request.path_info.startswith(API_ROOT):
        return None
    body = problem(status, code=code, detail=_SENTENCES[status]())
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


_SENTENCES = {
    400: lambda: _("Cette demande ne se lit pas."),
    403: lambda: _("Ces identifiants ne donnent pas accès à cette adresse."),
    404: lambda: _("Il n’y a rien à cette adresse, ou ce n’est pas à votre caisse."),
    500: lambda: _("L’erreur vient de nous. Rien n’est perdu : envoyez la demande de nouveau."),
}


def _code(error: Exception) -> str:
    if isinstance(error, Http404):
        return "not_found"
    if isinstance(error, PermissionDenied):
        return "permission_denied"
    if isinstance(error, exceptions.ValidationError):
        return "invalid"
    codes = error.get_codes() if isinstance(error, exceptions.APIException) else "error"
    return codes if isinstance(codes, str) else "invalid"


def _said(error: Exception) -> dict[str, Any]:
    detail = getattr(error, "detail", None)
    if isinstance(detail, dict):
        return {"detail": _("Un champ ou un paramètre ne convient pas."), "errors": detail}
    if isinstance(detail, list):
        return {"detail": " ".join(map(str, detail))}
    return {"detail": str(detail) if detail else _SENTENCES[404 if _missing(error) else 403]()}


def _missing(error: Exception) -> bool:
    return isinstance(error, Http404)
