"""Addresses of what a person may do about a debt after its letter."""

from django.urls import URLPattern, path

from recouvrement.views import demandes

app_name = "recouvrement"

urlpatterns: list[URLPattern] = [
    path("mes-creances/<uuid:public_id>/demander/<slug:word>/", demandes.ask, name="ask"),
    path("demandes/<uuid:public_id>/retirer/", demandes.withdraw, name="withdraw"),
]
