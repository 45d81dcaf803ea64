"""How the OpenAPI document describes an operation: its answers, and every problem it may tell."""

from typing import Any, ClassVar

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse

from caf_portal.problems import CONTENT_TYPE, ProblemSerializer


class ProblemSchema(AutoSchema):
    """Adds the problems of a view (``problems`` on it: status and words) to what it answers."""

    #: What any operation may answer.
    common: ClassVar[dict[int, str]] = {
        400: "The address or a parameter cannot be read.",
        403: "These credentials do not allow it.",
        404: "Nothing there, or nothing of this fund.",
        406: "The answer is JSON only.",
    }

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        told = {**self.common, **getattr(self.view, "problems", {})}
        told |= getattr(self.view, f"{self.method.lower()}_problems", {})
        for status, words in told.items():
            response = OpenApiResponse(ProblemSerializer, description=words)
            bodies[str(status)] = self._get_response_for_code(
                response, str(status), media_types=[CONTENT_TYPE]
            )
        return bodies
