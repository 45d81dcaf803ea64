"""The events, and what each kind of them says. Amounts in cents; never a name or an address."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers

from echanges.models import EvenementSortant
from echanges.models.sortie import EvenementKind


class DebtSerializer(serializers.Serializer):
    """How a debt is named: by its identifier here, and by the fund's own numbers."""

    creance = serializers.UUIDField()
    numero = serializers.CharField(help_text="Number of the person in the fund.")
    nature = serializers.CharField()
    rang = serializers.CharField()


class ShareSerializer(DebtSerializer):
    """What goes to one debt."""

    amount_cents = serializers.IntegerField()


class TransactionSerializer(serializers.Serializer):
    """An operation at the payment platform."""

    uuid = serializers.UUIDField()
    sequence_number = serializers.IntegerField()
    operation = serializers.CharField(help_text="DEBIT or CREDIT.")
    amount_cents = serializers.IntegerField()


class PaymentEventSerializer(serializers.Serializer):
    """PAYMENT: a payment moved."""

    payment = serializers.UUIDField()
    reference = serializers.CharField()
    from_status = serializers.CharField()
    status = serializers.CharField()
    cause = serializers.CharField()
    amount_cents = serializers.IntegerField()
    paid_at = serializers.DateTimeField(allow_null=True)
    echeancier = serializers.UUIDField(allow_null=True)
    affectations = ShareSerializer(many=True)
    transactions = TransactionSerializer(many=True)


class RefundEventSerializer(serializers.Serializer):
    """REFUND: money given back, or about to be."""

    refund = serializers.UUIDField()
    payment = serializers.UUIDField(allow_null=True)
    transaction = serializers.UUIDField()
    status = serializers.CharField()
    origin = serializers.CharField()
    kind = serializers.CharField(allow_blank=True)
    amount_cents = serializers.IntegerField()


class DueSerializer(serializers.Serializer):
    """A due of a plan."""

    echeance = serializers.UUIDField()
    rank = serializers.IntegerField()
    due_on = serializers.DateField()
    amount_cents = serializers.IntegerField()
    status = serializers.CharField()


class PlanEventSerializer(serializers.Serializer):
    """PLAN: a plan was agreed, began, ended or stopped."""

    echeancier = serializers.UUIDField()
    numero = serializers.CharField()
    status = serializers.CharField()
    means = serializers.CharField()
    total_cents = serializers.IntegerField()
    agreed_at = serializers.DateTimeField()
    parts = ShareSerializer(many=True)
    echeances = DueSerializer(many=True)


class DueEventSerializer(DueSerializer):
    """ECHEANCE: a due was paid, refused, cancelled, or put off."""

    echeancier = serializers.UUIDField()
    numero = serializers.CharField()


class StateEventSerializer(DebtSerializer):
    """STATE: a debt changed state otherwise than by the word of the fund's software."""

    from_state = serializers.CharField()
    state = serializers.CharField()
    cause = serializers.CharField()
    on = serializers.DateField()
    until_on = serializers.DateField(allow_null=True)


class DemandeEventSerializer(DebtSerializer):
    """DEMANDE: a rectification, an appeal or a remission was asked, answered or withdrawn."""

    demande = serializers.UUIDField()
    kind = serializers.CharField()
    status = serializers.CharField()
    filed_on = serializers.DateField()
    suspends = serializers.BooleanField()
    remitted_cents = serializers.IntegerField(allow_null=True)


class MovementEventSerializer(DebtSerializer):
    """MOUVEMENT: the balance of a debt moved, otherwise than by the fund's own files."""

    rank = serializers.IntegerField()
    kind = serializers.CharField()
    sens = serializers.CharField()
    amount_cents = serializers.IntegerField()
    balance_after_cents = serializers.IntegerField()
    value_on = serializers.DateField()
    source = serializers.UUIDField(allow_null=True)


PAYLOADS: dict[EvenementKind, type[serializers.Serializer]] = {
    EvenementKind.PAYMENT: PaymentEventSerializer,
    EvenementKind.REFUND: RefundEventSerializer,
    EvenementKind.PLAN: PlanEventSerializer,
    EvenementKind.ECHEANCE: DueEventSerializer,
    EvenementKind.STATE: StateEventSerializer,
    EvenementKind.DEMANDE: DemandeEventSerializer,
    EvenementKind.MOUVEMENT: MovementEventSerializer,
}


class EventSerializer(serializers.ModelSerializer):
    """A fact: ``number`` is the cursor, ``kind`` says what ``payload`` holds."""

    payload = serializers.SerializerMethodField()

    class Meta:
        """Explicit fields."""

        model = EvenementSortant
        fields = ("number", "kind", "occurred_at", "published_at", "payload")
        read_only_fields = fields

    @extend_schema_field(
        PolymorphicProxySerializer(
            component_name="EventPayload",
            serializers=list(PAYLOADS.values()),
            resource_type_field_name=None,
        )
    )
    def get_payload(self, event: EvenementSortant) -> dict[str, Any]:
        """As it was published."""
        return event.payload


class EventPageSerializer(serializers.Serializer):
    """A page: ``next`` is where to go on, ``last_number`` the cursor to keep."""

    next = serializers.CharField(allow_null=True)
    last_number = serializers.IntegerField(
        help_text="Number of the last event here, or the one asked for when there is none."
    )
    results = EventSerializer(many=True)


class EventQuerySerializer(serializers.Serializer):
    """What may be asked."""

    apres = serializers.IntegerField(
        default=0,
        min_value=0,
        max_value=2**53,
        help_text="The number of the last event that you have; 0 to begin.",
    )
    limite = serializers.IntegerField(
        default=100, min_value=1, max_value=500, help_text="How many events at most."
    )
