"""What the API says of écritures."""

from rest_framework import serializers

from comptabilite.models import Ecriture, Ligne


class LigneSerializer(serializers.ModelSerializer):
    """A line; amounts in cents."""

    compte = serializers.CharField(source="compte.number", read_only=True)

    class Meta:
        """Explicit fields."""

        model = Ligne
        fields = ("position", "compte", "auxiliaire", "label", "debit_cents", "credit_cents")
        read_only_fields = fields


class EcritureSerializer(serializers.ModelSerializer):
    """An écriture with its lines."""

    caisse = serializers.CharField(source="caisse.code", read_only=True)
    journal = serializers.CharField(source="journal.code", read_only=True)
    lignes = LigneSerializer(many=True, read_only=True)

    class Meta:
        """Explicit fields."""

        model = Ecriture
        fields = (
            "public_id",
            "caisse",
            "journal",
            "event",
            "accounting_on",
            "recorded_at",
            "label",
            "piece",
            "source_id",
            "lignes",
        )
        read_only_fields = fields
