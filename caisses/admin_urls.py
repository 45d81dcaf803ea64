"""Addresses of the two administrations."""

from django.urls import path

from caisses.sites import agent_site, national_site

urlpatterns = [
    path("agents/", agent_site.urls),
    path("national/", national_site.urls),
]
