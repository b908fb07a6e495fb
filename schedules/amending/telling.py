"""Whoever is concerned is told once what is new against what they knew.

A letter about an earlier amendment that has not left is withdrawn, and the new one tells the
difference to what was known before both; where nothing is left of it, nothing is sent.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, insert, literal, or_, select

from dondoc.changes import CHANGED, DROPPED, Change, What
from dondoc.plan import model
from dondoc.plan.source import parse_plan
from dondoc.planned import Row, insert_rows, planned
from dondoc.tables import (
    Contact,
    Milestone,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Occurrence,
    Role,
    Stage,
    Version,
)
from schedules.amending.rearming import end, ended_at, unsent
from schedules.amending.work import Work

UNTOLD = (Stage.ANNOUNCE, Stage.CHANGED)


class Withdrawn(NamedTuple):
    """A letter about an earlier amendment that never left, and the unit's date before this one."""

    obligation_id: int
    contact_id: int
    change: Change
    due_on: date
    inclusive: bool


def differing(old: model.PlanFile, was: model.Milestone, new: model.PlanFile) -> tuple[What, ...]:
    """What a unit must do otherwise, besides keeping another date."""
    now = next((one for one in new.milestones if one.code == was.code), None)
    if now is None:
        return (What.DROPPED,)
    found = [What.HAND_IN] if was.hand_in != now.hand_in else []
    collectors = was.collector or old.standing_office, now.collector or new.standing_office
    return (*found, What.COLLECTOR) if collectors[0] != collectors[1] else tuple(found)


def tell(work: Work, owing: ColumnElement[bool], change: Change, *, moved: bool = False) -> None:
    """The officers of those who know what was asked until now; to be called before the rows change.
    `moved`: their date is about to get another version."""
    untold = (
        select(Notice.id)
        .where(
            Notice.obligation_id == Obligation.id,
            Notice.stage.in_(UNTOLD),
            or_(unsent(), ended_at(work.now)),
        )
        .exists()
    )
    table = Notice.__table__
    told = change._replace(since=work.base)
    values = {
        "plan_id": work.placing.row.id,
        "stage": Stage.CHANGED,
        "step": _step(work, told),
        "planned_at": work.placing.announced_at,
        "state": NoticeState.PLANNED,
        "change": told.text,
    }
    fixed = [literal(value, table.c[name].type) for name, value in values.items()]
    version = Obligation.due_version + 1 if moved else Obligation.due_version
    rows = (
        select(Obligation.id, Contact.id, version, *fixed)
        .join(Contact, and_(Contact.unit_id == Obligation.unit_id, Contact.role == Role.OFFICER))
        .where(owing, ~untold)
        .order_by(Obligation.id, Contact.id)
    )
    columns = ["obligation_id", "contact_id", "due_version", *values]
    work.session.execute(insert(table).from_select(columns, rows))  # type: ignore[arg-type]


def withdraw(work: Work, occurrence: Occurrence) -> list[Withdrawn]:
    """Before the rows change."""
    mine = (
        Notice.obligation_id.in_(
            select(Obligation.id).where(Obligation.occurrence_id == occurrence.id)
        ),
        Notice.stage == Stage.CHANGED,
        unsent(),
    )
    rows = work.session.execute(
        select(
            Notice.obligation_id,
            Notice.contact_id,
            Notice.change,
            Obligation.due_on,
            Obligation.last_on,
        )
        .join(Obligation, Obligation.id == Notice.obligation_id)
        .where(*mine)
        .order_by(Notice.id)
    )
    found = [
        Withdrawn(id_, contact, Change.read(change), due_on, due_on == last_on)
        for id_, contact, change, due_on, last_on in rows
        if id_ is not None
    ]
    end(work.placing, and_(*mine))
    return found


def tell_again(work: Work, row: Milestone, withdrawn: Sequence[Withdrawn]) -> None:
    """After the rows have changed: what is new against what each knew."""
    if not withdrawn:
        return
    now = {
        id_: (state, due_on, due_on == last_on, version)
        for id_, state, due_on, last_on, version in work.session.execute(
            select(
                Obligation.id,
                Obligation.state,
                Obligation.due_on,
                Obligation.last_on,
                Obligation.due_version,
            ).where(Obligation.id.in_({one.obligation_id for one in withdrawn}))
        )
    }
    files = _Files(work, row)
    rows: list[Row] = []
    for one in withdrawn:
        state, due_on, inclusive, due_version = now[one.obligation_id]
        change = _since(files, one, dropped=state is ObligationState.EXEMPT)
        if (change.was, change.inclusive) == (due_on, inclusive):
            change = change._replace(was=None, inclusive=True)
        if change:
            rows.append(_row(work, one, change, due_version))
    insert_rows(work.session, rows)


class _Files:
    """The milestone as earlier versions of the plan had it."""

    def __init__(self, work: Work, row: Milestone) -> None:
        self.work = work
        self.code = row.code
        self._known: dict[int, tuple[What, ...]] = {}

    def differing(self, number: int) -> tuple[What, ...]:
        if number not in self._known:
            source = self.work.session.scalars(
                select(Version.source).where(
                    Version.plan_id == self.work.placing.row.id, Version.number == number
                )
            ).one()
            file = parse_plan(source)
            was = next((one for one in file.milestones if one.code == self.code), None)
            self._known[number] = () if was is None else differing(file, was, self.work.new)
        return self._known[number]


def _since(files: _Files, one: Withdrawn, *, dropped: bool) -> Change:
    since = one.change.since or files.work.base
    known = one.change if one.change.was is not None else one
    was = one.change.was or one.due_on
    again = What.RESTORED in one.change.what
    if again:  # until now it was not asked for, as far as they know
        return Change() if dropped else one.change
    what = (What.DROPPED,) if dropped else files.differing(since)
    return Change(was=was, inclusive=known.inclusive, what=what, since=since)


def _row(work: Work, one: Withdrawn, change: Change, due_version: int) -> Row:
    row = planned(
        work.placing.row.id,
        one.obligation_id,
        one.contact_id,
        stage=Stage.CHANGED,
        step=_step(work, change),
        due_version=due_version,
        at=work.placing.announced_at,
    )
    return row | {"change": change.text}


def _step(work: Work, change: Change) -> str:
    kind = DROPPED if What.DROPPED in change.what else CHANGED
    return kind.format(version=work.version)
