"""The pages for what went wrong stand on their own, the database and the session included."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from caf_portal import errors
from caf_portal.urls import handler400, handler403, handler404, handler500
from caf_portal.urls import urlpatterns as pages


def fails(request: HttpRequest) -> None:
    raise {"400": SuspiciousOperation, "403": PermissionDenied, "500": RuntimeError}[
        request.GET["as"]
    ]


fails.login_required = False  # type: ignore[attr-defined]
urlpatterns = [*pages, path("echec/", fails)]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("400", "Rien n’a été débité."),
        ("403", "Vous n’avez pas le droit d’ouvrir cette page."),
        ("500", "ne payez pas une seconde fois"),
    ],
)
@pytest.mark.urls(__name__)
def test_each_error_has_its_page(status: str, sentence: str, db: None) -> None:
    client = Client(raise_request_exception=False)

    response = client.get("/echec/", {"as": status})

    assert response.status_code == int(status)
    html = response.content.decode()
    assert sentence in html
    assert '<html lang="fr">' in html
    assert "undefined" not in html


def test_an_unknown_address_says_so(client: Client, db: None) -> None:
    response = client.get("/nulle-part/")

    assert response.status_code == 404
    assert "Cette page n’existe pas, ou elle ne vous concerne pas." in response.content.decode()


def test_our_own_fault_is_told_without_the_database() -> None:
    """No ``db`` here: a query would fail the test, as it would fail the page."""
    with translation.override("fr"):
        response = errors.server_error(RequestFactory().get("/"))
        refusal = errors.bad_request(RequestFactory().get("/"), SuspiciousOperation())

    assert response.status_code == 500
    assert refusal.status_code == 400
    for html in (response.content.decode(), refusal.content.decode()):
        assert "undefined" not in html
        assert "<form" not in html
        assert "/static/css/portal.css" in html
