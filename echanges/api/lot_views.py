"""``/api/v1/lots/``: sends a lot, reads it, pages through its rejected lines."""

import json
from hashlib import sha256
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from caf_portal.database.scope import caisse_scope
from caf_portal.pagination import NewestFirst
from caf_portal.problems import CONTENT_TYPE, problem
from echanges.api.base import KeyView
from echanges.api.incoming_body import Body, incoming_body
from echanges.api.lot_serializers import (
    LotAnswerSerializer,
    LotProblemSerializer,
    LotSerializer,
    RejetSerializer,
)
from echanges.models import Lot, Rejet
from echanges.models.lot import LotFormat
from echanges.services.calls import (
    Answer,
    Call,
    CallUnderWay,
    KeyOfAnotherCall,
    answer_once,
)
from echanges.services.deposits import Deposit, deposit_lot, lot_of

FORMATS = {"application/x-ndjson": LotFormat.JSONL, "text/csv": LotFormat.CSV}
#: What an idempotency key may be: visible characters of ASCII.
LONGEST_KEY = 100
_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="1 to 100 visible ASCII characters, chosen by the caller for this call alone.",
)


class Conflict(APIException):
    """The idempotency key stands in the way."""

    status_code = HTTPStatus.CONFLICT


class LotsView(KeyView):
    """Sends a lot: the content of a file of the exchange format, as JSON Lines or CSV."""

    post_problems: ClassVar[dict[int, str]] = {
        409: "The idempotency key was used for another content, or the call is being made.",
        413: "Larger than the portal takes by the API.",
        415: "Neither application/x-ndjson nor text/csv.",
    }

    @extend_schema(
        operation_id="lots_create",
        parameters=[_KEY],
        request=dict.fromkeys(FORMATS, OpenApiTypes.STR),
        responses={
            201: LotAnswerSerializer,
            200: OpenApiResponse(LotAnswerSerializer, description="This content came before."),
            (422, CONTENT_TYPE): OpenApiResponse(
                LotProblemSerializer, description="Refused whole: nothing was applied."
            ),
        },
    )
    def post(self, request: Request) -> Response:
        """Check and apply a lot; the same call again gets the same answer."""
        lot_format = _format_of(request)
        key = _idempotency_key(request)
        with incoming_body(request) as body:
            call = Call(key, request.path, _digest(lot_format, body))
            answer = self._answer(call, body, lot_format)
        return _response(answer)

    def _answer(self, call: Call, body: Body, lot_format: LotFormat) -> Answer:
        now = timezone.now()

        def make() -> Answer:
            return _told(
                deposit_lot(caller=self.caller, source=body.file, lot_format=lot_format, now=now)
            )

        try:
            return answer_once(caller=self.caller, call=call, make=make, now=now)
        except KeyOfAnotherCall as error:
            raise Conflict(
                _("Cette clé d’idempotence a servi pour un autre envoi : prenez-en une autre."),
                code="idempotency_key_reused",
            ) from error
        except CallUnderWay as error:
            raise Conflict(
                _("Ce même envoi est en cours : renvoyez-le dans un instant."),
                code="call_under_way",
            ) from error


class LotView(KeyView):
    """One lot of the key's fund."""

    @extend_schema(operation_id="lots_retrieve", responses=LotSerializer)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Where it stands, what it announced and what was counted."""
        return Response(LotSerializer(_lot_or_404(self, public_id)).data)


class _InOrder(NewestFirst):
    """The lines in the order of the file."""

    ordering = "pk"


class RejetsView(KeyView):
    """The rejected lines of one lot."""

    #: Read by drf-spectacular, which then describes the pages.
    pagination_class = _InOrder
    serializer_class = RejetSerializer

    @extend_schema(operation_id="lots_rejets_list", responses=RejetSerializer(many=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Each with its line, its field, a code and a sentence; by cursor."""
        lot = _lot_or_404(self, public_id)
        pages = self.pagination_class()
        with caisse_scope(self.caller.caisse_id):
            rows = Rejet.objects.filter(lot=lot).select_related("corrected_by")
            page = pages.paginate_queryset(rows, request, view=self)
            return pages.get_paginated_response(RejetSerializer(page, many=True).data)


def _lot_or_404(view: KeyView, public_id: UUID) -> Lot:
    lot = lot_of(caller=view.caller, public_id=public_id)
    if lot is None:
        raise Http404
    return lot


def _format_of(request: Request) -> LotFormat:
    media_type = (request.content_type or "").partition(";")[0].strip().lower()
    if media_type not in FORMATS:
        raise UnsupportedMediaType(media_type or "-")
    return FORMATS[media_type]


def _idempotency_key(request: Request) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise ParseError(
            _("L’en-tête Idempotency-Key manque : donnez 1 à 100 caractères, propres à cet envoi."),
            code="idempotency_key_missing",
        )
    return key


def _digest(lot_format: LotFormat, body: Body) -> str:
    """The same text sent as another format is another call."""
    return sha256(f"{lot_format} {body.sha256}".encode()).hexdigest()


def _told(deposit: Deposit) -> Answer:
    if deposit.is_refused:
        body = problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            code="lot_refused",
            detail=deposit.lot.refusal,
            lot=LotSerializer(deposit.lot).data,
        )
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, _plain(body))
    said = LotSerializer(deposit.lot).data
    said["rejets"] = RejetSerializer(deposit.rejets, many=True).data
    return Answer(HTTPStatus.CREATED if deposit.is_new else HTTPStatus.OK, _plain(said))


def _plain(said: Any) -> dict[str, Any]:
    """As it will be read: identifiers and dates are text."""
    plain: dict[str, Any] = json.loads(JSONRenderer().render(said))
    return plain


def _response(answer: Answer) -> Response:
    refused = answer.status >= HTTPStatus.BAD_REQUEST
    response = Response(
        answer.body, status=answer.status, content_type=CONTENT_TYPE if refused else None
    )
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
