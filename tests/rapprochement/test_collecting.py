"""The exchange folder: loaded once, refused with a reason, tricks left alone."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from caf_portal.database.advisory import held
from caf_portal.database.scope import caisse_scope, national_scope
from comptabilite.models import Anomalie
from comptabilite.services.settling import settle_anomalie
from rapprochement.models import FichierReleve, Releve
from rapprochement.services import collecting
from rapprochement.services.collecting import collect_files
from tests.caisses.factories import agent_of
from tests.payments.test_races import at_once
from tests.rapprochement.readers.bank_statements import Line, Statement
from tests.rapprochement.readers.cfonb_files import cfonb_file
from tests.rapprochement.readers.gateway_files import jo_file, jo_line, jt_file, jt_line
from tests.rapprochement.statements import account_of, shop_of

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC).replace(microsecond=0)
DAY_20, DAY_21 = date(2026, 11, 20), date(2026, 11, 21)
FIRST = Statement((Line(10_00),))
SECOND = Statement((Line(5_00),), 10_00, None, DAY_20, DAY_21)


@pytest.fixture
def folder(settings, tmp_path):
    settings.RELEVES_FOLDER = tmp_path
    (tmp_path / "a-lire").mkdir()
    return tmp_path


def drop(folder: Path, name: str, content: bytes, *, age: int = 120) -> Path:
    path = folder / "a-lire" / name
    path.write_bytes(content)
    then = NOW.timestamp() - age
    os.utime(path, (then, then))
    return path


def waiting(folder: Path) -> list[str]:
    return sorted(os.listdir(folder / "a-lire"))


def read(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "lus").rglob("*") if path.is_file())


def count() -> int:
    with national_scope():
        return FichierReleve.objects.count()


def test_files_are_loaded_and_put_away_by_month(folder):
    account_of("011")
    drop(folder, "r1.txt", cfonb_file(FIRST))

    done = collect_files(now=NOW)

    with national_scope():
        fichier = FichierReleve.objects.get()
    assert done.loaded == ["r1.txt"]
    assert (fichier.arrivee, fichier.received_by) == ("DOSSIER", None)
    assert waiting(folder) == []
    assert len(list((folder / "lus").glob("20??/??/r1.txt"))) == 1


def test_days_that_came_together_in_the_wrong_order_are_all_loaded(folder):
    account_of("011")
    drop(folder, "a-le-21.txt", cfonb_file(SECOND))
    drop(folder, "b-le-20.txt", cfonb_file(FIRST))

    done = collect_files(now=NOW)

    assert sorted(done.loaded) == ["a-le-21.txt", "b-le-20.txt"]
    with national_scope():
        assert Releve.objects.count() == 2


def test_a_refused_file_says_why_beside_it_and_on_the_work_list_once(folder):
    account_of("011")
    drop(folder, "r1.txt", cfonb_file(FIRST))
    collect_files(now=NOW)
    gap = cfonb_file(Statement((Line(5_00),), 11_00, None, DAY_20, DAY_21))

    for name in ("r2.txt", "r2.txt"):
        drop(folder, name, gap)
        assert collect_files(now=NOW).refused == [name]

    reason = (folder / "refuses" / "r2.txt.txt").read_text()
    with national_scope():
        anomalie = Anomalie.objects.get(kind="FILE_REFUSED")
    assert "Un relevé manque entre ces deux dates" in reason
    assert "Un relevé manque" in anomalie.detail
    assert sorted(os.listdir(folder / "refuses")) == [
        "r2-2.txt", "r2-2.txt.txt", "r2.txt", "r2.txt.txt",
    ]  # fmt: skip
    assert count() == 1


def test_a_file_refused_again_after_somebody_answered_is_a_new_line(folder):
    account = account_of("011", active=False)
    drop(folder, "r1.txt", cfonb_file(FIRST))
    collect_files(now=NOW)
    with national_scope():
        agent = agent_of("011")
        line = Anomalie.objects.get(kind="FILE_REFUSED")
    with caisse_scope(account.caisse_id):
        settle_anomalie(anomalie_id=line.pk, agent=agent, note="Compte remis en service.", now=NOW)

    drop(folder, "r1.txt", cfonb_file(FIRST))
    collect_files(now=NOW + timedelta(hours=1))

    with national_scope():
        told = Anomalie.objects.filter(kind="FILE_REFUSED").order_by("occurrence")
        assert [each.settled_at for each in told] == [NOW, None]


def test_an_unreadable_file_of_a_shop_is_told_to_its_fund_and_settled_when_it_is_right(folder):
    site = shop_of("011").site_id
    name, content = jt_file(
        [jt_line(trans_id="000001", cents=5_00, at=datetime(2026, 11, 20, 9, tzinfo=UTC))],
        site,
        DAY_20,
    )
    drop(folder, name, content.replace(b"000001", b"1"))
    collect_files(now=NOW)

    with national_scope():
        anomalie = Anomalie.objects.get(kind="FILE_REFUSED")
    assert anomalie.caisse_id == shop_of("011").caisse_id
    assert "Ligne 3" in anomalie.detail


def test_a_file_of_nobody_leaves_a_reason_and_no_anomaly(folder):
    drop(folder, "r1.txt", cfonb_file(FIRST))

    collect_files(now=NOW)

    with national_scope():
        assert not Anomalie.objects.exists()
    assert "Déclarez d’abord le compte" in (folder / "refuses" / "r1.txt.txt").read_text()


def test_the_refusal_of_a_file_is_settled_when_the_account_is_declared(folder):
    account = account_of("011", active=False)
    drop(folder, "r1.txt", cfonb_file(FIRST))
    collect_files(now=NOW)
    with national_scope():
        account.active = True
        account.save(update_fields=["active"])
    drop(folder, "r1.txt", cfonb_file(FIRST))

    assert collect_files(now=NOW).loaded == ["r1.txt"]

    with national_scope():
        assert Anomalie.objects.get(kind="FILE_REFUSED").settled_at is not None


def test_files_being_written_folders_links_and_hidden_files_are_left(folder, tmp_path):
    account_of("011")
    outside = tmp_path / "secret.txt"
    outside.write_bytes(cfonb_file(FIRST))
    (folder / "a-lire" / "lien.txt").symlink_to(outside)
    (folder / "a-lire" / "dossier").mkdir()
    os.mkfifo(folder / "a-lire" / "tube.txt")
    for name in ("r1.txt.part", "R2.TMP", "r3.filepart", ".cache"):
        drop(folder, name, cfonb_file(FIRST))
    drop(folder, "recent.txt", cfonb_file(FIRST), age=30)
    before = waiting(folder)

    done = collect_files(now=NOW)

    assert (done.loaded, done.refused) == ([], [])
    assert waiting(folder) == before
    assert count() == 0


def test_a_name_with_tricks_is_kept_and_shown_safely(folder):
    account_of("011")
    drop(folder, "w\\..\\x\n\x1b[31m<b>é.txt", cfonb_file(FIRST))

    collect_files(now=NOW)

    with national_scope():
        assert FichierReleve.objects.get().filename == "x[31m<b>é.txt"
    assert len(read(folder)) == 1


def test_a_name_that_is_no_text_is_loaded_too(folder):
    account_of("011")
    path = os.fsencode(folder / "a-lire") + b"/relev\xe9.txt"
    with open(path, "wb") as file:
        file.write(cfonb_file(FIRST))
    os.utime(path, (0, 0))

    assert collect_files(now=NOW).loaded == ["relev.txt"]


def test_a_file_that_is_too_large_is_refused_unread(folder, monkeypatch):
    monkeypatch.setattr("rapprochement.services.dropped_files.MAX_BYTES", 100)
    drop(folder, "r1.txt", cfonb_file(FIRST))

    assert collect_files(now=NOW).refused == ["r1.txt"]


def test_the_same_file_dropped_again_is_put_away_without_a_word(folder):
    account_of("011")
    drop(folder, "r1.txt", cfonb_file(FIRST))
    collect_files(now=NOW)
    drop(folder, "r1.txt", cfonb_file(FIRST))

    done = collect_files(now=NOW)

    assert done.refused == []
    assert read(folder) == ["r1-2.txt", "r1.txt"]
    assert count() == 1


def test_a_jo_waits_a_day_for_its_jt(folder):
    site = shop_of("011").site_id
    late = datetime(2026, 11, 20, 22, tzinfo=UTC)
    cancel = jo_line(trans_id="000001", cents=5_00, at=late, operation_kind="CANCEL")
    name, content = jo_file([cancel], site, DAY_20)
    drop(folder, name, content)

    assert collect_files(now=NOW).waiting == [name]
    assert waiting(folder) == [name]
    assert collect_files(now=NOW + timedelta(days=1)).refused == [name]


def test_a_bug_on_one_file_leaves_it_and_the_others_are_loaded(folder, monkeypatch):
    account_of("011")
    drop(folder, "a.txt", b"x")
    drop(folder, "b.txt", cfonb_file(FIRST))
    real = collecting.receive_file

    def broken(*, content, **said):
        if content == b"x":
            raise RuntimeError("ours")
        return real(content=content, **said)

    monkeypatch.setattr(collecting, "receive_file", broken)

    with pytest.raises(RuntimeError, match="ours"):
        collect_files(now=NOW)

    assert waiting(folder) == ["a.txt"]
    assert count() == 1


def test_without_a_folder_nothing_happens(settings):
    settings.RELEVES_FOLDER = None

    assert collect_files(now=NOW).loaded == []


def test_another_process_at_work_leaves_the_folder_alone(folder):
    account_of("011")
    drop(folder, "r1.txt", cfonb_file(FIRST))

    def while_held():
        with held("rapprochement.collect_files"):
            (mine,) = at_once(lambda: collect_files(now=NOW))
        return mine

    assert while_held().loaded == []
    assert waiting(folder) == ["r1.txt"]
