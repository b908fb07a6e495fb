"""What a reorganisation would do, drawn up before anything is touched."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.explaining import OBLIGATIONS
from dondoc.leftovers import STILL_OPEN
from dondoc.queries import obligations, unit_by_code
from dondoc.tables import (
    OWING,
    UNSENT,
    Notice,
    Obligation,
    ObligationState,
    Occurrence,
    Stage,
    Unit,
)
from dondoc.units.choices import Choice, Owed, chosen
from dondoc.units.reorganisation import Concerned
from dondoc.words import Words
from schedules.calendar import OfficeHours


class Outcome(StrEnum):
    """`merged`: with what its successor owes already, or takes over from others."""

    MOVED = "moved"
    MERGED = "merged"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Open:
    """What an ended unit still owes, or one that goes on gives away. `frozen`: it was due, or came,
    before: rates go on counting it for that unit. Without an `outcome` nobody has decided, or what
    was decided cannot be done: `blocked` says why."""

    owed: Owed
    name: str
    label: str
    unit_name: str
    due_on: date
    inclusive: bool
    state: ObligationState
    frozen: bool
    outcome: Outcome | None
    to: tuple[str, ...] = ()
    reason: str = ""
    blocked: Words | None = None


class Line(NamedTuple):
    """An open obligation, and who is to owe it from now on."""

    obligation: Obligation
    choice: Choice | None
    targets: tuple[Unit, ...]
    shown: Open


class Drawn(NamedTuple):
    """`kept`: obligations that are not open and stay with the history of their unit; `notices`
    that are planned for what is open and would be cancelled."""

    lines: tuple[Line, ...]
    kept: int
    notices: int

    @property
    def undecided(self) -> tuple[Open, ...]:
        return tuple(line.shown for line in self.lines if line.shown.outcome is None)


def draw(
    session: Session,
    found: Concerned,
    choices: Sequence[Choice],
    *,
    at: datetime,
    hours: OfficeHours,
    locked: bool = False,
) -> Drawn:
    """As things stand now and the dates will at `at`: all that ending units owe, and what others
    give away by a choice that names them. `locked`: whoever hands in meanwhile waits. Raises
    NotFound for a unit no choice may name."""
    ending = [unit.id for unit in found.ending]
    giving = {unit.id: unit.code for unit in found.giving}
    giving = {id_: code for id_, code in giving.items() if any(c.given_by(code) for c in choices)}
    if not (ending or giving):
        return Drawn((), 0, 0)
    chosen_ = obligations().where(
        Obligation.unit_id.in_([*ending, *giving]),
        Obligation.state.in_(STILL_OPEN),
        Occurrence.dropped_in.is_(None),
    )
    if locked:
        chosen_ = chosen_.with_for_update(of=Obligation).execution_options(populate_existing=True)
    owing = [
        one
        for one in session.scalars(chosen_)
        if one.unit_id not in giving or chosen(_given(choices, one), _owed(one)) is not None
    ]
    drawing = _Drawing(session, found, choices, hours.today(at), at)
    lines = tuple(drawing.lines(owing))
    every = session.scalar(
        select(func.count()).where(
            Obligation.unit_id.in_(ending), Obligation.state != ObligationState.ENDED
        )
    )
    ended = sum(one.unit_id not in giving for one in owing)
    return Drawn(lines, (every or 0) - ended, _planned(session, [one.id for one in owing]))


class _Drawing:
    def __init__(
        self,
        session: Session,
        found: Concerned,
        choices: Sequence[Choice],
        on: date,
        at: datetime,
    ) -> None:
        self.session = session
        self.found = found
        self.choices = choices
        self.on = on
        self.at = at
        self._units: dict[str, Unit] = {unit.code: unit for unit in found.into}

    def lines(self, owing: Sequence[Obligation]) -> Iterator[Line]:
        settled = [(one, *self._settled(one)) for one in owing]
        known = self._known(owing, {to.id for *_, targets in settled for to in targets})
        wanted = Counter(
            (one.occurrence_id, to.id) for one, _, targets in settled for to in targets
        )
        for one, choice, targets in settled:
            yield Line(one, choice, targets, self._shown(one, choice, targets, known, wanted))

    def _settled(self, one: Obligation) -> tuple[Choice | None, tuple[Unit, ...]]:
        stays = one.unit not in self.found.ending
        choice = chosen(_given(self.choices, one) if stays else self.choices, _owed(one))
        if choice is None or not choice.move:
            return choice, ()
        return choice, tuple(map(self._unit, choice.to)) or tuple(self.found.into)

    def _unit(self, code: str) -> Unit:
        if code not in self._units:
            self._units[code] = unit_by_code(self.session, code)
        return self._units[code]

    def _known(
        self, owing: Iterable[Obligation], targets: Iterable[int]
    ) -> dict[tuple[int, int], Obligation]:
        rows = self.session.scalars(
            select(Obligation).where(
                Obligation.occurrence_id.in_({one.occurrence_id for one in owing}),
                Obligation.unit_id.in_(list(targets)),
            )
        )
        return {(row.occurrence_id, row.unit_id): row for row in rows}

    def _shown(
        self,
        one: Obligation,
        choice: Choice | None,
        targets: Sequence[Unit],
        known: Mapping[tuple[int, int], Obligation],
        wanted: Mapping[tuple[int, int], int],
    ) -> Open:
        keys = [(one.occurrence_id, to.id) for to in targets]
        blocked = None
        outcome: Outcome | None = None
        if choice is not None and not choice.move:
            outcome = Outcome.CLOSED
        elif choice is not None:
            blocked = self._blocked(one, targets, [known.get(key) for key in keys])
            shared = any(key in known or wanted[key] > 1 for key in keys)
            outcome = Outcome.MERGED if shared else Outcome.MOVED
        return Open(
            owed=_owed(one),
            name=one.occurrence.milestone.name,
            label=one.occurrence.label,
            unit_name=one.unit.name,
            due_on=one.due_on,
            inclusive=one.inclusive,
            state=one.state,
            frozen=frozen(one, self.at),
            outcome=None if blocked else outcome,
            to=tuple(to.code for to in targets),
            reason=choice.reason if choice else "",
            blocked=blocked,
        )

    def _blocked(
        self, one: Obligation, targets: Sequence[Unit], known: Sequence[Obligation | None]
    ) -> Words | None:
        if not targets:
            return NOBODY
        if one.unit in targets:
            return ITSELF
        for to in targets:
            if to in self.found.ending or not valid(to, self.on):
                return Words(*(part.format(unit=to.code) for part in NOT_THERE))
        for row in known:
            if row is not None and row.state not in OWING:
                facts = {"unit": row.unit.code}
                vi, en = OBLIGATIONS[row.state]
                return Words(
                    HAS_DONE.vi.format(state=vi, **facts), HAS_DONE.en.format(state=en, **facts)
                )
        return None


NOBODY = Words("chưa nêu đơn vị nhận", "no unit takes it over")
ITSELF = Words("đơn vị đang nợ việc này; hãy nêu đơn vị khác", "it owes this itself; name another")
NOT_THERE = Words("{unit} không có hiệu lực ngày ấy", "{unit} is not valid on that day")
HAS_DONE = Words(
    "{unit} {state} kỳ này; hãy đóng (close) hoặc chuyển cho đơn vị khác",
    "for {unit} this date is {state}; close it, or name another unit",
)


def frozen(one: Obligation, now: datetime) -> bool:
    """It counts for the unit that owed it then, whatever happens later."""
    return one.occurrence.late_at <= now or one.first_complete_at is not None


def valid(unit: Unit, day: date) -> bool:
    since, until = unit.valid_from or date.min, unit.valid_to or date.max
    return since <= day <= until


def _given(choices: Iterable[Choice], one: Obligation) -> list[Choice]:
    return [choice for choice in choices if choice.given_by(one.unit.code)]


def _owed(one: Obligation) -> Owed:
    milestone = one.occurrence.milestone
    return Owed(milestone.plan.code, milestone.code, one.occurrence.key, one.unit.code)


def _planned(session: Session, owing: Sequence[int]) -> int:
    chosen_ = select(func.count()).where(
        Notice.obligation_id.in_(owing), Notice.state.in_(UNSENT), Notice.stage != Stage.REVIEW
    )
    return session.scalar(chosen_) or 0


Takers = dict[tuple[int, int], list[Line]]
"""By occurrence and unit: whose obligations it is to owe."""


def takers(lines: Iterable[Line]) -> Takers:
    found: Takers = defaultdict(list)
    for line in lines:
        if line.shown.outcome in (Outcome.MOVED, Outcome.MERGED):
            for to in line.targets:
                found[line.obligation.occurrence_id, to.id].append(line)
    return found
