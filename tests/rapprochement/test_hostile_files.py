"""Files that would count money twice, poison an account, or write where they must not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from caf_portal.database.scope import national_scope
from rapprochement.models import LigneBanque
from rapprochement.services.collecting import collect_files
from rapprochement.services.file_refusals import FileRefused
from tests.rapprochement.readers.bank_statements import Line, Statement
from tests.rapprochement.readers.camt_files import camt_file
from tests.rapprochement.readers.cfonb_files import cfonb_file
from tests.rapprochement.readers.gateway_files import jt_file, jt_line
from tests.rapprochement.statements import NOW as RECEIVED
from tests.rapprochement.statements import account_of, received, shop_of
from tests.rapprochement.test_collecting import NOW, drop, folder

pytestmark = pytest.mark.django_db
__all__ = ["folder"]
DAY_19, DAY_20, DAY_21 = date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 21)
#: A payment that the bank took back on the same day: the balance says nothing of it.
THERE_AND_BACK = (Line(100_00), Line(-100_00))


def lines() -> int:
    with national_scope():
        return LigneBanque.objects.count()


@pytest.mark.parametrize(
    "again",
    [
        camt_file(Statement(THERE_AND_BACK, 5_00, None, DAY_20, DAY_20, sequence=7)),
        camt_file(Statement(THERE_AND_BACK, 5_00, None, DAY_20, DAY_20)),
        cfonb_file(Statement((*THERE_AND_BACK, Line(1_00)), 5_00, None, DAY_20, DAY_21)),
    ],
)
def test_inv20_lines_that_sum_to_nothing_are_not_counted_twice_by_another_statement(again):
    account_of("011")
    received(cfonb_file(Statement(THERE_AND_BACK, 5_00, None, DAY_19, DAY_20)))

    with pytest.raises(FileRefused, match="déjà"):
        received(again)

    assert lines() == 2


def test_the_same_movements_of_the_next_day_are_loaded():
    account_of("011")
    received(cfonb_file(Statement(THERE_AND_BACK, 5_00, None, DAY_19, DAY_20)))
    next_day = tuple(Line(each.cents, booked_on=DAY_21) for each in THERE_AND_BACK)

    received(cfonb_file(Statement(next_day, 5_00, None, DAY_20, DAY_21)))

    assert lines() == 4


def test_a_statement_of_a_day_to_come_is_refused_before_it_shuts_the_account():
    account_of("011")
    far = date(2099, 12, 31)

    with pytest.raises(FileRefused, match="31/12/2099"):
        received(cfonb_file(Statement((Line(1_00),), 0, None, DAY_20, far)))
    with pytest.raises(FileRefused, match="31/12/2099"):
        received(cfonb_file(Statement((Line(1_00, booked_on=far),), 0, None, DAY_20, DAY_20)))

    received(cfonb_file(Statement((Line(1_00),), 0, None, DAY_19, DAY_20)))
    assert lines() == 1


def test_a_file_of_the_platform_of_a_day_to_come_is_refused():
    shop = shop_of("011")
    day = RECEIVED.date() + timedelta(days=30)
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    line = jt_line(trans_id="000001", cents=5_00, at=at)
    name, content = jt_file([line], shop.site_id, day)

    with pytest.raises(FileRefused, match=f"{day:%d/%m/%Y}"):
        received(content, name)


def test_the_reason_of_a_refusal_overwrites_no_file_and_goes_through_no_link(folder, tmp_path):
    (folder / "refuses").mkdir()
    target = tmp_path / "precieux"
    target.write_text("reste")
    (folder / "refuses" / "a.csv.txt").symlink_to(target)
    (folder / "refuses" / "b.csv.txt").write_text("un fichier refusé hier")
    drop(folder, "a.csv", b"rien")
    drop(folder, "b.csv", b"rien")

    collect_files(now=NOW)

    assert target.read_text() == "reste"
    assert (folder / "refuses" / "b.csv.txt").read_text() == "un fichier refusé hier"
    assert len(list((folder / "refuses").iterdir())) == 6


def test_a_name_as_long_as_a_disk_takes_is_put_away(folder):
    drop(folder, "𝄞" * 63, b"rien")

    done = collect_files(now=NOW)

    assert len(done.refused) == 1
    assert list((folder / "a-lire").iterdir()) == []


def test_inv15_no_log_quotes_the_cell_of_a_refused_file(folder, caplog):
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    _name, content = jt_file([jt_line(trans_id="000001", cents=5_00, at=at)], "12345678", DAY_20)
    drop(folder, "sans-nom.csv", content.replace(b"000001", b"ZEPHYRINE QUETZAL"))

    collect_files(now=NOW)

    assert "rapprochement.file.refused" in caplog.text, "the control: the refusal is told"
    assert "QUETZAL" not in caplog.text
    assert "QUETZAL" in (folder / "refuses" / "sans-nom.csv.txt").read_text()
