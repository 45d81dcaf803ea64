"""Addresses of the API: this application sees all those below it."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from allocataires.api.views import CreanceViewSet
from comptabilite.api.views import EcritureViewSet
from payments.api.views import PaymentViewSet

app_name = "api"

router = SimpleRouter(use_regex_path=False)
router.register("creances", CreanceViewSet, basename="creance")
router.register("payments", PaymentViewSet, basename="payment")
router.register("ecritures", EcritureViewSet, basename="ecriture")

urlpatterns = [
    path("v1/", include(router.urls)),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
