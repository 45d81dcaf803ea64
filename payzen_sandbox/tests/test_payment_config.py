"""Schedules: the documented split, and what is refused."""

from datetime import date

import pytest

from payzen_sandbox.protocol.payment_config import BadPaymentConfig, plan_instalments

TODAY = date(2026, 9, 15)


def plan(config, *, amount=20_000, delay=0):
    return plan_instalments(config, amount_cents=amount, capture_delay_days=delay, today=TODAY)


def test_a_single_payment_is_one_instalment():
    (only,) = plan("SINGLE", delay=2)

    assert (only.due_on, only.amount_cents) == (date(2026, 9, 17), 20_000)


def test_the_documented_split_gives_the_remainder_to_the_last():
    instalments = plan("MULTI:first=10000;count=4;period=30", delay=2)

    assert [each.amount_cents for each in instalments] == [10_000, 3_333, 3_333, 3_334]
    assert [(each.due_on - TODAY).days for each in instalments] == [2, 32, 62, 92]


def test_a_custom_schedule_is_read_as_written():
    instalments = plan("MULTI_EXT:20260915=10000;20261001=4525", amount=14_525)

    assert [each.due_on for each in instalments] == [TODAY, date(2026, 10, 1)]


@pytest.mark.parametrize(
    "config",
    [
        "MULTI:count=4;first=10000;period=30",  # the order of keys is fixed
        "MULTI:first=10000;count=0;period=30",
        "MULTI:first=20000;count=2;period=30",  # nothing left for the second
        "MULTI:first=10000;count=1;period=30",  # one instalment that is not the whole
        "MULTI:first=10000;count=14;period=30",  # last date beyond a year
        "MULTI_EXT:20260915=10000",  # not the whole
        "MULTI_EXT:20260914=10000;20261001=10000",  # past
        "MULTI_EXT:20261001=10000;20261001=10000",  # twice the same day
        "MULTI_EXT:20260931=10000;20261001=10000",  # no such day
        "MULTI_EXT:",
        "single",
    ],
)
def test_a_wrong_schedule_is_refused(config):
    with pytest.raises(BadPaymentConfig):
        plan(config)
