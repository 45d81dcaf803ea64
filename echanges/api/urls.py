"""Addresses of the API: this application sees all those below it."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from allocataires.api.views import CreanceViewSet
from comptabilite.api.export_views import ExportViewSet
from comptabilite.api.views import EcritureViewSet
from echanges.api.event_views import EventsView
from echanges.api.lot_views import LotsView, LotView, RejetsView
from payments.api.views import PaymentViewSet

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("creances", CreanceViewSet, basename="creance")
router.register("payments", PaymentViewSet, basename="payment")
router.register("ecritures", EcritureViewSet, basename="ecriture")
router.register("exports", ExportViewSet, basename="export")

urlpatterns = [
    path("v1/", include(router.urls)),
    path("v1/lots/", LotsView.as_view(), name="lots"),
    path("v1/lots/<uuid:public_id>/", LotView.as_view(), name="lot"),
    path("v1/lots/<uuid:public_id>/rejets/", RejetsView.as_view(), name="lot_rejets"),
    path("v1/evenements/", EventsView.as_view(), name="events"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
