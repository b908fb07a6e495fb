"""A later date for one unit, for a group, or for all who have not delivered; changed and revoked.

The printed date stays on the occurrence; the unit is told of every change.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Select, insert, literal, select, update
from sqlalchemy.orm import Session

from dondoc.changes import Change, What
from dondoc.decision import Decision, DecisionRefused, NothingToExtend, WrongState
from dondoc.extensions import granted, refuse_decided, refuse_earlier, refuse_passed
from dondoc.queries import undelivered
from dondoc.record import Entry, about, enter, subject_of
from dondoc.tables import (
    Extension,
    ExtensionState,
    Group,
    Membership,
    Milestone,
    Obligation,
    Occurrence,
    Reason,
    Stage,
    Unit,
)
from dondoc.telling import Telling, batches, tell
from schedules.calendar import OfficeHours
from schedules.deadline import Deadline
from schedules.moving import Moving, lock
from schedules.planning import Owing


class TooSudden(DecisionRefused):
    """{unit}: an earlier date must leave at least {least} working days; {until} leaves {left}.
    Say so expressly if it is meant (--short-notice)."""

    vi = (
        "{unit}: dời sớm hơn phải còn ít nhất {least} ngày làm việc; {until} chỉ còn {left}.\n"
        "Nếu vẫn quyết định như vậy, hãy nêu rõ (--short-notice)."
    )


class NotExtended(WrongState):
    """{unit} · {milestone}: {state}, without an extension that could be revoked."""

    vi = "{unit} · {milestone}: {state}, không có gia hạn nào để thu hồi."


@dataclass(frozen=True, kw_only=True)
class Pending:
    """Everybody who has not delivered, or those of a group; of one occurrence, or of all."""

    milestone: Milestone
    occurrence: str | None = None
    group: Group | None = None

    def earlier_than(self, until: date) -> Select[tuple[Obligation]]:
        chosen = (
            select(Obligation)
            .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
            .where(
                Occurrence.milestone_id == self.milestone.id,
                undelivered(),
                Obligation.last_on < until,
            )
            .order_by(Obligation.id)
            .with_for_update(of=Obligation)
        )
        if self.occurrence is not None:
            chosen = chosen.where(Occurrence.key == self.occurrence)
        if self.group is not None:
            members = select(Membership.unit_id).where(Membership.group_id == self.group.id)
            chosen = chosen.where(Obligation.unit_id.in_(members))
        return chosen


def extend(
    session: Session,
    obligation: Obligation,
    until: date,
    decision: Decision,
    *,
    hours: OfficeHours,
    short_notice: bool = False,
) -> None:
    """`until` is the last day that counts. A question the unit asked is answered with it; an
    extension that was granted before is changed, to an earlier day too. Raises NothingToExtend,
    NotLater, DayPassed, TooSudden."""
    lock(session, obligation)
    if not obligation.undelivered:
        raise NothingToExtend.of(obligation)
    today = hours.today(decision.now)
    shorter = obligation.occurrence.last_on < until < obligation.last_on
    if granted(session, obligation) is None or not shorter:
        refuse_earlier(obligation, until, today=today)
    refuse_passed(obligation, until, today=today)
    extending = _Extending(session, obligation.occurrence.milestone, decision, hours)
    if shorter and not short_notice:
        extending.refuse_sudden(obligation, until)
    before = {"due_on": obligation.due_on}
    extending.until(until, [obligation])
    _enter(session, obligation, decision, "extend", before=before, after={"due_on": until})


def grant(
    session: Session,
    extension: Extension,
    decision: Decision,
    *,
    hours: OfficeHours,
    until: date | None = None,
) -> None:
    """What was asked for, or `until` instead. Raises NotAsked, and as `extend`."""
    refuse_decided(extension)
    day = until or extension.asked_until or extension.obligation.last_on
    extend(session, extension.obligation, day, decision, hours=hours)
    session.refresh(extension)


def extend_pending(
    session: Session, pending: Pending, until: date, decision: Decision, *, hours: OfficeHours
) -> list[str]:
    """Everybody of `pending` whose date is earlier; a longer extension stays. Returns the units'
    codes. Raises DayPassed."""
    found = session.scalars(pending.earlier_than(until)).all()
    if not found:
        return []
    whose = {one.unit_id for one in found}
    refuse_passed(found[0], until, today=hours.today(decision.now))
    _Extending(session, pending.milestone, decision, hours).until(until, found)
    named = select(Unit.code).where(Unit.id.in_(whose))
    units = list(session.scalars(named.order_by(Unit.code)))
    entry = Entry(
        actor=decision.actor,
        on_behalf=decision.on_behalf or pending.milestone.collector.code,
        action="extend",
        subject=subject_of(pending.milestone.plan.code, pending.milestone.code),
        reason=decision.reason,
        after={"due_on": until},
        facts={"occurrence": pending.occurrence, "obligations": len(found), "units": units},
    )
    enter(session, entry, now=decision.now)
    return units


def revoke(
    session: Session,
    obligation: Obligation,
    decision: Decision,
    *,
    hours: OfficeHours,
    short_notice: bool = False,
) -> None:
    """The printed date holds again. Raises NotExtended, TooSudden."""
    lock(session, obligation)
    if not obligation.undelivered or granted(session, obligation) is None:
        raise NotExtended.of(obligation)
    printed = obligation.occurrence
    extending = _Extending(session, printed.milestone, decision, hours)
    if not short_notice:
        extending.refuse_sudden(obligation, printed.last_on)
    before = {"due_on": obligation.due_on}
    extending.revoke(obligation)
    _enter(session, obligation, decision, "revoke", before=before, after={"due_on": printed.due_on})


class _Extending:
    """One decision about obligations of one milestone."""

    def __init__(
        self, session: Session, milestone: Milestone, decision: Decision, hours: OfficeHours
    ) -> None:
        self.session = session
        self.decision = decision
        self.moving = Moving(session, milestone, hours=hours)

    def refuse_sudden(self, obligation: Obligation, until: date) -> None:
        """An earlier date leaves enough working days. Raises TooSudden."""
        hours, least = self.moving.hours, self.moving.file.policies.earlier_notice
        today = hours.today(self.decision.now)
        left = hours.calendar.working_days_between(today, until)
        if left < least:
            unit = obligation.unit.code
            raise TooSudden(unit=unit, until=f"{until:%d/%m/%Y}", least=least, left=left)

    def until(self, day: date, found: Sequence[Obligation]) -> None:
        """`found` are locked and still have their old dates."""
        due = self.moving.until(day)
        known: dict[tuple[date, bool, bool], list[int]] = defaultdict(list)
        for one in found:
            known[one.due_on, one.inclusive, one.extended_to is not None].append(one.id)
        owing = [Owing(one.id, one.unit_id) for one in found]
        ids = [one.id for one in found]
        for batch in batches(ids):
            self._keep(batch, day)
            self._redate(batch, due, extended_to=day, reason=self.decision.reason.strip())
        self.session.flush()
        for one in found:
            self.session.expire(one)
        self.moving.rearm(owing, due, reason=Reason.EXTENDED, now=self.decision.now)
        for (was, inclusive, again), whose in known.items():
            what = What.MOVED if again else What.GRANTED
            self._tell(whose, Change(was=was, inclusive=inclusive, what=(what,)))

    def revoke(self, obligation: Obligation) -> None:
        was, ids = obligation.due_on, [obligation.id]
        owing = [Owing(obligation.id, obligation.unit_id)]
        printed = self.moving.printed(obligation.occurrence)
        self._end(ids, ExtensionState.REVOKED)
        self._redate(ids, printed, extended_to=None, reason=None)
        self.session.expire(obligation)
        self.moving.rearm(owing, printed, reason=Reason.REVOKED, now=self.decision.now)
        self._tell(ids, Change(was=was, what=(What.REVOKED,)))

    def _redate(
        self, ids: Sequence[int], due: Deadline, *, extended_to: date | None, reason: str | None
    ) -> None:
        self.session.execute(
            update(Obligation)
            .where(Obligation.id.in_(ids))
            .values(
                due_on=due.due_on,
                last_on=due.last_on,
                target_on=due.target_on,
                late_at=due.late_at,
                extended_to=extended_to,
                extension_reason=reason,
                due_version=Obligation.due_version + 1,
                promised_until=None,
            )
            .execution_options(synchronize_session=False)
        )

    def _keep(self, ids: Sequence[int], day: date) -> None:
        """What held until now is changed; what was asked for is answered; else it is new."""
        decision = self.decision
        self._end(ids, ExtensionState.CHANGED)
        answer = {
            "state": ExtensionState.GRANTED,
            "until": day,
            "reason": decision.reason.strip(),
            "decided_by": decision.actor,
            "decided_at": decision.now,
        }
        due_on = select(Obligation.due_on).where(Obligation.id == Extension.obligation_id)
        self.session.execute(
            update(Extension)
            .where(Extension.obligation_id.in_(ids), Extension.state == ExtensionState.ASKED)
            .values(before=due_on.scalar_subquery(), **answer)
            .execution_options(synchronize_session=False)
        )
        table = Extension.__table__
        answered = (
            select(Extension.id)
            .where(
                Extension.obligation_id == Obligation.id,
                Extension.state == ExtensionState.GRANTED,
            )
            .exists()
        )
        fixed = [literal(value, table.c[name].type) for name, value in answer.items()]
        rows = (
            select(Obligation.id, Obligation.due_on, *fixed)
            .where(Obligation.id.in_(ids), ~answered)
            .order_by(Obligation.id)
        )
        columns = ["obligation_id", "before", *answer]
        self.session.execute(insert(table).from_select(columns, rows))  # type: ignore[arg-type]

    def _end(self, ids: Sequence[int], state: ExtensionState) -> None:
        """Of extensions that hold."""
        decision = self.decision
        self.session.execute(
            update(Extension)
            .where(Extension.obligation_id.in_(ids), Extension.state == ExtensionState.GRANTED)
            .values(
                state=state,
                ended_by=decision.actor,
                ended_at=decision.now,
                end_reason=decision.reason.strip(),
            )
            .execution_options(synchronize_session=False)
        )

    def _tell(self, ids: Sequence[int], change: Change) -> None:
        (what,) = change.what
        told = Telling(Stage.EXTENSION, what.value, change.text)
        tell(self.session, ids, told, at=self.decision.now)


def _enter(
    session: Session,
    obligation: Obligation,
    decision: Decision,
    action: str,
    *,
    before: dict[str, date],
    after: dict[str, date],
) -> None:
    entry = about(obligation, actor=decision.actor, action=action)
    said = replace(entry, reason=decision.reason, before=before, after=after)
    enter(session, said, now=decision.now)
