"""What the API says of écritures."""

from rest_framework import serializers

from comptabilite.models import Ecriture, Export, Ligne


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


class FileSerializer(serializers.Serializer):
    """A file of an export; ``part`` is the end of its address."""

    part = serializers.CharField()
    filename = serializers.CharField()
    size_bytes = serializers.IntegerField()
    sha256 = serializers.CharField()


class ExportSerializer(serializers.ModelSerializer):
    """An export; its files once it is ready."""

    caisse = serializers.CharField(source="caisse.code", read_only=True)
    journal = serializers.CharField(source="journal.code", read_only=True, allow_null=True)
    files = FileSerializer(many=True, read_only=True)

    class Meta:
        """Explicit fields."""

        model = Export
        fields = (
            "public_id",
            "caisse",
            "format",
            "journal",
            "first_on",
            "last_on",
            "as_of",
            "encoding",
            "status",
            "done_lines",
            "total_lines",
            "failure",
            "asked_at",
            "finished_at",
            "files",
        )
        read_only_fields = fields
