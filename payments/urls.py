"""Addresses of paying: the debtor's pages and the platform's notification."""

from django.urls import path

from payments.views.notification import notification

app_name = "payments"

urlpatterns = [
    # Both spellings: a redirect would lose the form (protocol sheet C.6).
    path("paiement/ipn/", notification, name="notification"),
    path("paiement/ipn", notification),
]
