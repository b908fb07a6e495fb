"""Dates that hang on events and on each other."""

from datetime import date

from dondoc.plan.source import parse_plan
from schedules.calendar import OfficeCalendar
from schedules.dating import DueFor, dates

CALENDAR = OfficeCalendar()
PLAN = """\
code: thi-dua
title: Kế hoạch
issuer: UBND
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
events:
  - {code: ket-thuc, name: Kết thúc đợt thi đua}
  - {code: dai-hoi, name: Đại hội, per: unit}
milestones:
"""


def dated(
    dues: dict[str, str], happened: dict[str, dict[int | None, date]] | None = None
) -> dict[str, list[DueFor]]:
    """`dues` as a plan file writes them, with what else belongs to the milestone after a comma."""
    rest = "name: A, kind: report, audience: all, clause: {text: a}"
    lines = [f"  - {{code: {code}, {rest}, due: {due}}}" for code, due in dues.items()]
    return dates(parse_plan(PLAN + "\n".join(lines) + "\n"), CALENDAR, happened)


def days(found: list[DueFor]) -> list[tuple[str, date]]:
    return [(due.dated.key, due.dated.due) for due in found]


AFTER = {"bao-cao": "{after: ket-thuc, working_days: 3}"}


def test_printed_dates_are_the_timelines() -> None:
    found = dated({"nam": "2024-11-15", "quy": "{every: quarter, day: 10}"})
    assert days(found["nam"]) == [("2024-11-15", date(2024, 11, 15))]
    assert [key for key, _ in days(found["quy"])] == ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]
    assert {due.units for one in found.values() for due in one} == {None}


def test_unset_event_gives_no_date() -> None:
    assert dated(AFTER) == {"bao-cao": []}
    assert dated(AFTER, {"dai-hoi": {None: date(2024, 9, 10)}}) == {"bao-cao": []}


def test_event_of_the_plan() -> None:
    (found,) = dated(AFTER, {"ket-thuc": {None: date(2024, 9, 10)}})["bao-cao"]
    assert found.units is None
    assert found.dated == (
        "ket-thuc",
        date(2024, 9, 13),
        "day",
        True,
        date(2024, 9, 10),
        "tính từ 10/09/2024",
    )


def test_key_stays_when_the_event_moves() -> None:
    keys = {
        dated(AFTER, {"ket-thuc": {None: date(2024, 9, day)}})["bao-cao"][0].dated.key
        for day in (10, 20)
    }
    assert keys == {"ket-thuc"}


def test_event_of_units_gives_a_date_for_each_day() -> None:
    happened = {
        "dai-hoi": {
            None: date(2024, 1, 5),  # of the plan: means nothing to an event of units
            1: date(2024, 6, 3),
            2: date(2024, 5, 6),
            3: date(2024, 6, 3),
        }
    }
    found = dated({"bao-cao": "{after: dai-hoi, days: 10}"}, happened)["bao-cao"]
    assert [(due.dated.key, due.dated.due, due.units) for due in found] == [
        ("2024-05-06", date(2024, 5, 16), frozenset({2})),
        ("2024-06-03", date(2024, 6, 13), frozenset({1, 3})),
    ]


def test_unit_day_of_an_event_of_the_plan_means_nothing() -> None:
    assert dated(AFTER, {"ket-thuc": {1: date(2024, 9, 10)}}) == {"bao-cao": []}


def test_counted_from_another_milestones_last_day() -> None:
    found = dated({"nam": "2024-11-15, inclusive: false", "sau": "{after: nam, days: 10}"})
    assert days(found["sau"]) == [("nam", date(2024, 11, 24))]
    assert found["sau"][0].dated.opens == date(2024, 11, 14)


def test_counted_from_a_recurrence() -> None:
    found = dated({"quy": "{every: quarter, day: 10}", "sau": "{after: quy, working_days: 5}"})
    assert days(found["sau"]) == [
        ("2024-Q1", date(2024, 1, 17)),
        ("2024-Q2", date(2024, 4, 17)),
        ("2024-Q3", date(2024, 7, 17)),
        ("2024-Q4", date(2024, 10, 17)),
    ]
    assert found["sau"][2].dated.label == "quý III/2024"


def test_chain_to_an_event_in_whatever_order_the_file_has() -> None:
    chain = {"tong-hop": "{after: bao-cao, weeks: 1}", **AFTER}
    assert dated(chain)["tong-hop"] == []
    found = dated(chain, {"ket-thuc": {None: date(2024, 9, 10)}})["tong-hop"]
    assert days(found) == [("ket-thuc", date(2024, 9, 20))]
    assert found[0].dated.label == "tính từ 10/09/2024"


def test_window() -> None:
    day: dict[str, dict[int | None, date]] = {"ket-thuc": {None: date(2024, 9, 20)}}
    before = {
        "a": "{before: ket-thuc, days: 5}",
        "b": "{before: ket-thuc, days: 5, opens_before: 3}",
    }
    found = dated(before, day)
    assert found["a"][0].dated.opens is None
    assert found["b"][0].dated.opens == date(2024, 9, 12)
    assert found["a"][0].dated.due == date(2024, 9, 15)
