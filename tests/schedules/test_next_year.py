"""The next year's draft: every date beside the old one, and what clashes with a day off."""

from datetime import date

import pytest

from dondoc.database import Database
from dondoc.plan.reminders import reminders
from dondoc.plan.source import parse_plan, parse_source
from schedules.calendar import OfficeCalendar, Override
from schedules.next_year import NextYear, headless, next_year
from tests.cast import make_units

PLAN = """\
code: thi-dua-2024
number: 12/KH-UBND
title: Thi đua năm 2024
issuer: UBND
issued: 2024-03-29
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
parent: {number: 05/CT-UBND}
events:
  - {code: ket-thuc, name: Kết thúc đợt}
milestones:
  - code: tong-ket
    name: Tổng kết
    kind: report
    due: 2024-11-15
    audience: {heads_of: [cum-1]}
    clause: {text: a}
  - code: so-ket
    name: Sơ kết
    kind: report
    due: 2024-05-19
    inclusive: false
    audience: all
    clause: {text: b}
  - code: le
    name: Báo cáo dịp lễ
    kind: report
    due: 2024-09-02
    audience: all
    clause: {text: c}
  - code: dot
    name: Báo cáo đợt
    kind: report
    due: {after: ket-thuc, working_days: 3}
    audience: all
    clause: {text: d}
  - code: quy
    name: Gương điển hình
    kind: exemplar
    due: {every: quarter, day: 10, of: after, exceptions: [{period: 2024-Q2, day: 15, month: 7}]}
    audience: all
    clause: {text: e}
"""


def made(year: int, *overrides: Override, text: str = PLAN) -> NextYear:
    return next_year(parse_source(text), year, OfficeCalendar(overrides))


def rows(found: NextYear) -> list[tuple[str, date | None, date | None]]:
    return [
        (one.milestone, one.old and one.old.due, one.new and one.new.due) for one in found.changes
    ]


def test_every_date_beside_the_old_one() -> None:
    assert rows(made(2025)) == [
        ("tong-ket", date(2024, 11, 15), date(2025, 11, 15)),
        ("so-ket", date(2024, 5, 19), date(2025, 5, 19)),
        ("le", date(2024, 9, 2), date(2025, 9, 2)),
        ("dot", None, None),
        ("quy", date(2024, 4, 10), date(2025, 4, 10)),
        ("quy", date(2024, 7, 15), date(2025, 7, 15)),
        ("quy", date(2024, 10, 10), date(2025, 10, 10)),
        ("quy", date(2025, 1, 10), date(2026, 1, 10)),
    ]


def test_clashes_with_weekend_and_holiday_and_the_working_days_around() -> None:
    clashes = {
        (one.milestone, one.clash.on): (one.clash.why.vi, one.clash.before, one.clash.after)
        for one in made(2025).changes
        if one.clash is not None
    }
    assert clashes == {
        ("tong-ket", date(2025, 11, 15)): ("thứ Bảy", date(2025, 11, 14), date(2025, 11, 17)),
        # trước ngày 19/5: the last day is the Sunday before
        ("so-ket", date(2025, 5, 18)): ("Chủ nhật", date(2025, 5, 16), date(2025, 5, 19)),
        ("le", date(2025, 9, 2)): ("Quốc khánh", date(2025, 8, 29), date(2025, 9, 3)),
    }


def test_swapped_saturday_is_no_clash() -> None:
    worked = Override(date(2025, 11, 15), works=True, name="Làm bù")
    assert [one.milestone for one in made(2025, worked).changes if one.clash] == ["so-ket", "le"]


def test_year_that_is_not_decreed_is_marked() -> None:
    found = made(2030)
    assert found.years == (2030, 2031)
    assert found.estimated == (2030, 2031)
    assert {one.clash.estimated for one in found.changes if one.clash} == {True}
    said = [one.text for one in reminders(found.draft.text)]
    assert any("lịch nghỉ năm 2030, 2031 là dự kiến" in line for line in said)
    assert made(2025).estimated == ()


def test_draft_carries_what_is_to_be_settled() -> None:
    found = reminders(made(2025).draft.text)
    assert [one.text.removeprefix("KIỂM TRA 2025: ").partition(" · ")[0] for one in found] == [
        "clause của mọi mốc còn là lời văn bản cũ; thay bằng lời văn bản mới",
        "parent: văn bản cấp trên của năm mới",
        "trưởng cụm, khối năm 2025, 2026 phải có trong danh sách đơn vị",
        "number: điền của văn bản năm 2025 (trước: 12/KH-UBND)",
        "issued: điền của văn bản năm 2025 (trước: 2024-03-29)",
        "hạn 15/11/2025 là thứ Bảy: ngày làm việc trước 14/11/2025, sau 17/11/2025",
        "hạn trước 19/05/2025: ngày cuối 18/05/2025 là Chủ nhật: ngày làm việc trước 16/05/2025, "
        "sau 19/05/2025",
        "hạn 02/09/2025 là Quốc khánh: ngày làm việc trước 29/08/2025, sau 03/09/2025",
        "ngoại lệ riêng của một năm, nay là 2025-Q2; còn đúng không",
    ]


def test_end_of_february_is_to_be_settled() -> None:
    text = PLAN.replace("2024-11-15", "2024-02-29")
    lines = [one.text for one in reminders(made(2025, text=text).draft.text)]
    assert any("cuối tháng 2: 29/02/2024 nay là 28/02/2025" in line for line in lines)


def test_second_clone_tells_only_its_own() -> None:
    first = made(2025)
    second = next_year(first.draft, 2026, OfficeCalendar())
    lines = [one.text for one in reminders(second.draft.text)]
    assert {line[:14] for line in lines} == {"KIỂM TRA 2026:"}
    # never filled in since
    assert lines[0].startswith("KIỂM TRA 2026: number: điền của văn bản năm 2026 ·")
    assert second.draft.text.count("Bản nháp năm") == 1


def test_day_an_event_had_gives_the_old_date_and_no_new_one() -> None:
    days: dict[str, dict[int | None, date]] = {"ket-thuc": {None: date(2024, 9, 10)}}
    found = next_year(parse_source(PLAN), 2025, OfficeCalendar(), days)
    (dot,) = [one for one in found.changes if one.milestone == "dot"]
    assert (dot.old and dot.old.due, dot.new) == (date(2024, 9, 13), None)
    assert dot.rule.vi == "03 ngày làm việc sau «Kết thúc đợt»"


def test_what_hangs_on_another_date_is_counted_again() -> None:
    text = PLAN.replace("{after: ket-thuc, working_days: 3}", "{after: tong-ket, working_days: 3}")
    changes = {one.milestone: one for one in made(2025, text=text).changes}
    assert changes["dot"].old is not None
    assert changes["dot"].new is not None
    assert (changes["dot"].old.due, changes["dot"].new.due) == (
        date(2024, 11, 20),
        date(2025, 11, 19),
    )


@pytest.mark.parametrize(
    ("heads", "missing"),
    [
        ("[cum-1]", [("cum-1", 2025)]),
        ("all", [("cum-1", 2025), ("cum-2", 2025), ("khoi-nd", 2025)]),
        ("[cum-9]", [("cum-9", 2024), ("cum-9", 2025)]),
    ],
)
def test_groups_without_a_head(
    database: Database, heads: str, missing: list[tuple[str, int]]
) -> None:
    plan = parse_plan(PLAN.replace("[cum-1]", heads))
    with database.writing() as session:
        make_units(session)
        assert headless(session, plan, (2024, 2025)) == missing
