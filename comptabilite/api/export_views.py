"""Exports, read-only, and their files."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

from caisses.api import FundsViewSet
from caisses.perms import rights_of
from comptabilite.api.serializers import ExportSerializer
from comptabilite.models import Export
from comptabilite.models.export import PartOfExport
from comptabilite.services.export_pieces import file_of, kept_pieces

_BYTES = "application/octet-stream"
_PART = OpenApiParameter(
    "part", str, OpenApiParameter.PATH, enum=PartOfExport.values, description="Which file."
)


class BytesRenderer(BaseRenderer):
    """Lets a caller ask for bytes; the view gives them itself."""

    media_type = _BYTES
    format = "bytes"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        """Only a refusal passes here: as JSON, like every other."""
        return JSONRenderer().render(data)


class ExportFilter(filters.FilterSet):
    """By fund, format, state and last day."""

    caisse = filters.CharFilter(field_name="caisse__code")
    last_on = filters.DateFromToRangeFilter()

    class Meta:
        """Explicit fields."""

        model = Export
        fields = ("caisse", "format", "status", "last_on")


class ExportViewSet(FundsViewSet):
    """The exports of the funds whose accountant the caller is, newest first."""

    queryset = Export.objects.select_related("caisse", "journal")
    serializer_class = ExportSerializer
    filterset_class = ExportFilter

    def get_queryset(self) -> QuerySet[Export]:
        """An accountant's funds, not all those that the caller may read."""
        return super().get_queryset().of_accountant(rights_of(self.request.user))

    @extend_schema(
        operation_id="exports_file_retrieve",
        parameters=[_PART],
        responses={(200, _BYTES): OpenApiTypes.BINARY},
    )
    @action(
        detail=True,
        url_path="fichiers/<str:part>",
        url_name="file",
        renderer_classes=[JSONRenderer, BytesRenderer],
    )
    def file(self, request: Request, public_id: str, part: str) -> HttpResponseBase:
        """The bytes of one file, streamed; its SHA-256 is in the export."""
        export = self.get_object()
        found = file_of(export, part)
        if found is None:
            raise Http404
        headers = {
            "Content-Disposition": f'attachment; filename="{found["filename"]}"',
            "Content-Length": str(found["size_bytes"]),
        }
        return StreamingHttpResponse(
            kept_pieces(export, part), content_type=_BYTES, headers=headers
        )
