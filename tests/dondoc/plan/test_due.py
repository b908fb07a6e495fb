"""Dates as they are written."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.plan.due import Granularity, Once, Recurrence, parse_day, parse_due, period_name
from dondoc.plan.mistakes import Unfit


def test_day_as_text_or_date() -> None:
    assert parse_day("2024-02-29") == date(2024, 2, 29)
    assert parse_day(" 2024-2-9 ") == date(2024, 2, 9)
    assert parse_day(date(2024, 2, 29)) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("written", "wrong", "right"),
    [
        ("2024-06-31", "không có ngày 31/6/2024", "Tháng 6/2024 có 30 ngày"),
        ("2023-02-29", "không có ngày 29/2/2023", "Tháng 2/2023 có 28 ngày"),
        ("31/6/2024", "không có ngày 31/6/2024", "Tháng 6/2024 có 30 ngày"),
        ("15/11/2024", "ngày 15/11/2024 viết sai kiểu", "Hãy viết: 2024-11-15"),
        ("2024-13-01", "không có tháng 13", "Hãy viết năm-tháng-ngày: 2024-11-15"),
        ("2024-00-01", "không có tháng 0", "Hãy viết năm-tháng-ngày: 2024-11-15"),
        ("20240-01-01", "không phải là ngày: 20240-01-01", None),
        ("0024-01-01", "năm 24 quá xa", "Từ 1990 đến 2100"),
        ("mai", "không phải là ngày: mai", None),
        ("1700000000", "không phải là ngày: 1700000000", None),
        (datetime(2024, 1, 1, 8, 0), "không phải là ngày: 2024-01-01 08:00:00", None),  # noqa: DTZ001
    ],
)
def test_day_that_is_none(written: object, wrong: str, right: str | None) -> None:
    with pytest.raises(Unfit) as raised:
        parse_day(written)
    assert raised.value.wrong.vi == wrong
    if right is not None:
        assert raised.value.right.vi == right


@pytest.mark.parametrize("written", ["2024-Q5", "2024-13", "2024-Q", "Q1-2024", "202"])
def test_named_period_that_is_none(written: str) -> None:
    with pytest.raises(Unfit):
        parse_due(written)


def test_a_mapping_is_left_to_validation() -> None:
    rule = {"every": "quarter", "day": 1}
    assert parse_due(rule) is rule


@pytest.mark.parametrize(
    "rule",
    [
        {"every": "quarter", "day": 32},
        {"every": "quarter", "day": 0},
        {"every": "quarter", "day": 1, "month": 4},
        {"every": "month", "day": 1, "month": 2},
        {"every": "half_year", "day": 1, "month": 7},
        {"every": "year", "day": 1, "month": 13},
        {"every": "week", "day": 1},
        {"every": "quarter", "day": 1, "exceptions": [{"period": "M02", "skip": True}]},
        {"every": "year", "day": 1, "exceptions": [{"period": "Q1", "skip": True}]},
        {"every": "month", "day": 1, "exceptions": [{"period": "M13", "skip": True}]},
        {"every": "quarter", "day": 1, "exceptions": [{"period": "Q1", "day": 3}]},
    ],
)
def test_rule_that_cannot_be(rule: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Recurrence.model_validate(rule)


@given(day=st.dates(date(1990, 1, 1), date(2100, 12, 31)), granularity=st.sampled_from(Granularity))
def test_a_periods_name_is_read_again(day: date, granularity: Granularity) -> None:
    found = parse_due(period_name(day, granularity))
    assert isinstance(found, Once)
    assert found.granularity == granularity
    assert period_name(found.day, granularity) == period_name(day, granularity)
