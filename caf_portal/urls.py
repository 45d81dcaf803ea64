"""Addresses of the portal; the paths that people see are French, the names English."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
