"""What the API says of debts: the numéro names the person, nothing else does."""

from rest_framework import serializers

from allocataires.models import Creance, Mouvement


class MouvementSerializer(serializers.ModelSerializer):
    """A line of a debt's history; amounts in cents."""

    class Meta:
        """Explicit fields."""

        model = Mouvement
        fields = ("rank", "kind", "sens", "amount_cents", "balance_after_cents", "value_on")
        read_only_fields = fields


class CreanceSerializer(serializers.ModelSerializer):
    """A debt; amounts in cents."""

    caisse = serializers.CharField(source="caisse.code", read_only=True)
    numero = serializers.CharField(source="allocataire.numero", read_only=True)

    class Meta:
        """Explicit fields."""

        model = Creance
        fields = (
            "public_id",
            "caisse",
            "numero",
            "nature",
            "rang",
            "motif",
            "origine",
            "period_start_on",
            "period_end_on",
            "implanted_on",
            "notified_on",
            "initial_cents",
            "balance_cents",
            "state",
            "recovery_mode",
            "monthly_cents",
        )
        read_only_fields = fields


class CreanceDetailSerializer(CreanceSerializer):
    """A debt with its history."""

    mouvements = MouvementSerializer(many=True, read_only=True)

    class Meta(CreanceSerializer.Meta):
        """Explicit fields."""

        fields = (*CreanceSerializer.Meta.fields, "mouvements")
        read_only_fields = fields
