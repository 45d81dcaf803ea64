"""A wrong setting refuses to start and is named; a secret is never repeated."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from caf_portal import env


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (env.required, ""),
        (env.required, "   "),
        (lambda name: env.whole(name, 1), "many"),
        (lambda name: env.whole(name, 1, minimum=1), "0"),
        (lambda name: env.flag(name, default=True), "perhaps"),
        (env.words, ""),
        (env.http_url, "portail.example"),
        (env.http_url, "ftp://portail.example"),
        (lambda name: env.one_of(name, ("TEST", "PRODUCTION"), default="TEST"), "test"),
        (env.networks, "10.1.0.0/33"),
        (env.networks, "10.1.2.3/16"),
        (env.networks, "logiciel.caf.example"),
        (env.folder, "/nowhere/at/all"),
        (env.folder, __file__),
        (env.fernet_keys, "c2VjcmV0"),
        (env.fernet_keys, ", ,"),
        (env.database, "sqlite:///here"),
        (env.database, "not a url"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_setting(monkeypatch, read, value):
    monkeypatch.setenv("SOME_SETTING", value)

    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING") as refused:
        read("SOME_SETTING")
    assert "c2VjcmV0" not in str(refused.value)


def test_an_absent_setting_is_named(monkeypatch):
    monkeypatch.delenv("SOME_SETTING", raising=False)

    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING"):
        env.required("SOME_SETTING")


def test_right_values_are_read(monkeypatch):
    monkeypatch.setenv("SOME_SETTING", " a , b ,")
    assert env.words("SOME_SETTING") == ["a", "b"]
    monkeypatch.setenv("SOME_SETTING", "https://portail.example/")
    assert env.http_url("SOME_SETTING") == "https://portail.example"
    monkeypatch.setenv("SOME_SETTING", "postgresql://u:p@h:5432/d")
    assert env.database("SOME_SETTING")["NAME"] == "d"
    monkeypatch.setenv("SOME_SETTING", "off")
    assert env.flag("SOME_SETTING", default=True) is False


def test_networks_are_read_and_none_is_none(monkeypatch):
    monkeypatch.setenv("SOME_SETTING", "10.1.0.0/16, fd00::/8")

    assert [str(each) for each in env.networks("SOME_SETTING")] == ["10.1.0.0/16", "fd00::/8"]
    monkeypatch.setenv("SOME_SETTING", "")
    assert env.networks("SOME_SETTING") == []


def test_a_folder_that_is_there_is_read_and_none_is_none(monkeypatch, tmp_path):
    monkeypatch.setenv("SOME_SETTING", str(tmp_path))
    assert env.folder("SOME_SETTING") == tmp_path

    monkeypatch.setenv("SOME_SETTING", "")
    assert env.folder("SOME_SETTING") is None
