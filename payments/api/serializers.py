"""What the API says of payments: no name, no e-mail, no card."""

from rest_framework import serializers

from payments.models import Affectation, Payment


class AffectationSerializer(serializers.ModelSerializer):
    """How much goes to which debt; amounts in cents."""

    creance = serializers.UUIDField(source="creance.public_id", read_only=True)

    class Meta:
        """Explicit fields."""

        model = Affectation
        fields = ("creance", "amount_cents")
        read_only_fields = fields


class PaymentSerializer(serializers.ModelSerializer):
    """An attempt to pay and what it is meant to repay."""

    caisse = serializers.CharField(source="caisse.code", read_only=True)
    numero = serializers.CharField(source="allocataire.numero", read_only=True)
    affectations = AffectationSerializer(many=True, read_only=True)

    class Meta:
        """Explicit fields."""

        model = Payment
        fields = (
            "public_id",
            "reference",
            "caisse",
            "numero",
            "amount_cents",
            "status",
            "channel",
            "created_at",
            "paid_at",
            "affectations",
        )
        read_only_fields = fields
