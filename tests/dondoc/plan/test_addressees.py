"""A plan held against units: codes nobody has, audiences that match nobody."""

from datetime import date

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.plan.addressees import check_against_units
from dondoc.plan.source import parse_source
from dondoc.tables import ChangeKind, Succession, Unit, UnitChange
from dondoc.units.importing import import_units
from dondoc.units.rows import UnitRow
from dondoc.words import Language
from tests.cast import local

UNITS = [
    UnitRow(number=2, code="noi-vu", name="Phòng Nội vụ", kind="phòng ban"),
    UnitRow(
        number=3,
        code="p-1",
        name="Phường Một",
        kind="phường",
        groups={"cum-1": "Cụm 1"},
        heads={"cum-1": (2024,)},
    ),
    UnitRow(number=4, code="p-2", name="Phường Hai", kind="phường", groups={"cum-1": "Cụm 1"}),
    UnitRow(number=5, code="p-3", name="Phường Ba", kind="đã giải thể", valid_to=date(2024, 5, 31)),
]
PLAN = """\
code: quan
title: Kế hoạch
issuer: UBND
period: {from: 2024-01-01, to: 2025-12-31}
standing_office: noi-vu
board: noi-vu
milestones:
  - code: so-ket
    name: Sơ kết
    kind: report
    due: 2024-06-01
    audience: {kinds: [phường]}
    collector: noi-vu
    clause: {text: a}
"""


@pytest.fixture
def stocked(sqlite: Database) -> Database:
    with sqlite.writing() as session:
        assert import_units(session, UNITS).refused == ()
    return sqlite


def told(database: Database, old: str, new: str) -> list[tuple[int, str]]:
    assert old in PLAN
    source = parse_source(PLAN.replace(old, new))
    with database.reading() as session:
        found = check_against_units(source.plan, source.tree, session)
    return [(one.line, one.text(Language.VI)) for one in found]


def test_unit_that_ended_before_the_plan_begins(stocked: Database) -> None:
    with stocked.writing() as session:
        ended = session.scalars(select(Unit).where(Unit.code == "p-2")).one()
        ended.valid_to = date(2023, 12, 31)
        heir = session.scalars(select(Unit).where(Unit.code == "p-1")).one()
        change = UnitChange(
            kind=ChangeKind.MERGE,
            on=date(2024, 1, 1),
            choices=[],
            reason="NQ",
            decided_by="a",
            decided_at=local(2023, 12, 1),
            applied_at=local(2024, 1, 1),
        )
        change.successions = [Succession(predecessor=ended, successor=heir, ends=True)]
        session.add(change)

    assert told(stocked, "{kinds: [phường]}", "{units: [p-1, p-2]}") == [
        (
            12,
            "milestones[so-ket].audience.units[2]: đơn vị p-2 chỉ hoạt động đến hết ngày "
            "31/12/2023. Kế thừa: p-1",
        )
    ]


def test_good_plan(stocked: Database) -> None:
    assert told(stocked, "quan", "quan") == []


def test_every_unknown_name_is_told(stocked: Database) -> None:
    audience = "{kinds: [phuờng], groups: [cum-2], heads_of: [cum1], units: [p1], except: [p-9]}"
    found = told(
        stocked, "{kinds: [phường]}\n    collector: noi-vu", f"{audience}\n    collector: x"
    )
    assert found == [
        (
            12,
            "milestones[so-ket].audience.kinds[1]: không đơn vị nào thuộc loại phuờng. "
            "Có phải là: phường?",
        ),
        (12, "milestones[so-ket].audience.groups[1]: không có cụm, khối cum-2. Có phải là: cum-1?"),
        (
            12,
            "milestones[so-ket].audience.heads_of[1]: không có cụm, khối cum1. Có phải là: cum-1?",
        ),
        (12, "milestones[so-ket].audience.units[1]: không có đơn vị p1. Có phải là: p-1?"),
        (
            12,
            "milestones[so-ket].audience.except[1]: không có đơn vị hay loại p-9. Có phải là: p-1?",
        ),
        (13, "milestones[so-ket].collector: không có đơn vị x. Có thể dùng: noi-vu, p-1, p-2, p-3"),
    ]


@pytest.mark.parametrize("key", ["standing_office", "board"])
def test_office_nobody_has(stocked: Database, key: str) -> None:
    line = {"standing_office": 5, "board": 6}[key]
    assert told(stocked, f"{key}: noi-vu", f"{key}: noivu") == [
        (line, f"{key}: không có đơn vị noivu. Có phải là: noi-vu?")
    ]


def test_kind_in_another_case_is_known(stocked: Database) -> None:
    assert told(stocked, "[phường]", "[PHƯỜNG]") == []


@pytest.mark.parametrize(("due", "nobody"), [("2024-05-31", False), ("2024-06-01", True)])
def test_audience_that_is_nobody_on_the_day(stocked: Database, due: str, nobody: bool) -> None:
    text = f"{due}\n    audience: {{kinds: [đã giải thể]}}"
    found = told(stocked, "2024-06-01\n    audience: {kinds: [phường]}", text)
    expected = (
        12,
        "milestones[so-ket].audience: không đơn vị nào phải thực hiện vào ngày 01/06/2024",
    )
    assert found == ([expected] if nobody else [])


def test_all_excepted_is_nobody(stocked: Database) -> None:
    found = told(stocked, "{kinds: [phường]}", "{kinds: [phường], except: [phường]}")
    assert [line for line, _text in found] == [12]


def test_group_without_a_head_that_year(stocked: Database) -> None:
    assert told(stocked, "{kinds: [phường]}", "{heads_of: all}") == []
    found = told(
        stocked,
        "2024-06-01\n    audience: {kinds: [phường]}",
        "2025-06-01\n    audience: {heads_of: all, units: [noi-vu]}",
    )
    assert found == [
        (
            12,
            "milestones[so-ket].audience.heads_of: cum-1 chưa có trưởng cụm, khối năm 2025. "
            "Hãy ghi trong danh sách đơn vị",
        )
    ]


def test_component_for_units_that_owe_nothing(stocked: Database) -> None:
    only = "hand_in: {components: [{code: c, name: C, only: {units: [noi-vu]}}]}"
    found = told(stocked, "clause: {text: a}", f"clause: {{text: a}}\n    {only}")
    assert found == [
        (
            15,
            "milestones[so-ket].hand_in.components[c].only: "
            "không đơn vị nào của mốc này phải nộp thành phần này",
        )
    ]


def test_audience_of_what_waits_for_an_event_is_looked_up_on_the_plans_last_day(
    stocked: Database,
) -> None:
    found = told(
        stocked,
        "milestones:\n  - code: so-ket\n    name: Sơ kết\n    kind: report\n    due: 2024-06-01\n"
        "    audience: {kinds: [phường]}\n",
        "events: [{code: ket-thuc, name: Kết thúc}]\nmilestones:\n  - code: so-ket\n"
        "    name: Sơ kết\n    kind: report\n    due: {after: ket-thuc, days: 3}\n"
        "    audience: {kinds: [đã giải thể]}\n",
    )
    assert found == [
        (
            13,
            "milestones[so-ket].audience: không đơn vị nào phải thực hiện vào ngày 31/12/2025",
        )
    ]
