"""Which dates a rule gives."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.plan.due import Dated, Every, Granularity, Period
from dondoc.plan.model import Milestone
from dondoc.plan.timeline import Span, label, occurrences
from dondoc.words import Language

YEAR_2024 = Period.model_validate({"from": "2024-01-01", "to": "2024-12-31"})


def milestone(due: object, **more: Any) -> Milestone:
    return Milestone.model_validate(
        {
            "code": "bao-cao",
            "name": "Báo cáo",
            "kind": "report",
            "due": due,
            "audience": "all",
            "clause": {"text": "báo cáo"},
            **more,
        }
    )


def dates(due: object, period: Period = YEAR_2024, **more: Any) -> list[tuple[str, str]]:
    return [(one.key, one.due.isoformat()) for one in occurrences(milestone(due, **more), period)]


def test_one_date_has_no_label() -> None:
    found = occurrences(milestone("2024-04-15", opens="2024-03-30", inclusive=False), YEAR_2024)
    assert found == [
        Dated("2024-04-15", date(2024, 4, 15), Granularity.DAY, False, date(2024, 3, 30), "")
    ]


@pytest.mark.parametrize(
    ("due", "key", "day", "granularity"),
    [
        ("2024-11", "2024-11", date(2024, 11, 30), Granularity.MONTH),
        ("2024-02", "2024-02", date(2024, 2, 29), Granularity.MONTH),
        ("2025-Q1", "2025-Q1", date(2025, 3, 31), Granularity.QUARTER),
        ("2025-Q4", "2025-Q4", date(2025, 12, 31), Granularity.QUARTER),
        ("2025", "2025", date(2025, 12, 31), Granularity.YEAR),
        (2025, "2025", date(2025, 12, 31), Granularity.YEAR),
    ],
)
def test_named_period_is_due_on_its_last_day(
    due: object, key: str, day: date, granularity: Granularity
) -> None:
    found = occurrences(milestone(due), YEAR_2024)
    assert [(one.key, one.due, one.granularity) for one in found] == [(key, day, granularity)]


def test_one_date_outside_the_period_is_kept() -> None:
    assert dates("2025-01-10") == [("2025-01-10", "2025-01-10")]


def test_quarter_first_month() -> None:
    assert dates({"every": "quarter", "day": 10, "month": "first"}) == [
        ("2024-Q1", "2024-01-10"),
        ("2024-Q2", "2024-04-10"),
        ("2024-Q3", "2024-07-10"),
        ("2024-Q4", "2024-10-10"),
    ]


def test_quarter_last_day_of_last_month() -> None:
    assert dates({"every": "quarter", "day": "last", "month": "last"}) == [
        ("2024-Q1", "2024-03-31"),
        ("2024-Q2", "2024-06-30"),
        ("2024-Q3", "2024-09-30"),
        ("2024-Q4", "2024-12-31"),
    ]


def test_quarter_second_month() -> None:
    found = dates({"every": "quarter", "day": 31, "month": 2})
    assert [due for _key, due in found] == ["2024-02-29", "2024-05-31", "2024-08-31", "2024-11-30"]


def test_quarter_after_belongs_to_its_quarter_even_in_the_next_year() -> None:
    assert dates({"every": "quarter", "day": 10, "of": "after"}) == [
        ("2024-Q1", "2024-04-10"),
        ("2024-Q2", "2024-07-10"),
        ("2024-Q3", "2024-10-10"),
        ("2024-Q4", "2025-01-10"),
    ]


def test_month_after() -> None:
    found = dates({"every": "month", "day": 5, "of": "after"})
    assert found[0] == ("2024-M01", "2024-02-05")
    assert found[-1] == ("2024-M12", "2025-01-05")
    assert len(found) == 12


def test_month_without_such_a_day_takes_its_last() -> None:
    found = dict(dates({"every": "month", "day": 31}))
    assert found["2024-M02"] == "2024-02-29"
    assert found["2024-M04"] == "2024-04-30"
    assert found["2024-M12"] == "2024-12-31"


def test_half_year() -> None:
    assert dates({"every": "half_year", "day": 20, "month": "last"}) == [
        ("2024-H1", "2024-06-20"),
        ("2024-H2", "2024-12-20"),
    ]
    assert dates({"every": "half_year", "day": 15, "of": "after"}) == [
        ("2024-H1", "2024-07-15"),
        ("2024-H2", "2025-01-15"),
    ]


def test_year_names_a_calendar_month_of_the_next_year() -> None:
    three = Period.model_validate({"from": "2023-01-01", "to": "2025-12-31"})
    rule = {"every": "year", "day": 31, "month": 1, "year_offset": 1}
    assert dates(rule, three) == [
        ("2023", "2024-01-31"),
        ("2024", "2025-01-31"),
        ("2025", "2026-01-31"),
    ]


def test_29_february_every_year() -> None:
    two = Period.model_validate({"from": "2023-01-01", "to": "2024-12-31"})
    assert dates({"every": "year", "day": 29, "month": 2}, two) == [
        ("2023", "2023-02-28"),
        ("2024", "2024-02-29"),
    ]


def test_period_cuts_off_what_is_due_outside() -> None:
    part = Period.model_validate({"from": "2024-01-11", "to": "2024-10-10"})
    found = dates({"every": "quarter", "day": 10}, part)
    assert [key for key, _due in found] == ["2024-Q2", "2024-Q3", "2024-Q4"]


@pytest.mark.parametrize(
    ("start", "keys"),
    [("2024-01-09", 4), ("2024-01-10", 4), ("2024-01-11", 3)],
)
def test_start_just_before_at_and_after_a_date(start: str, keys: int) -> None:
    rule = {"every": "quarter", "day": 10, "from": start}
    assert len(dates(rule)) == keys


def test_rule_falling_after_is_kept_with_its_period() -> None:
    part = Period.model_validate({"from": "2024-04-01", "to": "2024-09-29"})
    found = dates({"every": "quarter", "day": 10, "of": "after"}, part)
    assert found == [("2024-Q2", "2024-07-10")]


def test_own_limits_replace_the_plans() -> None:
    rule = {"every": "quarter", "day": 10, "from": "2024-07-01", "to": "2025-03-31"}
    assert [key for key, _due in dates(rule)] == ["2024-Q3", "2024-Q4", "2025-Q1"]


def test_exception_moves_one_quarter() -> None:
    rule = {
        "every": "quarter",
        "day": 10,
        "of": "after",
        "exceptions": [{"period": "Q4", "day": 20, "month": 11, "inclusive": False}],
    }
    found = occurrences(milestone(rule), YEAR_2024)
    assert [(one.due.isoformat(), one.inclusive) for one in found] == [
        ("2024-04-10", True),
        ("2024-07-10", True),
        ("2024-10-10", True),
        ("2024-11-20", False),
    ]


def test_exception_of_one_year_goes_before_the_general_one() -> None:
    two = Period.model_validate({"from": "2024-01-01", "to": "2025-12-31"})
    rule = {
        "every": "half_year",
        "day": 10,
        "month": "last",
        "exceptions": [
            {"period": "H2", "day": 1, "month": 12},
            {"period": "2025-H2", "day": "last", "month": 1, "year_offset": 1},
        ],
    }
    assert dates(rule, two) == [
        ("2024-H1", "2024-06-10"),
        ("2024-H2", "2024-12-01"),
        ("2025-H1", "2025-06-10"),
        ("2025-H2", "2026-01-31"),
    ]


def test_exception_skips() -> None:
    rule = {"every": "month", "day": 5, "exceptions": [{"period": "M02", "skip": True}]}
    keys = [key for key, _due in dates(rule)]
    assert len(keys) == 11
    assert "2024-M02" not in keys


def test_exception_of_a_year() -> None:
    two = Period.model_validate({"from": "2024-01-01", "to": "2025-12-31"})
    rule = {
        "every": "year",
        "day": 15,
        "month": 11,
        "exceptions": [{"period": "2025", "day": 1, "month": 6}],
    }
    assert dates(rule, two) == [("2024", "2024-11-15"), ("2025", "2025-06-01")]


def test_exception_before_the_plans_end_is_kept_where_the_rule_is_not() -> None:
    part = Period.model_validate({"from": "2024-01-01", "to": "2024-11-30"})
    rule: dict[str, Any] = {"every": "quarter", "day": "last", "month": "last"}
    assert [key for key, _due in dates(rule, part)] == ["2024-Q1", "2024-Q2", "2024-Q3"]
    rule["exceptions"] = [{"period": "Q4", "day": 20, "month": 11}]
    assert dates(rule, part)[-1] == ("2024-Q4", "2024-11-20")


def test_opens_counts_days_back_from_the_due_date() -> None:
    rule = {"every": "quarter", "day": 10, "opens_before": 20}
    assert occurrences(milestone(rule), YEAR_2024)[1].opens == date(2024, 3, 21)


def test_exception_may_put_the_dates_in_another_order() -> None:
    rule = {
        "every": "quarter",
        "day": 10,
        "exceptions": [{"period": "Q1", "day": 1, "month": 8}],
    }
    assert [key for key, _due in dates(rule)] == ["2024-Q2", "2024-Q3", "2024-Q1", "2024-Q4"]


@pytest.mark.parametrize(
    ("span", "vi", "en"),
    [
        (Span(Every.QUARTER, 2024, 3), "quý III/2024", "quarter 3/2024"),
        (Span(Every.MONTH, 2024, 7), "tháng 7/2024", "2024-07"),
        (Span(Every.HALF_YEAR, 2024, 1), "6 tháng đầu năm 2024", "first half of 2024"),
        (Span(Every.HALF_YEAR, 2024, 2), "6 tháng cuối năm 2024", "second half of 2024"),
        (Span(Every.YEAR, 2024, 1), "năm 2024", "2024"),
    ],
)
def test_label_in_both_languages(span: Span, vi: str, en: str) -> None:
    assert label(span, Language.VI) == vi
    assert label(span, Language.EN) == en


def test_labels_follow_the_language() -> None:
    due = {"every": "quarter", "day": 10}
    found = occurrences(milestone(due), YEAR_2024, Language.EN)
    assert [one.label for one in found][2] == "quarter 3/2024"


DAYS = st.one_of(st.integers(1, 31), st.just("last"))


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    every = draw(st.sampled_from(list(Every)))
    months = st.one_of(st.integers(1, every.months), st.sampled_from(["first", "last"]))
    return {
        "every": every.value,
        "day": draw(DAYS),
        "month": draw(months),
        "of": draw(st.sampled_from(["period", "after"])),
        "year_offset": draw(st.integers(0, 2)),
    }


@given(rule=rules(), first=st.integers(2000, 2060), years=st.integers(0, 8))
def test_every_period_of_whole_years_exactly_once(
    rule: dict[str, Any], first: int, years: int
) -> None:
    whole = Period(start=date(first, 1, 1), end=date(first + years, 12, 31))
    found = occurrences(milestone(rule), whole)
    spans = 12 // Every(rule["every"]).months * (years + 1)
    assert len({one.key for one in found}) == len(found) == spans


@given(
    rule=rules(),
    start=st.dates(date(2000, 1, 1), date(2060, 1, 1)),
    days=st.integers(0, 2000),
)
def test_dates_are_sorted_distinct_and_as_the_rule_says(
    rule: dict[str, Any], start: date, days: int
) -> None:
    found = occurrences(milestone(rule), Period(start=start, end=start + timedelta(days=days)))
    assert found == sorted(found, key=lambda one: one.due)
    assert len({one.key for one in found}) == len(found)
    for one in found:
        last = monthrange(one.due.year, one.due.month)[1]
        assert one.due.day == (last if rule["day"] == "last" else min(rule["day"], last))
        assert one.due >= start
