"""``GET /api/v1/evenements/``: what happened in the fund, from a number on."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from echanges.api.base import KeyView
from echanges.api.event_serializers import (
    EventPageSerializer,
    EventQuerySerializer,
    EventSerializer,
)
from echanges.services.events import events_after


class EventsView(KeyView):
    """The events of the key's fund, oldest first. Their numbers have no gap."""

    @extend_schema(
        operation_id="evenements_list",
        parameters=[EventQuerySerializer],
        responses=EventPageSerializer,
    )
    def get(self, request: Request) -> Response:
        """What follows the event numbered ``apres``."""
        asked = EventQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        after, limit = asked.validated_data["apres"], asked.validated_data["limite"]
        events = events_after(
            caisse_id=self.caller.caisse_id, number=after, limit=limit, now=timezone.now()
        )
        last = events[-1].number if events else after
        following = f"{request.path}?apres={last}&limite={limit}"
        return Response(
            {
                "next": request.build_absolute_uri(following) if len(events) == limit else None,
                "last_number": last,
                "results": EventSerializer(events, many=True).data,
            }
        )
