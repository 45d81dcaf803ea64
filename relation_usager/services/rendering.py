"""Turns a row of the outbox into an e-mail: the text of its kind, in the person's language.

The words are in ``templates/messages/<kind>.<langue>.txt``, subject on the first line. The HTML
alternative is made from that same text, so that both always say the same thing.
"""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from caf_portal.money import format_euros
from caisses.models import Caisse
from relation_usager.models import Message


def render_message(message: Message) -> EmailMultiAlternatives:
    """The e-mail to send for ``message``; asks the fund's name and nothing else of the database.

    The reference, the amount and the date are in it; no name, no number, no debt: a mail box is
    read by others. ``Message-ID`` depends on the row alone, so that a copy sent again after a
    crash is known for what it is.
    """
    with translation.override(message.langue):
        template = f"messages/{message.kind.lower()}.{message.langue}.txt"
        subject, _, body = render_to_string(template, _words(message)).partition("\n")
        html = render_to_string(
            "messages/body.html",
            {"subject": subject, "text": body.strip(), "langue": message.langue},
        )
    email = EmailMultiAlternatives(
        subject=subject.strip(),
        body=body.lstrip("\n"),
        to=[message.to_address],
        headers={"Message-ID": _message_id(message), "Auto-Submitted": "auto-generated"},
    )
    email.attach_alternative(html, "text/html")
    return email


def _words(message: Message) -> dict[str, Any]:
    said = message.context
    paid_at = said.get("paid_at")
    return {
        "reference": said.get("reference", ""),
        "amount": format_euros(said["amount_cents"]) if "amount_cents" in said else "",
        "paid_at": timezone.localtime(datetime.fromisoformat(paid_at)) if paid_at else None,
        "caisse": Caisse.objects.get(pk=message.caisse_id).nom,
        "link": f"{settings.PORTAL_URL}{said.get('page') or _payment_page(said)}",
        "portal_url": settings.PORTAL_URL,
        "raised": format_euros(said["raised_cents"]) if said.get("raised_cents") else "",
        "lowered": format_euros(said["lowered_cents"]) if said.get("lowered_cents") else "",
        "by_link": said.get("by_link", False),
        "until_on": date.fromisoformat(said["until_on"]) if "until_on" in said else None,
        "suspends": said.get("suspends", False),
        **_words_of_due(said),
    }


def _payment_page(said: dict[str, Any]) -> str:
    return f"/paiement/{said['payment_id']}/"


def _words_of_due(said: dict[str, Any]) -> dict[str, Any]:
    """What messages about one due of a plan, or about a demande, say more than the others."""
    days = {
        name: said.get(name)
        for name in ("due_on", "next_on", "answer_due_on", "resume_on", "end_on")
    }
    return {
        **{name: date.fromisoformat(day) if day else None for name, day in days.items()},
        **{name: said.get(name) for name in ("rank", "count")},
        **{name: said.get(name, False) for name in ("asked", "accepted", "online")},
        "next_amount": format_euros(said["next_cents"]) if "next_cents" in said else "",
    }


def _message_id(message: Message) -> str:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return f"<{message.kind.lower()}.{message.source_id}@{domain}>"
