"""What an ended unit owed, or one that goes on gave away, becomes what its successors owe, or is
closed; its own row stays."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import Decision
from dondoc.extensions import granted, lapse
from dondoc.fulfilment import end_planned
from dondoc.record import about, enter
from dondoc.tables import (
    Extension,
    ExtensionState,
    Handover,
    Milestone,
    Obligation,
    ObligationState,
    Reason,
    Return,
    Stage,
    Unit,
    UnitChange,
)
from dondoc.telling import Telling, tell
from schedules.cadence import steps
from schedules.calendar import OfficeHours
from schedules.moving import Moving
from schedules.planning import Owing
from schedules.reorganising.drawing import Line, Outcome, takers

TAKEN_OVER = "taken-over-{handover}"
"""The step of the notice that tells a successor, with the first handover it tells of."""


class HandingOver:
    """One decision about what is open."""

    def __init__(
        self, session: Session, change: UnitChange, decision: Decision, *, hours: OfficeHours
    ) -> None:
        self.session = session
        self.change = change
        self.decision = decision
        self.hours = hours
        self._moving: dict[int, Moving] = {}

    def hand_over(self, lines: Sequence[Line]) -> None:
        """Those that have an outcome."""
        decided = [line for line in lines if line.shown.outcome is not None]
        found = takers(decided)
        units = {to.id: to for line in decided for to in line.targets}
        frozen = {line.obligation.id: line.shown.frozen for line in decided}
        for (_, unit_id), whose in sorted(found.items(), key=lambda pair: pair[0]):
            self._take_over(units[unit_id], whose, frozen)
        for line in decided:
            if line.shown.outcome is Outcome.CLOSED:
                self._keep(line, None)
        self._end(decided, frozen)

    def _take_over(self, to: Unit, lines: Sequence[Line], frozen: dict[int, bool]) -> None:
        occurrence = lines[0].obligation.occurrence
        row = self.session.scalar(
            select(Obligation)
            .where(Obligation.occurrence_id == occurrence.id, Obligation.unit_id == to.id)
            .with_for_update()
        )
        if row is None:
            row = self._owe(to, lines, frozen)
            if not occurrence.silent:
                self._plan(row)
        kept = [self._keep(line, row) for line in lines]
        self.session.flush()
        if not occurrence.silent:
            told = Telling(Stage.TAKEN_OVER, TAKEN_OVER.format(handover=kept[0].id))
            tell(self.session, [row.id], told, at=self.decision.now)
        self._enter(row, "take_over", units=[line.shown.owed.unit for line in lines])

    def _owe(self, to: Unit, lines: Sequence[Line], frozen: dict[int, bool]) -> Obligation:
        """The latest of their dates holds, an extension too; what was returned to all of them is
        still to be corrected."""
        every = [line.obligation for line in lines]
        afresh = [one for one in every if one.state is ObligationState.OPEN]
        model = max(afresh or every, key=lambda one: (one.correct_by or one.last_on, one.last_on))
        names = "occurrence_id state due_on last_on target_on late_at extended_to plan_version"
        values: dict[str, Any] = {name: getattr(model, name) for name in names.split()}
        row = Obligation(
            **values,
            unit_id=to.id,
            extension_reason=model.extension_reason,
            return_reason=model.return_reason,
            correct_by=model.correct_by,
            counted=any(one.counted and not frozen[one.id] for one in every),
        )
        self.session.add(row)
        self.session.flush()
        self._carry_extension(model, row)
        self._carry_return(model, row)
        return row

    def _carry_extension(self, model: Obligation, row: Obligation) -> None:
        held = granted(self.session, model)
        if held is None:
            return
        self.session.add(
            Extension(
                obligation_id=row.id,
                state=ExtensionState.GRANTED,
                before=held.before,
                until=held.until,
                reason=held.reason,
                decided_by=held.decided_by,
                decided_at=held.decided_at,
            )
        )

    def _carry_return(self, model: Obligation, row: Obligation) -> None:
        """What was wrong with which component."""
        if model.state is not ObligationState.RETURNED:
            return
        last = self.session.scalar(
            select(Return)
            .where(Return.obligation_id == model.id)
            .order_by(Return.id.desc())
            .limit(1)
        )
        if last is not None:
            self.session.add(
                Return(
                    obligation_id=row.id,
                    submission_id=last.submission_id,
                    reason=last.reason,
                    components=dict(last.components),
                    correct_by=last.correct_by,
                    returned_by=last.returned_by,
                    returned_at=last.returned_at,
                )
            )

    def _plan(self, row: Obligation) -> None:
        moving = self._moving_of(row.occurrence.milestone)
        now, owing = self.decision.now, [Owing(row.id, row.unit_id)]
        if row.state is ObligationState.RETURNED and row.correct_by is not None:
            due = moving.until(row.correct_by)
            cadence = moving.file.policies.correction.cadence
            moving.rearm(owing, due, reason=Reason.DISSOLVED, now=now, cadence=cadence)
            return
        printed = row.occurrence
        own = (row.due_on, row.last_on) != (printed.due_on, printed.last_on)
        due = moving.until(row.last_on) if own else moving.printed(printed)
        found = steps(due, moving.rhythm, opens=None if own else printed.opens_on)
        moving.sow(owing, [step for step in found if step.at >= now], year=due.due_on.year)

    def _moving_of(self, milestone: Milestone) -> Moving:
        if milestone.id not in self._moving:
            self._moving[milestone.id] = Moving(self.session, milestone, hours=self.hours)
        return self._moving[milestone.id]

    def _keep(self, line: Line, to: Obligation | None) -> Handover:
        kept = Handover(
            change_id=self.change.id,
            obligation_id=line.obligation.id,
            successor_id=None if to is None else to.id,
            follows=to is not None and line.obligation.first_complete_at is None,
            reason=(line.shown.reason or self.decision.reason).strip(),
            decided_by=self.decision.actor,
            decided_at=self.decision.now,
        )
        self.session.add(kept)
        return kept

    def _end(self, lines: Iterable[Line], frozen: dict[int, bool]) -> None:
        """Before its due date it leaves what is expected of the unit; afterwards it stays there."""
        ids: dict[Reason, list[int]] = {Reason.DISSOLVED: [], Reason.HANDED_OVER: []}
        ended = {one.predecessor_id for one in self.change.successions if one.ends}
        for line in lines:
            one, shown = line.obligation, line.shown
            action = "close_open" if shown.outcome is Outcome.CLOSED else "hand_over"
            self._enter(one, action, units=list(shown.to), why=shown.reason)
            one.state = ObligationState.ENDED
            one.counted = one.counted and frozen[one.id]
            one.decided_at = self.decision.now
            one.promised_until = None
            gone = one.unit_id in ended
            ids[Reason.DISSOLVED if gone else Reason.HANDED_OVER].append(one.id)
        self.session.flush()
        for reason, whose in ids.items():
            end_planned(self.session, whose, reason=reason, now=self.decision.now)
            lapse(self.session, whose, now=self.decision.now)

    def _enter(self, one: Obligation, action: str, *, units: list[str], why: str = "") -> None:
        entry = about(
            one, actor=self.decision.actor, action=action, units=units, unit_change=self.change.id
        )
        enter(
            self.session,
            replace(entry, reason=why or self.decision.reason),
            now=self.decision.now,
        )
