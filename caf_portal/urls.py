"""Addresses of the portal; the paths that people see are French, the names English."""

from django.urls import URLPattern, URLResolver, include, path

from caf_portal.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("allocataires.urls")),
    path("", include("caisses.urls")),
    path("", include("relation_usager.urls")),
    path("", include("payments.urls")),
    path("", include("recouvrement.urls")),
    path("", include("caisses.admin_urls")),
    path("api/", include("echanges.api.urls")),
]

handler400 = "caf_portal.errors.bad_request"
handler403 = "caf_portal.errors.permission_denied"
handler404 = "caf_portal.errors.page_not_found"
handler500 = "caf_portal.errors.server_error"
