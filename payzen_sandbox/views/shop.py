"""One shop's settings and notification rules: a page for people, JSON for tests."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from payzen_sandbox import clock
from payzen_sandbox.notification_rules import RULE_LABELS, Format
from payzen_sandbox.protocol.signature import ALGORITHMS
from payzen_sandbox.services.shop_changes import BadSetting, change_shop, restore_shop
from payzen_sandbox.shops import EVERY_SHOP, Shop, find_shop
from payzen_sandbox.views.asked import json_or_form, problem

TOLD = (
    "site_id",
    "algorithm",
    "former_algorithm",
    "former_until",
    "key_test",
    "rest_password",
    "validation_mode",
    "capture_delay_days",
    "refunds_allowed",
    "batch_amount",
    "fee_fixed_cents",
    "fee_basis_points",
)
NUMBERS = ("capture_delay_days", "fee_fixed_cents", "fee_basis_points")


def _by_json(request: HttpRequest, body: dict[str, Any], site_id: str) -> HttpResponse:
    """Any of the settings, for one shop or for `all`; `{"clear": true}` restores the file's."""
    if site_id != EVERY_SHOP and find_shop(site_id) is None:
        return problem("scope", status=404)
    if body == {"clear": True}:
        restore_shop(scope=site_id)
    else:
        try:
            change_shop(scope=site_id, asked=body, now=clock.now())
        except BadSetting as bad:
            return problem(f"{bad}: unknown or wrong value")
    shop = find_shop(site_id)
    return JsonResponse({"scope": EVERY_SHOP} if shop is None else _told(shop))


@require_POST
@json_or_form(by_json=_by_json)
def change(request: HttpRequest, site_id: str) -> HttpResponse:
    """The page's form: its buttons say which part of the settings is sent."""
    shop = _shop(site_id)
    if "clear" in request.POST:
        restore_shop(scope=site_id)
        return redirect("shop", site_id)
    try:
        change_shop(scope=site_id, asked=_asked(request), now=clock.now())
    except BadSetting as bad:
        return _page(request, shop, wrong=str(bad))
    return redirect("shop", site_id)


@require_http_methods(["GET", "HEAD"])
def shop(request: HttpRequest, site_id: str) -> HttpResponse:
    """The settings of one shop, and how to change them."""
    return _page(request, _shop(site_id))


def _shop(site_id: str) -> Shop:
    found = find_shop(site_id)
    if found is None:
        raise Http404
    return found


def _told(shop: Shop) -> dict[str, Any]:
    rules = {name: asdict(rule) for name, rule in shop.rules.items()}
    return {**{name: getattr(shop, name) for name in TOLD}, "rules": rules}


def _asked(request: HttpRequest) -> dict[str, Any]:
    post = request.POST
    if "new_key" in post:
        return {"new_key": True}
    if "end_double" in post:
        return {"double_acceptance": False}
    return {
        "algorithm": post.get("algorithm", ""),
        "validation_mode": "1" if "manual_validation" in post else "0",
        **{name: _number(post[name]) for name in NUMBERS if name in post},
        "refunds_allowed": "refunds_allowed" in post,
        "batch_amount": post.get("batch_amount", ""),
        "rules": {
            name.value: {
                "on": f"{name}-on" in post,
                "url": post.get(f"{name}-url", "").strip(),
                "format": post.get(f"{name}-format", ""),
                "retry": f"{name}-retry" in post,
            }
            for name in RULE_LABELS
        },
    }


def _number(text: str) -> int:
    """-1, which no setting allows, for what is not a number."""
    return int(text) if text.isascii() and text.isdigit() else -1


def _page(request: HttpRequest, shop: Shop, *, wrong: str = "") -> HttpResponse:
    now = clock.now()
    context = {
        "shop": shop,
        "algorithms": ALGORITHMS,
        "formats": list(Format),
        "rules": [(name, label, shop.rules[name]) for name, label in RULE_LABELS.items()],
        "double": len(shop.accepted_algorithms(now)) > 1,
        "wrong": wrong,
    }
    status = 400 if wrong else 200
    return render(request, "payzen_sandbox/shop.html", context, status=status)
