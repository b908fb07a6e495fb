"""Dates, named periods and years in words, some years later."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.plan.due import Granularity, Once, month_end
from dondoc.plan.mistakes import Unfit
from dondoc.plan.yearly import is_leap_matter, moved_day, moved_key, moved_once, moved_years

DAYS = st.dates(date(1995, 1, 1), date(2060, 12, 31))
YEARS = st.integers(1, 20)


@pytest.mark.parametrize(
    ("day", "years", "moved"),
    [
        (date(2024, 4, 15), 1, date(2025, 4, 15)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2023, 2, 28), 1, date(2024, 2, 29)),
        (date(2024, 2, 28), 1, date(2025, 2, 28)),
        (date(2023, 6, 30), 1, date(2024, 6, 30)),
        (date(2023, 12, 31), 1, date(2024, 12, 31)),
    ],
)
def test_day(day: date, years: int, moved: date) -> None:
    assert moved_day(day, years) == moved


def test_day_whose_meaning_is_told() -> None:
    assert moved_day(date(2023, 2, 28), 1, ends_month=False) == date(2024, 2, 28)
    assert moved_day(date(2024, 2, 29), 1, ends_month=False) == date(2025, 2, 28)


def test_day_too_far_away() -> None:
    with pytest.raises(Unfit):
        moved_day(date(2099, 5, 1), 2)


@pytest.mark.parametrize(
    ("due", "years", "moved"),
    [
        (Once(day=date(2024, 11, 15)), 1, Once(day=date(2025, 11, 15))),
        (
            Once(day=date(2023, 2, 28), granularity=Granularity.MONTH),
            1,
            Once(day=date(2024, 2, 29), granularity=Granularity.MONTH),
        ),
        (
            Once(day=date(2025, 3, 31), granularity=Granularity.QUARTER),
            1,
            Once(day=date(2026, 3, 31), granularity=Granularity.QUARTER),
        ),
        # 28/02/2024 ends no month; that 28/02/2025 does is not what was meant
        (Once(day=date(2024, 2, 28)), 1, Once(day=date(2025, 2, 28), month_end=False)),
        (
            Once(day=date(2025, 2, 28), month_end=False),
            3,
            Once(day=date(2028, 2, 28), month_end=False),
        ),
        (Once(day=date(2024, 2, 29)), 1, Once(day=date(2025, 2, 28))),
    ],
)
def test_once(due: Once, years: int, moved: Once) -> None:
    assert moved_once(due, years) == moved


def test_once_of_a_milestone_that_names_the_month() -> None:
    moved = moved_once(Once(day=date(2025, 2, 28)), 3, Granularity.MONTH)
    assert moved == Once(day=date(2028, 2, 29))


@given(DAYS, YEARS, YEARS)
def test_year_by_year_is_all_at_once(day: date, first: int, second: int) -> None:
    once = Once(day=day)
    twice = moved_once(moved_once(once, first), second)
    direct = moved_once(once, first + second)
    assert (twice.day, twice.ends_month) == (direct.day, direct.ends_month)


@given(DAYS, YEARS)
def test_month_and_day_stay_but_for_the_end_of_february(day: date, years: int) -> None:
    moved = moved_day(day, years)
    assert (moved.year, moved.month) == (day.year + years, day.month)
    if day.day < 28 or day.month != 2:
        assert moved.day == day.day
    if day == month_end(day.year, day.month):
        assert moved == month_end(moved.year, moved.month)


@pytest.mark.parametrize(
    ("name", "moved"),
    [("2025-Q4", "2026-Q4"), ("Q4", "Q4"), ("2025", "2026"), ("2024-11", "2025-11"), ("H1", "H1")],
)
def test_key(name: str, moved: str) -> None:
    assert moved_key(name, 1) == moved


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("thi đua năm 2024", "thi đua năm 2025"),
        ("năm học 2023 - 2024, năm 2024.", "năm học 2024 - 2025, năm 2025."),
        ("giai đoạn 2024-2025", "giai đoạn 2025-2026"),
        ("quan-7-2024", "quan-7-2025"),
        # history, documents and amounts are left alone
        ("kỷ niệm 19/5/1890 - 19/5/2024", "kỷ niệm 19/5/1890 - 19/5/2025"),
        ("Luật 06/2022/QH15, 05/2024/NĐ-CP", "Luật 06/2022/QH15, 05/2024/NĐ-CP"),
        ("2024.500 đồng, 12024, 2024,5", "2024.500 đồng, 12024, 2024,5"),
    ],
)
def test_years_in_words(text: str, moved: str) -> None:
    assert moved_years(text, 1, within=range(2023, 2026)) == moved


def test_end_of_february_is_worth_a_look() -> None:
    assert is_leap_matter(date(2024, 2, 29), date(2025, 2, 28))
    assert is_leap_matter(date(2023, 2, 28), date(2024, 2, 29))
    assert not is_leap_matter(date(2024, 2, 28), date(2025, 2, 28))
    assert not is_leap_matter(date(2024, 2, 15), date(2025, 2, 15))
