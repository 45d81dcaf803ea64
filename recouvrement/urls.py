"""Addresses of what a person may do about a debt after its letter."""

from django.urls import URLPattern, path

from recouvrement.views import demandes
from recouvrement.views.plan_change import change
from recouvrement.views.plan_page import document, pay, plan, stop
from recouvrement.views.plan_propose import agree, propose
from recouvrement.views.plan_scale import scale

app_name = "recouvrement"

urlpatterns: list[URLPattern] = [
    path("mes-creances/<uuid:public_id>/demander/<slug:word>/", demandes.ask, name="ask"),
    path("demandes/<uuid:public_id>/retirer/", demandes.withdraw, name="withdraw"),
    path("combien-par-mois/", scale, name="scale"),
    path("etaler/", propose, name="propose_plan"),
    path("etaler/accepter/", agree, name="agree_plan"),
    path("remboursement-etale/<uuid:public_id>/", plan, name="plan"),
    path("remboursement-etale/<uuid:public_id>/payer/<int:rank>/", pay, name="pay_due"),
    path("remboursement-etale/<uuid:public_id>/arreter/", stop, name="stop_plan"),
    path("remboursement-etale/<uuid:public_id>/echeancier.pdf", document, name="plan_document"),
    path("changer-echeancier/<uuid:public_id>/", change, name="change_plan"),
]
