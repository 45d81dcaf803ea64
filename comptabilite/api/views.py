"""Écritures, read-only."""

from django.db.models import Prefetch
from django_filters import rest_framework as filters

from caisses.api import FundsViewSet
from comptabilite.api.serializers import EcritureSerializer
from comptabilite.models import Ecriture, Ligne


class EcritureFilter(filters.FilterSet):
    """By fund, journal, event, piece and accounting date."""

    caisse = filters.CharFilter(field_name="caisse__code")
    journal = filters.CharFilter(field_name="journal__code")
    accounting_on = filters.DateFromToRangeFilter()

    class Meta:
        """Explicit fields."""

        model = Ecriture
        fields = ("caisse", "journal", "event", "piece", "accounting_on")


class EcritureViewSet(FundsViewSet):
    """The écritures of the caller's funds, newest first, with their lines."""

    queryset = Ecriture.objects.select_related("caisse", "journal").prefetch_related(
        Prefetch("lignes", queryset=Ligne.objects.select_related("compte").order_by("position"))
    )
    serializer_class = EcritureSerializer
    filterset_class = EcritureFilter
