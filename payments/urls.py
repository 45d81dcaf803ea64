"""Addresses of paying: the debtor's pages and the platform's notification."""

from django.urls import path

from payments.views.announcement import announcement
from payments.views.check import check
from payments.views.choose import choose
from payments.views.comeback import comeback
from payments.views.detail import detail, status
from payments.views.link import link, link_payment
from payments.views.notification import notification
from payments.views.pay import pay, resume
from payments.views.plan import agree, choose_plan
from payments.views.plan_detail import pay_refused_due, plan
from payments.views.plan_stop import stop
from payments.views.receipt import receipt
from payments.views.surplus import surplus
from payments.views.verify import verify, verify_code_view

app_name = "payments"

urlpatterns = [
    path("payer/", choose, name="choose"),
    path("payer/verifier/", check, name="check"),
    path("payer/confirmer/", pay, name="pay"),
    path("payer/plusieurs-fois/", choose_plan, name="choose_plan"),
    path("payer/plusieurs-fois/accepter/", agree, name="agree_plan"),
    path("echeancier/<uuid:public_id>/", plan, name="plan"),
    path("echeancier/<uuid:public_id>/arreter/", stop, name="stop_plan"),
    path("echeancier/<uuid:public_id>/payer/<int:rank>/", pay_refused_due, name="pay_due"),
    path("paiement/<uuid:public_id>/", detail, name="detail"),
    path("paiement/<uuid:public_id>/statut/", status, name="status"),
    path("paiement/<uuid:public_id>/continuer/", resume, name="resume"),
    path("paiement/<uuid:public_id>/recu.pdf", receipt, name="receipt"),
    path("paiement/retour/<uuid:public_id>/", comeback, name="return"),
    path("lien/<str:token>/", link, name="link"),
    path("lien/<str:token>/paiement/<uuid:public_id>/", link_payment, name="link_payment"),
    path("trop-percu/<uuid:public_id>/", surplus, name="surplus"),
    path("verifier/", verify, name="verify"),
    path("verifier/<str:code>/", verify_code_view, name="verify_code"),
    # Both spellings: a redirect would lose the form (protocol sheet C.6).
    path("paiement/ipn/", notification, name="notification"),
    path("paiement/ipn", notification),
    # For platforms that only announce: given to them at each departure.
    path("paiement/annonce/<str:caisse_code>/<uuid:public_id>/", announcement, name="announcement"),
]
