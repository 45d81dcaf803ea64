"""Debts, read-only."""

from django.db.models import Prefetch, QuerySet
from django_filters import rest_framework as filters
from rest_framework.serializers import BaseSerializer

from allocataires.api.serializers import CreanceDetailSerializer, CreanceSerializer
from allocataires.models import Creance, Mouvement
from caisses.api import FundsViewSet


class CreanceFilter(filters.FilterSet):
    """By fund, person, nature, state and date of the letter."""

    caisse = filters.CharFilter(field_name="caisse__code")
    numero = filters.CharFilter(field_name="allocataire__numero")
    notified_on = filters.DateFromToRangeFilter()

    class Meta:
        """Explicit fields."""

        model = Creance
        fields = ("caisse", "numero", "nature", "state", "notified_on")


class CreanceViewSet(FundsViewSet):
    """The debts of the caller's funds, newest first; the page of one has its movements."""

    queryset = Creance.objects.select_related("caisse", "allocataire")
    serializer_class = CreanceSerializer
    filterset_class = CreanceFilter

    def get_queryset(self) -> QuerySet[Creance]:
        """With the movements, in order, where they are shown."""
        queryset = super().get_queryset()
        if self.action != "retrieve":
            return queryset
        return queryset.prefetch_related(
            Prefetch("mouvements", queryset=Mouvement.objects.order_by("rank"))
        )

    def get_serializer_class(self) -> type[BaseSerializer]:
        """The history is on the page of one debt only."""
        return CreanceDetailSerializer if self.action == "retrieve" else CreanceSerializer
