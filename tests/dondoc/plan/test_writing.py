"""A plan written out is read again as the same plan."""

from datetime import date, time

from hypothesis import given
from hypothesis import strategies as st

from dondoc.plan.due import Deviation, Every, Granularity, Once, Period, Recurrence
from dondoc.plan.model import (
    Audience,
    Cadence,
    Clause,
    Component,
    FieldType,
    FormField,
    HandIn,
    Kind,
    Level,
    Milestone,
    PlanFile,
    Policies,
    Rung,
    UndatedDuty,
)
from dondoc.plan.relative import Per, PlanEvent, Relative
from dondoc.plan.source import parse_plan
from dondoc.plan.writing import dump_plan

WHOLE = PlanFile(
    code="quan-7",
    number="05/KH",
    title="Kế hoạch: năm 2024",
    issuer="null",
    issued=date(2024, 3, 29),
    period=Period(start=date(2024, 1, 1), end=date(2024, 12, 31)),
    standing_office="noi-vu",
    policies=Policies(cadence=Cadence(before=(7, 1), at=time(9, 30)), digest=False),
    milestones=(
        Milestone(
            code="a",
            name="# không phải chú thích",
            kind=Kind.REPORT,
            due=Once(day=date(2025, 3, 31), granularity=Granularity.QUARTER),
            inclusive=False,
            audience=Audience(everyone=True),
            clause=Clause(text="dòng một\n  dòng hai: có dấu\n", where="Mục I"),
            escalation=(Rung(to=Level.BOARD, after=3),),
        ),
        Milestone(
            code="b",
            name="B",
            kind=Kind.EXEMPLAR,
            due=Recurrence(
                every=Every.QUARTER,
                day="last",
                month="last",
                exceptions=(Deviation(period="Q4", day=20, month=11, inclusive=False),),
            ),
            audience=Audience(kinds=("phường",), heads_of="all", exceptions=("p-1",)),
            hand_in=HandIn(
                components=(Component(code="c", name="C", types=("pdf",), max_mb=0.5),),
                fields=(
                    FormField(code="g", name="G", type=FieldType.LIST, min=1),
                    FormField(code="h", name="H", type=FieldType.CHOICE, choices=("yes", "05")),
                ),
            ),
            clause=Clause(text="b"),
        ),
    ),
    undated=(UndatedDuty(name="Sơ kết", clause=Clause(text="định kỳ")),),
)


def test_whole_plan() -> None:
    assert (
        dump_plan(WHOLE)
        == """\
dondoc: 1
code: quan-7
number: 05/KH
title: 'Kế hoạch: năm 2024'
issuer: 'null'
issued: 2024-03-29
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu

policies:
  cadence: {before: [7, 1], at: "09:30"}
  digest: false

milestones:
  - code: a
    name: '# không phải chú thích'
    kind: report
    due: 2025-Q1
    inclusive: false
    audience: all
    clause:
      text: "dòng một\\n  dòng hai: có dấu\\n"
      where: Mục I
    escalation:
      - to: board
        after: 3

  - code: b
    name: B
    kind: exemplar
    due:
      every: quarter
      day: last
      month: last
      exceptions:
        - period: Q4
          day: 20
          month: 11
          inclusive: false
    audience: {kinds: [phường], heads_of: all, except: [p-1]}
    hand_in:
      components:
        - code: c
          name: C
          types: [pdf]
          max_mb: 0.5
      fields:
        - code: g
          name: G
          type: list
          min: 1
        - code: h
          name: H
          type: choice
          choices: [yes, '05']
    clause:
      text: b

undated:
  - name: Sơ kết
    clause:
      text: định kỳ
"""
    )


def test_whole_plan_is_read_again() -> None:
    assert parse_plan(dump_plan(WHOLE)) == WHOLE


HANGING = PlanFile(
    code="dai-hoi",
    title="Đại hội",
    issuer="Đảng ủy",
    period=Period(start=date(2025, 1, 1), end=date(2025, 12, 31)),
    standing_office="noi-vu",
    events=(
        PlanEvent(code="ket-thuc", name="Kết thúc đợt 1"),
        PlanEvent(code="dai-hoi", name="Đại hội", per=Per.UNIT),
    ),
    milestones=(
        Milestone(
            code="a",
            name="A",
            kind=Kind.REPORT,
            due=Relative(after="ket-thuc", working_days=3),
            audience=Audience(everyone=True),
            clause=Clause(text="a"),
        ),
    ),
)


def test_events_and_what_hangs_on_them() -> None:
    written = dump_plan(HANGING)
    assert (
        """

events:
  - code: ket-thuc
    name: Kết thúc đợt 1
  - code: dai-hoi
    name: Đại hội
    per: unit

milestones:
  - code: a
    name: A
    kind: report
    due: {after: ket-thuc, working_days: 3}
"""
        in written
    )
    assert parse_plan(written) == HANGING


PRINTABLE = st.text(
    st.characters(exclude_categories=["Cs", "Cn", "Cc", "Zl", "Zp"]),
    min_size=1,
    max_size=80,
)


@given(title=PRINTABLE, name=PRINTABLE, lines=st.lists(PRINTABLE, min_size=1, max_size=3))
def test_any_words_survive(title: str, name: str, lines: list[str]) -> None:
    undated = UndatedDuty(name=name, clause=Clause(text="\n".join(lines)))
    plan = WHOLE.model_copy(update={"title": title, "undated": (undated,)})
    assert parse_plan(dump_plan(plan)) == plan
