"""``python -m caf_portal.embedded``: the exit code, the variables, and nothing left behind."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from caf_portal.embedded import __main__ as command
from caf_portal.embedded import places
from caf_portal.embedded.errors import PlaceTaken
from caf_portal.embedded.places import claimed_place
from tests.caf_portal.embedded_places import servers_below


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project folder for the places, and no servers named by the environment."""
    monkeypatch.setattr(places, "PROJECT", tmp_path)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def start(*words: str) -> subprocess.Popen[str]:
    """The command in a process of its own, on the real project's folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "caf_portal.embedded", *words],
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin"},
    )


def test_the_command_gets_the_addresses_and_its_exit_code_comes_back() -> None:
    script = 'echo "$DATABASE_URL $DATABASE_OWNER_URL $REDIS_URL"; exit 7'

    run = start("run", "--profile", "test", "--", "sh", "-c", script)
    output, _ = run.communicate(timeout=60)

    app, owner, redis = output.split()
    assert run.returncode == 7
    assert app.startswith("postgresql://caf_app@")
    assert owner.startswith("postgresql://caf_owner@")
    assert redis.startswith("unix:///")


def test_sigterm_stops_the_command_and_both_servers() -> None:
    script = 'echo "$REDIS_URL"; exec sleep 120'
    run = start("run", "--profile", "test", "--", "sh", "-c", script)
    assert run.stdout is not None
    folder = Path(run.stdout.readline().strip().removeprefix("unix://")).parent.parent
    sleeper = psutil.Process(run.pid).children(recursive=False)
    while_running = servers_below(folder)

    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=30)

    assert while_running
    assert run.returncode == 128 + signal.SIGTERM
    assert servers_below(folder) == []
    assert not any(process.is_running() for process in sleeper)


def test_a_server_that_does_not_start_is_said_with_code_2(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://caf_app@db.example/caf_portal")

    code = command.main(["run", "--profile", "test", "--", "true"])

    assert code == 2
    assert "DATABASE_OWNER_URL" in capsys.readouterr().err


def test_signals_are_answered_afterwards_as_before(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://caf_app@db.example/caf_portal")
    before = signal.getsignal(signal.SIGTERM)

    command.main(["run", "--profile", "test", "--", "true"])

    assert signal.getsignal(signal.SIGTERM) == before


def test_env_says_when_the_servers_do_not_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["env", "--profile", "demo"]) == 1
    assert "do not run" in capsys.readouterr().err


def test_the_demo_has_one_place(project: Path) -> None:
    with (
        claimed_place("demo"),
        pytest.raises(PlaceTaken, match="already running"),
        claimed_place("demo"),
    ):
        pass


def test_two_runs_of_the_tests_have_a_place_each(project: Path) -> None:
    with claimed_place("test") as first, claimed_place("test") as second:
        assert (first.folder.name, second.folder.name) == ("test", "test-2")

    with claimed_place("test") as again:
        assert again.folder == first.folder


def test_the_check_of_the_demo_starts_empty_and_the_demo_does_not(project: Path) -> None:
    for profile in ("check", "demo"):
        with claimed_place(profile) as place:
            (place.folder / "mail").mkdir()
            (place.folder / "keys.json").write_text("{}")

    with claimed_place("check") as check, claimed_place("demo") as demo:
        assert [entry.name for entry in check.folder.iterdir()] == ["lock"]
        assert {entry.name for entry in demo.folder.iterdir()} == {"lock", "mail", "keys.json"}
