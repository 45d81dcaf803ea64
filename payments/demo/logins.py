"""The logins and references of the demonstration, for the page that ``manage.py demo`` prints."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.urls import reverse

from allocataires.demo.cast import cast
from allocataires.services import demo_login
from caisses.demo.agents import AGENTS, PASSWORD

FILE_NAME = "logins.json"


def write_logins(folder: Path, *, portal_url: str, today: date) -> Path:
    """Write ``logins.json`` for whoever holds this machine; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    content = known_logins(portal_url=portal_url, today=today)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def known_logins(*, portal_url: str, today: date) -> dict[str, list[dict[str, Any]]]:
    """``logins`` of agents, ``letters`` with a birth date, ``accounts`` of the demo's caf.fr."""
    members = cast(today)
    return {
        "logins": [
            {
                "who": agent.who,
                "url": f"{portal_url}{agent.path}",
                "login": agent.login,
                "password": PASSWORD,
            }
            for agent in AGENTS
        ],
        "letters": [
            {
                "who": f"{member.person.prenom} : {member.who}",
                "reference": member.creances[0].reference,
                "birth_on": member.person.naissance_on.isoformat(),
            }
            for member in members
        ],
        "accounts": [
            {
                "who": f"{member.person.prenom} : {member.who}",
                "url": f"{portal_url}{reverse('allocataires:demo_login')}",
                "login": member.subject,
                "password": demo_login.PASSWORD,
            }
            for member in members
            if member.subject
        ],
    }
