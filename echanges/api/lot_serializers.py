"""What the API says of a lot and of its rejected lines; the lines themselves stay here."""

from rest_framework import serializers

from caf_portal.problems import ProblemSerializer
from echanges.models import Lot, Rejet


class RejetSerializer(serializers.ModelSerializer):
    """A line that was not taken: where, which field, why."""

    corrected_by = serializers.UUIDField(
        source="corrected_by.public_id", read_only=True, allow_null=True, default=None
    )

    class Meta:
        """Explicit fields."""

        model = Rejet
        fields = ("line", "field", "code", "reason", "corrected_by")
        read_only_fields = fields


class LotSerializer(serializers.ModelSerializer):
    """A lot: what it announced, what was counted, what became of its lines."""

    lot = serializers.UUIDField(source="public_id", read_only=True)
    corrects = serializers.UUIDField(
        source="corrects.public_id", read_only=True, allow_null=True, default=None
    )
    totals = serializers.DictField(read_only=True)
    counted = serializers.DictField(read_only=True)

    class Meta:
        """Explicit fields."""

        model = Lot
        fields = (
            "lot",
            "day_on",
            "sequence",
            "format",
            "schema_version",
            "sha256",
            "size_bytes",
            "status",
            "refusal",
            "totals",
            "counted",
            "applied_lines",
            "rejected_lines",
            "unchanged_lines",
            "corrects",
            "received_at",
            "finished_at",
        )
        read_only_fields = fields


class LotAnswerSerializer(LotSerializer):
    """A lot that was sent, with its first rejected lines; ``rejets/`` pages through all of them."""

    rejets = RejetSerializer(many=True, read_only=True)

    class Meta(LotSerializer.Meta):
        """Explicit fields."""

        fields = (*LotSerializer.Meta.fields, "rejets")
        read_only_fields = fields


class LotProblemSerializer(ProblemSerializer):
    """A lot refused whole: ``lot`` says how far it was read, when it could be read."""

    lot = LotSerializer(required=False)
