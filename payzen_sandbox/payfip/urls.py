"""Addresses of the stand-in for PayFiP, below ``/payfip/``; the first two are PayFiP's own."""

from django.urls import path

from payzen_sandbox.payfip.endpoint import service
from payzen_sandbox.payfip.pages import office, payment

urlpatterns = [
    path("services/securite", service, name="payfip_service"),
    path("paiementws.web", payment, name="payfip_payment"),
    path("", office, name="payfip_office"),
]
