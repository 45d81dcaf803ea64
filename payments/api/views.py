"""Payments, read-only."""

from django.db.models import Prefetch
from django_filters import rest_framework as filters

from caisses.api import FundsViewSet
from payments.api.serializers import PaymentSerializer
from payments.models import Affectation, Payment


class PaymentFilter(filters.FilterSet):
    """By fund, person, status, reference and dates."""

    caisse = filters.CharFilter(field_name="caisse__code")
    numero = filters.CharFilter(field_name="allocataire__numero")
    created_at = filters.IsoDateTimeFromToRangeFilter()

    class Meta:
        """Explicit fields."""

        model = Payment
        fields = ("caisse", "numero", "status", "reference", "created_at")


class PaymentViewSet(FundsViewSet):
    """The payments of the caller's funds, newest first."""

    queryset = Payment.objects.select_related("caisse", "allocataire").prefetch_related(
        Prefetch(
            "affectations", queryset=Affectation.objects.select_related("creance").order_by("pk")
        )
    )
    serializer_class = PaymentSerializer
    filterset_class = PaymentFilter
