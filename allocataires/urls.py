"""Addresses of the debtor's pages."""

from django.urls import path

from allocataires.views import creances, documents, home, identification, language, states

app_name = "allocataires"

urlpatterns = [
    path("", home.home, name="home"),
    path("je-ne-peux-pas-payer/", home.cannot_pay, name="cannot_pay"),
    path("mentions-legales/", home.legal, name="legal"),
    path("accessibilite/", home.accessibility, name="accessibility"),
    path("identification/", identification.identify, name="identify"),
    path("demo/connexion/", identification.demo_login, name="demo_login"),
    path("quitter/", identification.logout, name="logout"),
    path("langue/", language.set_language, name="set_language"),
    path("mes-creances/", creances.creances, name="creances"),
    path("mes-creances/mouvements/", creances.ledger, name="ledger"),
    path("mes-creances/<uuid:public_id>/", creances.creance, name="creance"),
    path("mes-creances/<uuid:public_id>/pourquoi/", creances.why, name="why"),
    path("mes-creances/<uuid:public_id>/releve.pdf", documents.releve, name="releve"),
    path("mes-creances/<uuid:public_id>/quittance.pdf", documents.quittance, name="quittance"),
    path("comprendre/etats-d-une-dette/", states.states, name="states"),
]
