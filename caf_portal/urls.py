"""Addresses of the portal; the paths that people see are French, the names English."""

from django.urls import URLPattern, URLResolver, include, path

from caf_portal.health import healthz, readyz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("", include("payments.urls")),
]
