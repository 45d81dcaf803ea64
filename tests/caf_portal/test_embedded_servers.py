"""The embedded PostgreSQL and Redis: they start, answer, survive a kill and leave nothing."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from caf_portal.embedded.errors import IncompleteEnvironment, ServerFailed, UnsafeDirectory
from caf_portal.embedded.places import Place, private_folder
from caf_portal.embedded.postgres import running_postgres
from caf_portal.embedded.redis import redis_url, running_redis
from caf_portal.embedded.servers import outside_servers, variables
from tests.caf_portal.embedded_places import connect, lasting, postmaster, servers_below, throwaway


def test_both_servers_answer_and_are_gone_afterwards(tmp_path: Path) -> None:
    place = throwaway(tmp_path / "place")

    with running_postgres(place), running_redis(place):
        addresses = variables(place)
        with psycopg.connect(addresses["DATABASE_URL"]) as connection:
            row = connection.execute("SELECT current_user, current_database()").fetchone()
        pong = redis.Redis.from_url(addresses["REDIS_URL"]).ping()
        while_running = servers_below(place.folder)

    assert row == ("caf_app", "caf_portal")
    assert pong
    assert while_running
    assert servers_below(place.folder) == []


def test_the_socket_is_closed_to_other_users(tmp_path: Path) -> None:
    place = throwaway(tmp_path / "place")

    with running_postgres(place), running_redis(place):
        folders = [place.postgres_socket, place.redis_socket.parent]
        modes = [stat.S_IMODE(folder.stat().st_mode) for folder in folders]
        with connect(place, role="postgres") as connection:
            row = connection.execute("SHOW listen_addresses").fetchone()

    assert modes == [0o700, 0o700]
    assert row == ("",)


def test_a_server_killed_with_a_lasting_place_finds_its_data_again(tmp_path: Path) -> None:
    place = lasting(tmp_path / "place")
    with running_postgres(place):
        with connect(place, role="caf_owner") as connection:
            connection.execute("CREATE TABLE kept (n int)")
            connection.execute("INSERT INTO kept VALUES (42)")
        postmaster(place).kill()

    with running_postgres(place), connect(place, role="caf_app") as connection:
        row = connection.execute("SELECT n FROM kept").fetchone()

    assert row == (42,)


def test_a_throwaway_cluster_that_was_killed_is_made_again(tmp_path: Path) -> None:
    place = throwaway(tmp_path / "place")
    with running_postgres(place):
        with connect(place, role="caf_owner") as connection:
            connection.execute("CREATE TABLE lost (n int)")
        postmaster(place).kill()

    with running_postgres(place), connect(place, role="caf_owner") as connection:
        row = connection.execute("SELECT to_regclass('lost')").fetchone()

    assert row == (None,)


def test_a_throwaway_cluster_stopped_cleanly_is_used_again(tmp_path: Path) -> None:
    place = throwaway(tmp_path / "place")
    with running_postgres(place), connect(place, role="caf_owner") as connection:
        connection.execute("CREATE TABLE still_there (n int)")

    with running_postgres(place), connect(place, role="caf_owner") as connection:
        row = connection.execute("SELECT to_regclass('still_there')::text").fetchone()

    assert row == ("still_there",)


def test_a_stale_pid_file_naming_an_unrelated_process_stops_nothing(tmp_path: Path) -> None:
    place = lasting(tmp_path / "place")
    with running_postgres(place):
        pass
    stale = place.postgres_data / "postmaster.pid"
    stale.write_text(f"{os.getppid()}\n{place.postgres_data}\n0\n5432\n\n\n\n\n")

    with running_postgres(place):
        assert postmaster(place).pid != os.getppid()

    os.kill(os.getppid(), 0)


def test_data_of_another_version_is_refused_with_words(tmp_path: Path) -> None:
    place = lasting(tmp_path / "place")
    with running_postgres(place):
        pass
    (place.postgres_data / "PG_VERSION").write_text("12\n")

    with pytest.raises(ServerFailed, match="was made by PostgreSQL 12"), running_postgres(place):
        pass


def test_a_server_that_cannot_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    place = throwaway(tmp_path / "place")
    with running_postgres(place):
        pass
    with (place.postgres_data / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")

    with pytest.raises(ServerFailed, match="no_such_setting"), running_postgres(place):
        pass


def test_a_long_path_moves_the_sockets_to_the_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("tempfile.tempdir", "/tmp")
    place = throwaway(tmp_path / ("deep-" * 12) / ("folder-" * 8))

    with running_postgres(place), running_redis(place):
        assert place.postgres_socket.parent == Path("/tmp")
        assert stat.S_IMODE(place.postgres_socket.stat().st_mode) == 0o700
        assert redis.Redis.from_url(redis_url(place)).ping()

    assert len(os.fsencode(place.redis_socket)) <= 107


def test_a_short_path_keeps_the_sockets_beside_the_data() -> None:
    place = Place(name="test", folder=Path("/srv/caf/var/test"))

    assert place.postgres_socket == Path("/srv/caf/var/test/postgresql")


def test_a_folder_prepared_by_somebody_else_is_refused(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    trap = tmp_path / "trap"
    trap.symlink_to(elsewhere)

    with pytest.raises(UnsafeDirectory):
        private_folder(trap)


def test_redis_left_by_a_killed_run_is_replaced(tmp_path: Path) -> None:
    place = throwaway(tmp_path / "place")
    with running_redis(place):
        pid = int((place.folder / "redis.pid").read_text())
        with running_redis(place):
            assert redis.Redis.from_url(redis_url(place)).ping()
            assert int((place.folder / "redis.pid").read_text()) != pid


def test_outside_servers_need_both_roles() -> None:
    with pytest.raises(IncompleteEnvironment):
        outside_servers({"DATABASE_URL": "postgresql://caf_app@db.example/caf_portal"})

    assert outside_servers({"REDIS_URL": "redis://redis.example"}) == {
        "REDIS_URL": "redis://redis.example"
    }


_RUN_UNTIL_KILLED = """
import pathlib, signal, sys
from caf_portal.embedded.places import Place
from caf_portal.embedded.postgres import running_postgres
with running_postgres(Place(name="test", folder=pathlib.Path(sys.argv[1]))):
    print("ready", flush=True)
    signal.pause()
"""


def test_postgres_stops_when_its_parent_is_killed(tmp_path: Path) -> None:
    place = throwaway(tmp_path / "place")
    command = [sys.executable, "-c", _RUN_UNTIL_KILLED, str(place.folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        server = postmaster(place)
        parent.kill()

    server.wait(timeout=10)
    assert servers_below(place.folder) == []
