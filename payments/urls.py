"""Addresses of paying: the debtor's pages and the platform's notification."""

from django.urls import path

from payments.views.check import check
from payments.views.choose import choose
from payments.views.comeback import comeback
from payments.views.detail import detail, status
from payments.views.notification import notification
from payments.views.pay import pay, resume
from payments.views.receipt import receipt

app_name = "payments"

urlpatterns = [
    path("payer/", choose, name="choose"),
    path("payer/verifier/", check, name="check"),
    path("payer/confirmer/", pay, name="pay"),
    path("paiement/<uuid:public_id>/", detail, name="detail"),
    path("paiement/<uuid:public_id>/statut/", status, name="status"),
    path("paiement/<uuid:public_id>/continuer/", resume, name="resume"),
    path("paiement/<uuid:public_id>/recu.pdf", receipt, name="receipt"),
    path("paiement/retour/<uuid:public_id>/", comeback, name="return"),
    # Both spellings: a redirect would lose the form (protocol sheet C.6).
    path("paiement/ipn/", notification, name="notification"),
    path("paiement/ipn", notification),
]
