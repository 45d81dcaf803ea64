"""Addresses of the sandbox. The first two groups are PayZen's own, the rest is the back office."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve

from payzen_sandbox.rest.endpoint import endpoint
from payzen_sandbox.views import back_office, batches, checkout, operations, reports, shop, switches
from payzen_sandbox.views.entry import entry
from payzen_sandbox.views.load import load
from payzen_sandbox.views.payment_order import payment_order
from payzen_sandbox.views.rest_faults import rest_faults
from payzen_sandbox.views.result import result

buyer = [
    path("", checkout.method, name="method"),
    path("carte/", checkout.card, name="card"),
    path("authentification/", checkout.challenge, name="challenge"),
    path("resultat/", result, name="result"),
    path("annuler/", checkout.cancel, name="cancel"),
    path("langue/", checkout.language, name="language"),
]

urlpatterns = [
    path("vads-payment/", entry, name="entry"),
    path("vads-payment/<uuid:public_id>/", include(buyer)),
    path("t/<str:token>/", payment_order, name="payment_order"),
    path("load/", load, name="load"),
    path("api-payment/V4/<path:service>", endpoint, name="rest"),
    path("", back_office.payments, name="payments"),
    path("paiements/<uuid:public_id>/", back_office.payment, name="payment"),
    path("paiements/<uuid:public_id>/renvoyer/", back_office.resend, name="resend"),
    path("notifications/", back_office.notifications, name="notifications"),
    path("formulaires-refuses/", back_office.rejected_forms, name="rejected_forms"),
    path("boutiques/", back_office.shops, name="shops"),
    path("boutiques/<str:site_id>/", shop.shop, name="shop"),
    path("transactions/<str:uuid>/", operations.transaction, name="transaction"),
    path("traitements/", batches.batches, name="batches"),
    path("journaux/", reports.reports, name="reports"),
    path("journaux/releve/<str:site_id>/<str:day>/", reports.statement, name="statement"),
    path("journaux/<str:kind>/<str:site_id>/<str:day>/", reports.download, name="report"),
    path("cartes-de-test/", back_office.cards, name="cards"),
    path("back-office/switches/", switches.switches, name="switches"),
    path("back-office/sweep/", back_office.sweep_now, name="sweep"),
    path("back-office/clock/", batches.move_clock, name="clock"),
    path("back-office/runs/", batches.run, name="run"),
    path("back-office/rest-faults/", rest_faults, name="rest_faults"),
    path("back-office/shops/<str:site_id>/", shop.change, name="change_shop"),
    path(
        "back-office/transactions/<str:uuid>/<str:operation>/", operations.operate, name="operate"
    ),
    path("payfip/", include("payzen_sandbox.payfip.urls")),
    path("langue/", include("django.conf.urls.i18n")),
    # Three small files on a loopback tool: no need of a file server beside it.
    re_path(r"^static/(?P<path>.+)$", serve, {"document_root": settings.BASE_DIR / "static"}),
]
