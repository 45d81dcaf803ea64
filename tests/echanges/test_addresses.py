"""The portal posts to the outside, over TLS, and nowhere inside its own network."""

import socket
from ipaddress import ip_network
from typing import Any

import pytest

from echanges.gateways import addresses
from echanges.gateways.addresses import AddressRefused, place_of


def names(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """Every name resolves to these addresses."""

    def answer(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", answer)


@pytest.fixture
def production(settings):
    settings.DEMO = False
    settings.WEBHOOK_NETWORKS = []


def test_a_public_address_is_kept_as_it_was_judged(production, monkeypatch):
    names(monkeypatch, "93.184.216.34", "2606:2800:220:1::1")

    place = place_of("https://caf.example.org:8443/portail?x=1")

    assert (place.host, place.port, place.path) == ("caf.example.org", 8443, "/portail?x=1")
    assert place.address == "93.184.216.34"


@pytest.mark.parametrize(
    "inside",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound: it must be refused
        "224.0.0.1",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "::7f00:1",
        "::10.0.0.1",
        "::ffff:0:7f00:1",
        "fec0::1",
        "192.88.99.1",
    ],
)
def test_an_address_inside_is_refused(production, monkeypatch, inside):
    names(monkeypatch, inside)

    with pytest.raises(AddressRefused, match="privé"):
        place_of("https://caf.example.org/")


def test_one_address_inside_among_others_is_enough_to_refuse(production, monkeypatch):
    names(monkeypatch, "93.184.216.34", "10.0.0.1")

    with pytest.raises(AddressRefused):
        place_of("https://caf.example.org/")


def test_networks_that_the_operator_names_are_open(production, settings, monkeypatch):
    settings.WEBHOOK_NETWORKS = [ip_network("10.1.0.0/16")]
    names(monkeypatch, "10.1.2.3")

    assert place_of("https://logiciel.caf.example/").address == "10.1.2.3"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://caf.example.org/", "https"),
        ("ftp://caf.example.org/", "https"),
        ("file:///etc/passwd", "https"),
        ("https:///evenements", "machine"),
        ("https://moi:secret@caf.example.org/", "machine"),
        ("https://caf.example.org:abc/", "ne se lit pas"),
        ("https://caf.example.org/\r\nHost: x", "ne se lit pas"),
        ("https://caf.example.org/a b", "ne se lit pas"),
        ("https://[::1", "ne se lit pas"),
        ("https://" + "a" * 70 + ".example/", "inconnu"),
        ("https://2130706433/", "privé"),
        ("https://0x7f.1/", "privé"),
        ("https://127.1/", "privé"),
    ],
)
def test_an_address_that_is_none_is_refused_with_its_reason(production, url, words):
    with pytest.raises(AddressRefused, match=words):
        place_of(url)


def test_a_demonstration_posts_to_its_own_machine(settings):
    assert place_of("http://127.0.0.1:8123/x").address == "127.0.0.1"
