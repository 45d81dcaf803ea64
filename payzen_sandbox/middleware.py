"""Headers of every page: a strict content policy, and nothing kept by the browser."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action {targets}"
)


class StrictPages:
    """Send the policy; a view may add the shop's origin as `response.form_targets`.

    Browsers also hold the redirection that follows a form to `form-action`: without the shop's
    origin, "cancel and return" would be blocked.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        targets = " ".join(["'self'", *getattr(response, "form_targets", ())])
        response.headers["Content-Security-Policy"] = POLICY.format(targets=targets)
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response
