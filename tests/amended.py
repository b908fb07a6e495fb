"""A launched plan of four milestones, and what an amendment makes of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.plan.source import parse_plan
from dondoc.queries import milestone_by_code, obligation_of, plan_by_code, unit_by_code
from dondoc.tables import (
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    Occurrence,
    Stage,
    Unit,
)
from schedules.amending.amend import Amendment, amend
from schedules.amending.impact import Impact
from tests.cast import local
from tests.office import HEADER, Office

PLAN = (
    HEADER
    + """\
board: ubnd-quan
policies: {digest: true, announce: false}
milestones:
  - code: dang-ky
    name: Đăng ký danh hiệu thi đua
    kind: register
    due: 2024-05-15
    audience: {units: [p-1, p-2]}
    clause: {text: "chậm nhất ngày 15/5/2024", where: "Mục IV.1.a"}
  - code: bao-cao
    name: Báo cáo quý
    kind: report
    due: {every: quarter, day: 10, of: after, from: 2024-04-01}
    inclusive: false
    audience: {kinds: [ward]}
    hand_in: {components: [{code: bao-cao, name: Báo cáo, types: [pdf]}]}
    clause: {text: "trước ngày 10 tháng đầu quý sau", where: "Mục V"}
  - code: tong-ket
    name: Báo cáo tổng kết
    kind: report
    opens: 2024-10-15
    due: 2024-11-15
    audience: all
    cadence: {before: [7, 0], after: [2], max_overdue: 2}
    escalation: [{to: head, after: 2}]
    clause: {text: "chậm nhất ngày 15/11/2024", where: "Mục VI"}
"""
)
LAUNCH = local(2024, 3, 29)
APRIL = local(2024, 4, 2, 10)
"""Nothing but the digest of the Monday before has gone out."""

Planned = tuple[str, str, str, str, int | None, datetime, str, str | None]


def altered(*pairs: tuple[str, str], text: str = PLAN) -> str:
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def without(code: str, text: str = PLAN) -> str:
    """The plan file without one of its milestones."""
    head, *milestones = text.split("  - code: ")
    return "  - code: ".join([head, *(one for one in milestones if not one.startswith(code))])


def amended(office: Office, text: str, *, at: datetime = APRIL, **more: Any) -> Impact:
    with office.database.writing() as session:
        plan = plan_by_code(session, "thi-dua")
        amendment = Amendment(file=parse_plan(text), source=text, actor="an", now=at, **more)
        return amend(session, plan, amendment, hours=office.hours)


def owed(
    session: Session, unit: str, milestone: str = "dang-ky", occurrence: str | None = None
) -> Obligation:
    row = milestone_by_code(session, plan_by_code(session, "thi-dua"), milestone)
    return obligation_of(session, row, unit_by_code(session, unit), occurrence=occurrence)


def planned(office: Office) -> set[Planned]:
    """Everything that is still to go out, by what it says, to whom and when."""
    with office.database.reading() as session:
        rows = session.execute(
            select(
                Unit.code,
                Milestone.code,
                Occurrence.key,
                Notice.step,
                Notice.level,
                Notice.planned_at,
                Contact.email,
                Notice.note,
            )
            .select_from(Notice)
            .join(Contact, Contact.id == Notice.contact_id)
            .outerjoin(Obligation, Obligation.id == Notice.obligation_id)
            .outerjoin(Unit, Unit.id == Obligation.unit_id)
            .outerjoin(Occurrence, Occurrence.id == Obligation.occurrence_id)
            .outerjoin(Milestone, Milestone.id == Occurrence.milestone_id)
            .where(Notice.state == NoticeState.PLANNED)
        )
        return {tuple(row) for row in rows}


def steps(found: Iterable[Planned], unit: str, milestone: str) -> dict[str, datetime]:
    return {step: at for code, of, _, step, _, at, *_ in found if (code, of) == (unit, milestone)}


def told(office: Office) -> dict[tuple[str, str], str | None]:
    """What is still to be told of a change, by unit and step."""
    with office.database.reading() as session:
        rows = session.execute(
            select(Unit.code, Notice.step, Notice.change)
            .join(Obligation, Obligation.id == Notice.obligation_id)
            .join(Unit, Unit.id == Obligation.unit_id)
            .where(Notice.stage == Stage.CHANGED, Notice.state == NoticeState.PLANNED)
        )
        return {(unit, step): change for unit, step, change in rows}
