"""Why did, or didn't, this unit get a letter? Every planned notice with what became of it, and
what was decided meanwhile."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from dondoc.changes import Change
from dondoc.history_lines import EventLine, Line, NoticeLine, Seat
from dondoc.hold_words import held
from dondoc.record import subject_of
from dondoc.tables import (
    ChangeKind,
    Contact,
    Event,
    Group,
    Hold,
    Letter,
    Membership,
    Milestone,
    Notice,
    Obligation,
    Occurrence,
    Plan,
    PlanEvent,
    Reply,
    ReplyFile,
    Submission,
    SubmittedFile,
    Unit,
)

__all__ = ["EventLine", "Line", "NoticeLine", "history"]


def history(
    session: Session, unit: Unit, milestone: Milestone | None = None, *, plan: Plan | None = None
) -> list[Line]:
    """In the order of time. Digests and notices a unit got about others are not about the unit."""
    lines: list[Line] = [
        *_notices(session, unit, milestone, plan),
        *_submissions(session, unit, milestone, plan),
        *_by_mail(session, unit, milestone, plan),
        *_events(session, unit, milestone, plan),
        *_amendments(session, unit, milestone, plan),
        *_wider(session, unit, milestone, plan),
    ]
    return sorted(lines, key=attrgetter("at"))


def _limited(
    chosen: Select[Any], unit: Unit, milestone: Milestone | None, plan: Plan | None
) -> Select[Any]:
    chosen = (
        chosen.join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(Obligation.unit_id == unit.id)
    )
    if milestone is not None:
        chosen = chosen.where(Milestone.id == milestone.id)
    if plan is not None:
        chosen = chosen.where(Plan.id == plan.id)
    return chosen


def _notices(
    session: Session, unit: Unit, milestone: Milestone | None, plan: Plan | None
) -> Iterator[NoticeLine]:
    whose = aliased(Unit)
    absent = aliased(Contact)
    chosen = (
        select(Notice, Contact, whose, absent, Letter, Hold, Plan, Milestone, Occurrence)
        .join(Obligation, Obligation.id == Notice.obligation_id)
        .join(Contact, Contact.id == Notice.contact_id)
        .join(whose, whose.id == Contact.unit_id)
        .outerjoin(absent, absent.id == Notice.stands_for_id)
        .outerjoin(Letter, Letter.id == Notice.letter_id)
        .outerjoin(Hold, Hold.id == Notice.hold_id)
        .order_by(Notice.planned_at, Notice.id)
    )
    for row in session.execute(_limited(chosen, unit, milestone, plan)):
        notice, contact, its, away, letter, hold, of_plan, of_milestone, occurrence = row
        yield NoticeLine(
            id=notice.id,
            at=notice.planned_at,
            plan=of_plan.code,
            time_zone=of_plan.time_zone,
            milestone=of_milestone.code,
            occurrence=occurrence.key,
            label=occurrence.label,
            due_on=occurrence.due_on,
            stage=notice.stage,
            step=notice.step,
            level=notice.level,
            seat=_reader(_seat(contact, its), letter),
            stands_for=away and _seat(away, its),
            state=notice.state,
            reason=notice.reason,
            note=notice.note,
            change=Change.read(notice.change),
            letter_id=notice.letter_id,
            letter_state=letter and letter.state,
            accepted_at=letter and letter.sent_at,
            answer=letter and letter.answer,
            joined=_joined(notice, letter, ZoneInfo(of_plan.time_zone)),
            held=None if hold is None else held(hold, ZoneInfo(of_plan.time_zone)),
        )


def _joined(notice: Notice, letter: Letter | None, zone: ZoneInfo) -> date | None:
    """The day of the letter, where that was made on an earlier one, for this notice too."""
    if letter is None:
        return None
    made, meant = (at.astimezone(zone).date() for at in (letter.created_at, notice.planned_at))
    return letter.day if max(made, meant) < letter.day else None


def _seat(contact: Contact, unit: Unit) -> Seat:
    return Seat(
        role=contact.role,
        unit=unit.code,
        unit_name=unit.name,
        name=contact.name,
        address=contact.email,
    )


def _reader(seat: Seat, letter: Letter | None) -> Seat:
    """Whoever sits there now did not get what was sent before."""
    if letter is None:
        return seat
    facts = letter.facts
    name = seat.name if facts is None else str(facts.get("reader", ""))
    return replace(seat, address=letter.address, name=name)


def _submissions(
    session: Session, unit: Unit, milestone: Milestone | None, plan: Plan | None
) -> Iterator[EventLine]:
    files = (
        select(func.count()).where(SubmittedFile.submission_id == Submission.id).scalar_subquery()
    )
    chosen = (
        select(Submission, files, Plan, Milestone, Occurrence)
        .join(Obligation, Obligation.id == Submission.obligation_id)
        .order_by(Submission.version)
    )
    for one, count, of_plan, of_milestone, occurrence in session.execute(
        _limited(chosen, unit, milestone, plan)
    ):
        yield EventLine(
            at=one.received_at,
            plan=of_plan.code,
            time_zone=of_plan.time_zone,
            milestone=of_milestone.code,
            occurrence=occurrence.key,
            label=occurrence.label,
            action=_handed_in(one),
            actor=one.received_by,
            facts={"version": one.version, "files": count}
            | ({"missing": _lacks(one)} if one.excused else {}),
        )


def _by_mail(
    session: Session, unit: Unit, milestone: Milestone | None, plan: Plan | None
) -> Iterator[EventLine]:
    """Answers to letters whose files went into a draft."""
    chosen = (
        select(Reply, func.count(ReplyFile.id), Plan, Milestone, Occurrence)
        .join(ReplyFile, ReplyFile.reply_id == Reply.id)
        .join(Obligation, Obligation.id == ReplyFile.obligation_id)
        .where(ReplyFile.component.is_not(None))
        .group_by(Reply.id, Plan.id, Milestone.id, Occurrence.id)
        .order_by(Reply.id)
    )
    for one, count, of_plan, of_milestone, occurrence in session.execute(
        _limited(chosen, unit, milestone, plan)
    ):
        yield EventLine(
            at=one.mailed_at or one.at,
            plan=of_plan.code,
            time_zone=of_plan.time_zone,
            milestone=of_milestone.code,
            occurrence=occurrence.key,
            label=occurrence.label,
            action="mailed",
            actor=one.sender,
            facts={"files": count},
        )


def _handed_in(one: Submission) -> str:
    if one.complete:
        return "submit"
    return "submit_with_reason" if one.excused else "submit_incomplete"


def _lacks(one: Submission) -> list[str]:
    return [f"{code}: {why}" for code, why in one.excused.items()]


def _events(
    session: Session, unit: Unit, milestone: Milestone | None, plan: Plan | None
) -> Iterator[EventLine]:
    """Decisions on an obligation; a submission is told from its own row."""
    chosen = select(Plan, Milestone).join(Milestone, Milestone.plan_id == Plan.id)
    if milestone is not None:
        chosen = chosen.where(Milestone.id == milestone.id)
    if plan is not None:
        chosen = chosen.where(Plan.id == plan.id)
    subjects = {
        subject_of(of_plan.code, of_milestone.code, unit.code): (of_plan, of_milestone)
        for of_plan, of_milestone in session.execute(chosen)
    }
    found = session.scalars(
        select(Event)
        .where(Event.subject.in_(subjects), Event.action != "submit")
        .order_by(Event.at, Event.id)
    )
    labels = _labels(session, [of_milestone.id for _, of_milestone in subjects.values()])
    for event in found:
        of_plan, of_milestone = subjects[event.subject]
        facts = dict(event.facts)
        key = str(facts.pop("occurrence", ""))
        yield EventLine(
            at=event.at,
            plan=of_plan.code,
            time_zone=of_plan.time_zone,
            milestone=of_milestone.code,
            occurrence=key,
            label=labels.get((of_milestone.id, key), ""),
            action=event.action,
            actor=event.actor,
            facts=facts,
            on_behalf=event.on_behalf,
            reason=event.reason,
            before=event.before,
            after=event.after,
        )


def _amendments(
    session: Session, unit: Unit, milestone: Milestone | None, plan: Plan | None
) -> Iterator[EventLine]:
    """Of a plan, for each milestone it touched that the unit owes, or owed."""
    owed = _limited(select(Plan, Milestone).select_from(Obligation), unit, milestone, plan)
    milestones = {(of_plan.code, one.code): of_plan for of_plan, one in session.execute(owed)}
    found = session.scalars(
        select(Event)
        .where(Event.subject.in_({code for code, _ in milestones}), Event.action == "amend")
        .order_by(Event.number)
    )
    for event in found:
        for code in event.facts.get("milestones", ()):
            of_plan = milestones.get((event.subject, code))
            if of_plan is not None:
                yield EventLine(
                    at=event.at,
                    plan=of_plan.code,
                    time_zone=of_plan.time_zone,
                    milestone=code,
                    occurrence="",
                    label="",
                    action=event.action,
                    actor=event.actor,
                    facts={},
                    on_behalf=event.on_behalf,
                    reason=event.reason,
                    before=event.before,
                    after=event.after,
                )


DAYS = ("event_set", "event_unset")
PEOPLE = ("contact", "contact_mended", "contact_reported", "leave", "leave_end")
UNITS = (*(f"unit_{kind}" for kind in ChangeKind), "unit_change_withdrawn")
WIDER = ("hold", "release", "skip", "extend", *DAYS, *PEOPLE, *UNITS)
"""Decisions on a plan, a milestone, a unit or all mail that are about each unit too."""


def _wider(
    session: Session, unit: Unit, milestone: Milestone | None, plan: Plan | None
) -> Iterator[EventLine]:
    subjects, zones = _wide_subjects(session, unit, milestone, plan)
    groups = set(session.scalars(_groups_of(unit)))
    days = set(session.execute(_events_of(unit, milestone)).tuples())
    found = session.scalars(
        select(Event)
        .where(Event.subject.in_(subjects), Event.action.in_(WIDER))
        .order_by(Event.at, Event.id)
    )
    for event in found:
        facts = dict(event.facts)
        if facts.get("group") not in (None, *groups):
            continue
        if unit.code not in facts.pop("units", [unit.code]):
            continue
        of_plan, of_milestone, *_ = (*event.subject.split("/"), "*", "*")
        if event.action in DAYS and (of_plan, facts.get("event")) not in days:
            continue
        yield EventLine(
            at=event.at,
            plan=of_plan,
            time_zone=zones.get(of_plan) or next(iter(zones.values()), "UTC"),
            milestone=of_milestone,
            occurrence=str(facts.pop("occurrence", "") or ""),
            label="",
            action=event.action,
            actor=event.actor,
            facts=facts,
            on_behalf=event.on_behalf,
            reason=event.reason,
            before=event.before,
            after=event.after,
        )


def _wide_subjects(
    session: Session, unit: Unit, milestone: Milestone | None, plan: Plan | None
) -> tuple[set[str], dict[str, str]]:
    """With the time zones of the plans."""
    chosen = select(Plan.code, Plan.time_zone, Milestone.code).join(
        Milestone, Milestone.plan_id == Plan.id
    )
    if milestone is not None:
        chosen = chosen.where(Milestone.id == milestone.id)
    if plan is not None:
        chosen = chosen.where(Plan.id == plan.id)
    rows = session.execute(chosen).tuples().all()
    zones = {code: zone for code, zone, _ in rows}
    subjects = {subject_of(), subject_of(unit=unit.code)}
    subjects |= {subject_of(code) for code in zones}
    subjects |= {subject_of(code, unit=unit.code) for code in zones}
    return subjects | {subject_of(code, of_milestone) for code, _, of_milestone in rows}, zones


def _groups_of(unit: Unit) -> Select[tuple[str]]:
    return (
        select(Group.code)
        .join(Membership, Membership.group_id == Group.id)
        .where(Membership.unit_id == unit.id)
    )


def _events_of(unit: Unit, milestone: Milestone | None) -> Select[tuple[str, str]]:
    """Plans and events on which something hangs that the unit owes, or owed."""
    found = (
        select(Plan.code, PlanEvent.code)
        .join(PlanEvent, PlanEvent.plan_id == Plan.id)
        .join(Milestone, Milestone.event_id == PlanEvent.id)
        .join(Occurrence, Occurrence.milestone_id == Milestone.id)
        .join(Obligation, Obligation.occurrence_id == Occurrence.id)
        .where(Obligation.unit_id == unit.id)
    )
    return found if milestone is None else found.where(Milestone.id == milestone.id)


def _labels(session: Session, milestones: list[int]) -> dict[tuple[int, str], str]:
    rows = session.execute(
        select(Occurrence.milestone_id, Occurrence.key, Occurrence.label).where(
            Occurrence.milestone_id.in_(milestones)
        )
    )
    return {(id_, key): label for id_, key, label in rows}
