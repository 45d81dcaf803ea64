"""The small parts of the demo: ports, keys, the environment of each process, the last page."""

import json
import socket
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from caf_portal.demo import environment
from caf_portal.demo.keys import keys_of
from caf_portal.demo.ports import HOST, Ports, any_free_ports, free_ports, remember, remembered
from caf_portal.demo.processes import parts
from caf_portal.demo.welcome import TEST_CARDS, welcome_page
from caf_portal.embedded.places import Place
from caf_portal.embedded.servers import variables
from payzen_sandbox.cards import find_card


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A demo's folder with one login and one letter in it."""
    login = {"who": "Agente", "url": "http://x/agents/", "login": "agente", "password": "s3cret"}
    letter = {"who": "Ana", "reference": "011 0000", "birth_on": "1990-05-17"}
    known = {"logins": [login], "accounts": [{**login, "login": "marie"}], "letters": [letter]}
    (tmp_path / "logins.json").write_text(json.dumps(known))
    return tmp_path


def test_free_ports_are_kept() -> None:
    wanted = any_free_ports()

    assert free_ports(wanted) == wanted


def test_a_busy_port_gives_the_next_free_one_that_is_no_other_parts_usual_one() -> None:
    with socket.create_server((HOST, 0)) as busy:
        first = busy.getsockname()[1]
        wanted = Ports(portal=first, sandbox=first + 1, mail=first + 2)

        chosen = free_ports(wanted)

    assert chosen.portal > first + 2
    assert len({chosen.portal, chosen.sandbox, chosen.mail}) == 3


def test_ports_are_remembered_for_the_commands_run_beside_the_demo(tmp_path: Path) -> None:
    assert remembered(tmp_path) == Ports()

    remember(Ports(portal=9000), tmp_path)

    assert remembered(tmp_path) == Ports(portal=9000)


def test_keys_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    keys = keys_of(tmp_path / "demo")

    assert keys_of(tmp_path / "demo") == keys
    assert keys_of(tmp_path / "other") != keys
    assert stat.S_IMODE((tmp_path / "demo" / "keys.json").stat().st_mode) == 0o600
    Fernet(keys.field_encryption_key)


def test_no_running_part_knows_the_owner_of_the_database(tmp_path: Path) -> None:
    place = Place(name="demo", folder=tmp_path)

    started = parts(place, Ports(), base=variables(place))

    assert {part.name for part in started} == {"mail", "web", "worker", "beat", "sandbox"}
    assert all("DATABASE_OWNER_URL" not in part.environment for part in started)


def test_the_web_server_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    place = Place(name="demo", folder=tmp_path)

    web = next(part for part in parts(place, Ports(), base=variables(place)) if part.name == "web")

    assert "--no-control-socket" in web.command


def test_the_sandbox_gets_no_address_of_the_portals_servers(tmp_path: Path) -> None:
    place = Place(name="demo", folder=tmp_path)
    base = variables(place)

    sandbox = next(p for p in parts(place, Ports(), base=base) if p.name == "sandbox")

    assert not set(base.values()) & set(sandbox.environment.values())


def test_the_environment_is_completed_and_never_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {"PORTAL_URL": "http://given.example"})
    monkeypatch.setattr(environment, "_given", {})

    environment.fill_environment()

    import_of_os = environment.os.environ
    assert import_of_os["PORTAL_URL"] == "http://given.example"
    assert import_of_os["DATABASE_URL"].startswith("postgresql://caf_app@")
    assert "DATABASE_OWNER_URL" not in import_of_os
    assert environment.environment_as_given() == {"PORTAL_URL": "http://given.example"}


def test_the_page_tells_addresses_logins_and_cards(folder: Path) -> None:
    page = welcome_page(Ports(), folder)

    for told in (
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000/agents/",
        "http://127.0.0.1:8000/national/",
        "http://127.0.0.1:8000/boite-aux-lettres/",
        "http://127.0.0.1:8001/",
        "agente  s3cret",
        "011 0000  17/05/1990",
        TEST_CARDS[0][0],
    ):
        assert told in page
    assert "est pris" not in page


def test_the_page_says_which_port_moved(folder: Path) -> None:
    page = welcome_page(Ports(portal=8002), folder)

    assert "Le port 8000 est pris : le portail utilise 8002." in page


@pytest.mark.parametrize("spaced", [number for number, _ in TEST_CARDS])
def test_each_card_of_the_page_is_one_of_the_sandbox(spaced: str) -> None:
    card = find_card(spaced.replace(" ", ""))

    assert card is not None
    assert card.spaced == spaced
