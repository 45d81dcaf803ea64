"""The platform's files in: signed amounts that count each euro once, remittances, refusals."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from caf_portal.database.scope import national_scope
from rapprochement.models import FichierReleve, LignePlateforme, Remise
from rapprochement.services.file_refusals import AlreadyLoaded, FileRefused, FileTooEarly
from tests.rapprochement.readers.gateway_files import (
    jo_file,
    jo_line,
    jrb_file,
    jrb_line,
    jri_file,
    jri_line,
    jt_file,
    jt_line,
)
from tests.rapprochement.statements import received, shop_of

pytestmark = pytest.mark.django_db

DAY, NEXT = date(2026, 11, 20), date(2026, 11, 21)
MORNING = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LATE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)


def load(file: tuple[str, bytes], **more: object) -> FichierReleve:
    return received(file[1], file[0], **more)


def amounts(kind: str) -> list[int]:
    with national_scope():
        lines = LignePlateforme.objects.filter(kind=kind).order_by("fichier_id", "rank")
        return list(lines.values_list("amount_cents", flat=True))


def test_a_jt_counts_what_was_taken_and_given_back_and_nothing_of_refusals():
    site = shop_of("011").site_id
    lines = [
        jt_line(trans_id="000001", cents=50_00, at=MORNING, status="AUTHORISED"),
        jt_line(trans_id="000002", cents=60_00, at=MORNING, status="REFUSED"),
        jt_line(trans_id="000003", cents=20_00, at=LATE, operation="CREDIT"),
        jt_line(trans_id="000004", cents=70_00, at=MORNING, status="AUTHORISED_TO_VALIDATE"),
        jt_line(trans_id="000005", cents=1_00, at=MORNING, operation="VERIFICATION"),
    ]

    fichier = load(jt_file(lines, site, DAY), code="011")

    with national_scope():
        late = LignePlateforme.objects.get(trans_id="000003")
    assert (fichier.kind, fichier.version, fichier.day_on) == ("JT", "V_CUSTOM", DAY)
    assert amounts("JT") == [50_00, 0, -20_00, 0, 0]
    # 23:30 UTC is already the next day in Paris.
    assert (late.day_on, late.happened_at) == (NEXT, LATE)


def test_a_payment_cancelled_or_lowered_before_the_jt_is_made_is_counted_once_with_its_jo():
    site = shop_of("011").site_id
    gone, lowered = uuid4(), uuid4()
    jt = [
        jt_line(trans_id="000001", cents=50_00, at=MORNING, uuid=gone, status="CANCELLED"),
        jt_line(
            trans_id="000002", cents=40_00, origin_cents=60_00, at=MORNING, uuid=lowered,
            status="AUTHORISED",
        ),
    ]  # fmt: skip
    jo = [
        jo_line(
            trans_id="000001", cents=50_00, at=LATE, operation_kind="CANCEL", uuid=gone,
            status="CANCELLED",
        ),
        jo_line(
            trans_id="000002", cents=40_00, at=LATE, operation_kind="MODIFY", uuid=lowered,
            status="AUTHORISED",
        ),
        jo_line(trans_id="000002", cents=40_00, at=LATE, operation_kind="CAPTURE", uuid=lowered),
        jo_line(trans_id="000009", cents=5_00, at=LATE, operation_kind="CREDIT"),
    ]  # fmt: skip

    load(jt_file(jt, site, DAY))
    load(jo_file(jo, site, DAY))

    assert amounts("JT") == [50_00, 60_00]
    assert amounts("JO") == [-50_00, -20_00, 0, 0]


def test_a_cancellation_the_day_after_takes_back_what_is_left_of_a_payment():
    site = shop_of("011").site_id
    uuid = uuid4()
    said = {"trans_id": "000001", "uuid": uuid}
    load(jt_file([jt_line(**said, cents=50_00, at=MORNING, status="AUTHORISED")], site, DAY))
    lower = jo_line(**said, cents=30_00, at=LATE, operation_kind="MODIFY", status="AUTHORISED")
    load(jo_file([lower], site, DAY))
    load(jt_file([], site, NEXT, columns=list(jt_line(trans_id="000001", cents=1, at=LATE))))
    cancel = jo_line(
        **said,
        cents=30_00,
        at=datetime(2026, 11, 21, 8, 0, tzinfo=UTC),
        operation_kind="CANCEL",
        status="CANCELLED",
        paid_on=DAY,
    )

    load(jo_file([cancel], site, NEXT))

    assert sum(amounts("JT") + amounts("JO")) == 0
    assert amounts("JO") == [-20_00, -30_00]


def test_a_remittance_that_failed_takes_back_what_the_jt_told():
    site = shop_of("011").site_id
    failed, went = ({"trans_id": f"{n:06d}", "uuid": uuid4()} for n in (1, 2))
    load(
        jt_file(
            [
                jt_line(**each, cents=50_00, at=MORNING, status="AUTHORISED")
                for each in (failed, went)
            ],
            site,
            DAY,
        )
    )
    remitted = {"cents": 50_00, "at": LATE, "operation_kind": "CAPTURE"}

    load(
        jo_file(
            [
                jo_line(**failed, **remitted, status="CAPTURE_FAILED"),
                jo_line(**went, **remitted, status="CAPTURED"),
            ],
            site,
            DAY,
        )
    )

    assert amounts("JO") == [-50_00, 0]


def test_a_cancelled_due_that_was_never_taken_counts_nothing():
    site = shop_of("011").site_id
    load(jt_file([], site, DAY, columns=list(jt_line(trans_id="000001", cents=1, at=LATE))))

    load(
        jo_file(
            [jo_line(trans_id="000001", cents=5_00, at=LATE, operation_kind="CANCEL")], site, DAY
        )
    )

    assert amounts("JO") == [0]


def test_a_jo_that_changes_amounts_waits_for_the_jt_of_its_day():
    site = shop_of("011").site_id
    file = jo_file(
        [jo_line(trans_id="000001", cents=5_00, at=LATE, operation_kind="CANCEL")], site, DAY
    )

    with pytest.raises(FileTooEarly, match="chargez d’abord le journal JT"):
        load(file)

    with national_scope():
        assert not FichierReleve.objects.exists()


def test_a_jo_that_changes_a_payment_of_an_earlier_day_waits_for_its_jt():
    """Loaded before, it would count nothing, and the whole payment afterwards."""
    site, before = shop_of("011").site_id, DAY - timedelta(days=1)
    uuid, paid_at = uuid4(), MORNING - timedelta(days=1)
    of_the_payment = {"trans_id": "000001", "uuid": uuid}
    cancelled = jo_line(
        **of_the_payment,
        cents=50_00,
        at=MORNING,
        operation_kind="CANCEL",
        status="CANCELLED",
        paid_on=before,
    )
    columns = list(jt_line(trans_id="000001", cents=1, at=MORNING))
    for day in (before - timedelta(days=1), DAY):
        load(jt_file([], site, day, columns=columns))

    with pytest.raises(FileTooEarly, match=f"du {before:%d/%m/%Y}"):
        load(jo_file([cancelled], site, DAY))
    load(jt_file([jt_line(**of_the_payment, cents=50_00, at=paid_at)], site, before))
    load(jo_file([cancelled], site, DAY))

    assert (amounts("JT"), amounts("JO")) == ([50_00], [-50_00])


def test_a_jo_does_not_wait_for_a_jt_that_the_platform_keeps_no_more_or_of_before_the_first():
    site, columns = shop_of("011").site_id, list(jt_line(trans_id="000001", cents=1, at=MORNING))
    load(jt_file([], site, DAY - timedelta(days=40), columns=columns))
    load(jt_file([], site, DAY, columns=columns))
    failed = {"cents": 50_00, "operation_kind": "CAPTURE", "status": "CAPTURE_FAILED"}

    load(
        jo_file(
            [
                jo_line(trans_id=f"{n:06}", at=MORNING, paid_on=DAY - timedelta(days=n), **failed)
                for n in (30, 50)
            ],
            site,
            DAY,
        )
    )

    assert amounts("JO") == [0, 0]


def test_a_jrb_sums_its_remittances_net_of_fees():
    site = shop_of("011").site_id
    lines = [
        jrb_line(trans_id="000001", cents=50_00, remitted_at=MORNING, remittance_number="12",
                 fee_cents=20),
        jrb_line(trans_id="000002", cents=10_00, remitted_at=MORNING, remittance_number="12",
                 operation="CREDIT"),
        jrb_line(trans_id="000003", cents=5_00, remitted_at=MORNING, remittance_number="13"),
    ]  # fmt: skip

    load(jrb_file(lines, site, DAY))

    with national_scope():
        remises = list(
            Remise.objects.order_by("number").values_list(
                "number", "operations", "gross_cents", "fee_cents", "net_cents"
            )
        )
        of_line = list(
            LignePlateforme.objects.order_by("rank").values_list("remise__number", flat=True)
        )
    assert remises == [("12", 2, 40_00, 20, 39_80), ("13", 1, 5_00, 0, 5_00)]
    assert of_line == ["12", "12", "13"]
    assert amounts("JRB") == [50_00, -10_00, 5_00]


def test_the_second_part_of_a_remittance_is_a_row_of_its_own():
    site = shop_of("011").site_id
    said = {"remitted_at": MORNING, "remittance_number": "12"}
    load(jrb_file([jrb_line(trans_id="000001", cents=50_00, **said)], site, DAY))

    load(jrb_file([jrb_line(trans_id="000002", cents=7_00, **said)], site, NEXT))

    with national_scope():
        parts = list(Remise.objects.order_by("pk").values_list("number", "gross_cents"))
    assert parts == [("12", 50_00), ("12-2", 7_00)]


def test_a_remittance_is_of_its_day_in_paris():
    site = shop_of("011").site_id
    said = {"remittance_number": "12", "cents": 50_00}
    lines = [
        jrb_line(trans_id="000001", remitted_at=MORNING, **said),
        # The platform's number comes again; both are of the same day in Paris.
        jrb_line(trans_id="000002", remitted_at=LATE, remittance_number="13", cents=7_00),
        jrb_line(trans_id="000003", remitted_at=LATE + timedelta(hours=9), remittance_number="13",
                 cents=3_00),
    ]  # fmt: skip

    load(jrb_file(lines, site, DAY))

    with national_scope():
        remises = list(
            Remise.objects.order_by("pk").values_list("number", "remitted_on", "gross_cents")
        )
    assert remises == [("12", DAY, 50_00), ("13", NEXT, 7_00), ("13-2", NEXT, 3_00)]


def test_a_jri_takes_back():
    site = shop_of("011").site_id
    line = jri_line(trans_id="000001", cents=50_00, paid_on=DAY, charged_back_on=NEXT)

    load(jri_file([line], site, NEXT))

    assert amounts("JRI") == [-50_00]


def test_the_same_file_again_and_another_one_for_the_same_day_are_told_apart():
    site = shop_of("011").site_id
    one = jt_file([jt_line(trans_id="000001", cents=50_00, at=MORNING)], site, DAY)
    other = jt_file([jt_line(trans_id="000001", cents=51_00, at=MORNING)], site, DAY)
    load(one)

    with pytest.raises(AlreadyLoaded):
        load(one, code="011")
    with pytest.raises(FileRefused, match=r"Un autre journal JT .* pour le 20/11/2026"):
        load(other, code="011")

    assert amounts("JT") == [50_00]


def test_a_shop_that_is_not_the_agents_is_as_unknown_as_one_that_does_not_exist():
    foreign, nowhere = shop_of("131").site_id, "99999999"

    with pytest.raises(FileRefused) as of_another_fund:
        load(jt_file([], foreign, DAY, columns=["TRANSACTION_ID"], header=False), code="011")
    with pytest.raises(FileRefused) as unknown:
        load(jt_file([], nowhere, DAY, columns=["TRANSACTION_ID"], header=False), code="011")

    assert str(of_another_fund.value).replace(foreign, nowhere) == str(unknown.value)
    assert "Déclarez d’abord la boutique" in str(unknown.value)


def test_a_file_of_the_other_mode_or_of_another_currency_is_refused():
    site = shop_of("011").site_id
    line = jt_line(trans_id="000001", cents=50_00, at=MORNING)

    with pytest.raises(FileRefused, match="ne lit que le mode TEST"):
        load(jt_file([line], site, DAY, production=True))
    with pytest.raises(FileRefused, match="n’est pas en euros"):
        load(jt_file([{**line, "CURRENCY_CODE": "840"}], site, DAY))

    assert amounts("JT") == []
