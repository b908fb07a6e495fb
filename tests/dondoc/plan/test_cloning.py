"""A draft of the next year: dates by their rules, everything else as the official wrote it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.plan.cloning import NotLaterYear, annotated, clone
from dondoc.plan.due import Deviation, Every, Granularity, Once, Period, Recurrence, last_day
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.model import Audience, Clause, Kind, Milestone, PlanFile
from dondoc.plan.source import Source, parse_source
from dondoc.plan.writing import dump_plan

SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*/plan.yaml"))
PLAN = """\
# yaml-language-server: $schema=plan.schema.json
# Kế hoạch năm 2024, do Phòng Nội vụ soạn.
dondoc: 1
code: quan-7-2024
number: '12/KH-UBND'   # số văn thư
title: "Thi đua năm 2024"
issuer: UBND
issued: 2024-03-29
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
milestones:
  # IV.1
  - code: dang-ky
    name: Đăng ký năm 2024   # cả quận
    kind: register
    opens: '2024-03-30'
    due: "2024-04-15"
    audience: all
    clause: {text: "trước ngày 15/4/2024", where: Mục IV.1}

  - code: trong-thang
    name: Trong tháng
    kind: report
    due: 2024-11
    audience: all
    data_period: {from: 2023-12-15, to: 2024-12-14}
    clause: {text: trong tháng 11}
  - {code: quy, name: Quý, kind: report, audience: all, clause: {text: a},
     due: {every: quarter, day: 10, exceptions: [{period: 2024-Q1, skip: true}]}}
"""
NUMBER = (
    "# KIỂM TRA 2025: number: điền của văn bản năm 2025 (trước: 12/KH-UBND) · "
    "number: fill in that of 2025 (was: 12/KH-UBND)"
)
ISSUED = (
    "# KIỂM TRA 2025: issued: điền của văn bản năm 2025 (trước: 2024-03-29) · "
    "issued: fill in that of 2025 (was: 2024-03-29)"
)
DRAFT = """\
# yaml-language-server: $schema=plan.schema.json
# Kế hoạch năm 2024, do Phòng Nội vụ soạn.
dondoc: 1
code: quan-7-2025
NUMBER
title: "Thi đua năm 2025"
issuer: UBND
ISSUED
period: {from: 2025-01-01, to: 2025-12-31}
standing_office: noi-vu
milestones:
  # IV.1
  - code: dang-ky
    name: Đăng ký năm 2025   # cả quận
    kind: register
    opens: '2025-03-30'
    due: "2025-04-15"
    audience: all
    clause: {text: "trước ngày 15/4/2024", where: Mục IV.1}

  - code: trong-thang
    name: Trong tháng
    kind: report
    due: 2025-11
    audience: all
    data_period: {from: 2024-12-15, to: 2025-12-14}
    clause: {text: trong tháng 11}
  - {code: quy, name: Quý, kind: report, audience: all, clause: {text: a},
     due: {every: quarter, day: 10, exceptions: [{period: 2025-Q1, skip: true}]}}
""".replace("NUMBER", NUMBER).replace("ISSUED", ISSUED)


def cloned(text: str, year: int) -> str:
    return clone(parse_source(text), year).text


def due(text: str, year: int, *, granularity: str | None = None) -> Any:
    """What becomes of one milestone's `due`, as its line in the draft."""
    more = f"    granularity: {granularity}\n" if granularity else ""
    body = f"    due: {text}\n{more}    audience: all\n    clause: {{text: a}}\n"
    plan = PLAN[: PLAN.index("milestones:")] + (
        f"milestones:\n  - code: a\n    name: A\n    kind: report\n{body}"
    )
    (line,) = [one for one in cloned(plan, year).splitlines() if one.startswith("    due:")]
    return line.removeprefix("    due: ")


def test_whole_draft() -> None:
    assert cloned(PLAN, 2025) == DRAFT


def test_only_dates_names_and_the_documents_own_marks_change() -> None:
    changed = [
        old.split(":")[0].strip()
        for old, new in zip(PLAN.splitlines(), cloned(PLAN, 2025).splitlines(), strict=True)
        if old != new
    ]
    assert changed == [
        *("code", "number", "title", "issued", "period", "name", "opens", "due"),
        *("due", "data_period", "due"),
    ]


def test_windows_line_ends_stay() -> None:
    assert cloned(PLAN.replace("\n", "\r\n"), 2025) == DRAFT.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("written", "year", "becomes"),
    [
        ("2024-2-5", 2025, "2025-02-05"),
        ("2024-02-29", 2025, "2025-02-28"),
        ("2024-02-28", 2025, "{day: 2025-02-28, month_end: false}"),
        ("2024-02-28", 2028, "2028-02-28"),
        ("{day: 2024-02-28}", 2025, "{day: 2025-02-28, month_end: false}"),
        (
            "{day: 2024-03-31, granularity: quarter}",
            2025,
            "{day: 2025-03-31, granularity: quarter}",
        ),
        ("2024-Q1", 2026, "2026-Q1"),
        ("'2024'", 2026, "'2026'"),
        ("{every: year, day: 28, month: 2}", 2025, "{every: year, day: 28, month: 2}"),
        (
            "{every: month, day: last, from: 2024-02-01, to: 2024-02-29}",
            2025,
            "{every: month, day: last, from: 2025-02-01, to: 2025-02-28}",
        ),
    ],
)
def test_date(written: str, year: int, becomes: str) -> None:
    assert due(written, year) == becomes


def test_last_day_of_a_month_named_by_the_milestone() -> None:
    assert due("2024-02-29", 2025, granularity="month") == "2025-02-28"


def test_window_never_opens_after_it_ends() -> None:
    text = PLAN.replace("2023-12-15", "2022-12-15").replace("2024", "2023")
    text = text.replace("'2023-03-30'", "2023-02-28")
    text = text.replace('"2023-04-15"', "{day: 2023-02-28, month_end: false}")
    (milestone, *_) = clone(parse_source(text), 2024).plan.milestones
    assert milestone.opens == date(2024, 2, 28)


def test_code_without_a_year_gets_one() -> None:
    text = PLAN.replace("quan-7-2024", "quan-7")
    draft = clone(parse_source(text), 2025)
    assert draft.plan.code == "quan-7-2025"
    assert clone(draft, 2026).plan.code == "quan-7-2026"
    longest = clone(parse_source(PLAN.replace("quan-7-2024", "a" * 60)), 2025).plan.code
    assert longest == "a" * 55 + "-2025"


def test_plan_of_several_years_moves_as_a_whole() -> None:
    text = PLAN.replace("to: 2024-12-31", "to: 2025-12-31").replace("due: 2024-11", "due: 2025-11")
    plan = clone(parse_source(text), 2026).plan
    assert (plan.period.start, plan.period.end) == (date(2026, 1, 1), date(2027, 12, 31))
    assert plan.milestones[1].due == Once(day=date(2027, 11, 30), granularity=Granularity.MONTH)


def test_events_stay_without_days() -> None:
    text = PLAN.replace(
        "milestones:", "events:\n  - {code: ket-thuc, name: Kết thúc đợt 2024}\nmilestones:"
    ).replace('"2024-04-15"', "{after: ket-thuc, working_days: 3}")
    text = text.replace("    opens: '2024-03-30'\n", "")
    plan = clone(parse_source(text), 2025).plan
    assert plan.events[0].name == "Kết thúc đợt 2025"
    assert plan.milestones[0].due == parse_source(text).plan.milestones[0].due


def test_file_in_one_line_is_written_out() -> None:
    text = "{code: a, title: A, issuer: B, period: {from: 2024-01-01, to: 2024-12-31}, "
    draft = cloned(text + "number: '1', standing_office: noi-vu}", 2025)
    assert draft.splitlines()[:4] == [
        "dondoc: 1",
        "code: a-2025",
        "# KIỂM TRA 2025: number: điền của văn bản năm 2025 (trước: 1) · "
        "number: fill in that of 2025 (was: 1)",
        "title: A",
    ]


@pytest.mark.parametrize("year", [2024, 2023])
def test_year_that_is_not_later_is_refused(year: int) -> None:
    with pytest.raises(NotLaterYear) as wrong:
        cloned(PLAN, year)
    assert wrong.value.facts == {"year": year, "own": 2024}


def test_year_beyond_the_calendar_is_refused_with_its_line() -> None:
    text = PLAN.replace("to: 2024-12-31", "to: 2026-12-31")
    with pytest.raises(PlanWrong) as wrong:
        cloned(text, 2099)
    assert "2101" in str(wrong.value)


def settled(source: Source) -> list[str]:
    return [line for line in source.text.splitlines() if "KIỂM TRA" not in line]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_sample_keeps_its_shape(path: Path) -> None:
    source = parse_source(path.read_text(encoding="utf-8"))
    start = source.plan.period.start.year
    draft = clone(source, start + 1)
    assert len(draft.text.splitlines()) == len(source.text.splitlines())
    assert [one.code for one in draft.plan.milestones] == [
        one.code for one in source.plan.milestones
    ]
    assert settled(clone(draft, start + 4)) == settled(clone(source, start + 4))


def test_comments_above_their_milestones_and_gone_with_the_next_clone() -> None:
    draft = clone(parse_source(PLAN), 2025)
    made = annotated(
        draft,
        ["# Bản nháp năm 2025, lập từ a · A", "# KIỂM TRA 2025: b"],
        {"dang-ky": ["# KIỂM TRA 2025: c"], "quy": ["# KIỂM TRA 2025: d"]},
    )
    lines = made.text.splitlines()
    assert lines[2:5] == [
        "# Bản nháp năm 2025, lập từ a · A",
        "# KIỂM TRA 2025: b",
        "dondoc: 1",
    ]
    assert lines[lines.index("  - code: dang-ky") - 1] == "  # KIỂM TRA 2025: c"
    assert lines[-3] == "  # KIỂM TRA 2025: d"
    assert made.plan == draft.plan
    again = cloned(made.text, 2026)
    assert "2025: " not in again
    assert again.count("KIỂM TRA") == 0


DAYS = st.dates(date(2019, 1, 1), date(2024, 12, 31))


@st.composite
def onces(draw: st.DrawFn) -> Once:
    granularity = draw(st.sampled_from(Granularity))
    return Once(day=last_day(draw(DAYS), granularity), granularity=granularity)


@st.composite
def rules(draw: st.DrawFn) -> Recurrence:
    every = draw(st.sampled_from(Every))
    year = draw(st.integers(2019, 2024))
    period = {
        Every.MONTH: f"{year}-M02",
        Every.QUARTER: f"{year}-Q1",
        Every.HALF_YEAR: "H2",
        Every.YEAR: f"{year}",
    }[every]
    return Recurrence(
        every=every,
        day=draw(st.one_of(st.integers(1, 31), st.just("last"))),
        exceptions=(Deviation(period=period, day="last", month=2),),
    )


@st.composite
def plans(draw: st.DrawFn) -> PlanFile:
    dues = draw(st.lists(st.one_of(onces(), rules()), min_size=1, max_size=5))
    return PlanFile(
        code="ke-hoach-2023",
        number="1",
        title="Kế hoạch năm 2023",
        issuer="A",
        issued=date(2023, 2, 28),
        period=Period(start=date(2023, 1, 1), end=date(2023, 12, 31)),
        standing_office="a",
        milestones=tuple(
            Milestone(
                code=f"m-{number}",
                name="Mốc 2023",
                kind=Kind.REPORT,
                due=due,
                audience=Audience(everyone=True),
                clause=Clause(text="a"),
            )
            for number, due in enumerate(dues)
        ),
    )


def meant(source: Source) -> list[object]:
    """Every date with what it means, however it is written."""
    dues = [one.due for one in source.plan.milestones]
    plan = source.plan
    return [plan.code, plan.title, plan.period] + [
        (due.day, due.granularity, due.ends_month) if isinstance(due, Once) else due for due in dues
    ]


@given(plans(), st.integers(2024, 2029), st.integers(1, 9))
def test_clone_of_a_clone_keeps_the_rules(plan: PlanFile, first: int, more: int) -> None:
    """Over leap years too."""
    source = parse_source(dump_plan(plan))
    assert meant(clone(clone(source, first), first + more)) == meant(clone(source, first + more))
