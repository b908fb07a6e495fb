"""The next year's draft of a plan: every date beside the one it comes from, and what clashes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.plan.cloning import FILLED_IN_ANEW, annotated, clone, joined, reminder, to_fill
from dondoc.plan.due import Dated, Recurrence
from dondoc.plan.hanging import rule_words
from dondoc.plan.model import Milestone, PlanFile
from dondoc.plan.relative import Relative
from dondoc.plan.source import Source
from dondoc.plan.yearly import is_leap_matter
from dondoc.tables import Group, GroupHead
from dondoc.words import Words
from schedules.calendar import OfficeCalendar
from schedules.dating import DueFor, Happened, dates
from schedules.deadline import deadline


@dataclass(frozen=True, kw_only=True)
class Clash:
    """The last day that counts is a day off: why, and the working days around it. `estimated`: the
    holidays of that year are not decreed yet."""

    on: date
    why: Words
    before: date
    after: date
    estimated: bool


@dataclass(frozen=True, kw_only=True)
class Change:
    """One date, old beside new; `new` is None where it waits for an event (`rule` says which)."""

    milestone: str
    name: str
    old: Dated | None
    new: Dated | None
    clash: Clash | None
    rule: Words


@dataclass(frozen=True, kw_only=True)
class NextYear:
    """`draft` is a good plan file with a comment for everything in `notes` and every clash.
    `years` are those something is due in; of them the holidays of `estimated` are not decreed."""

    year: int
    years: tuple[int, ...]
    draft: Source
    changes: tuple[Change, ...]
    notes: tuple[Words, ...]
    estimated: tuple[int, ...]

    @property
    def clashes(self) -> int:
        return sum(change.clash is not None for change in self.changes)


CLASH = Words(
    "{label}hạn {day} là {why}: ngày làm việc trước {before}, sau {after}",
    "{label}due {day} is {why_en}: working day before {before}, after {after}",
)
LAST = Words("trước {due}: ngày cuối {day}", "before {due}: its last day {day}")
ESTIMATE = Words(" (lịch nghỉ {year} là dự kiến)", " (the holidays of {year} are estimates)")
FEBRUARY = Words(
    "cuối tháng 2: {old} nay là {new}, đúng ý văn bản không",
    "the end of February: {old} is {new} now, is that meant",
)
ONE_YEAR = Words(
    "ngoại lệ riêng của một năm, nay là {key}; còn đúng không",
    "an exception of one year, now {key}; does it still hold",
)
MADE = Words("Bản nháp năm {year}, lập từ {code}", "A draft for {year}, made from {code}")
CLAUSES = Words(
    "clause của mọi mốc còn là lời văn bản cũ; thay bằng lời văn bản mới",
    "the clauses are still the old document's words; put the new ones",
)
PARENT = Words("parent: văn bản cấp trên của năm mới", "parent: the plan above of the new year")
HEADS = Words(
    "trưởng cụm, khối năm {years} phải có trong danh sách đơn vị",
    "the heads of groups of {years} must be in the list of units",
)
ESTIMATES = Words(
    "lịch nghỉ năm {years} là dự kiến, chưa có quyết định; kiểm tra lại khi có",
    "the holidays of {years} are estimates, not yet decreed; check again once they are",
)


def next_year(
    source: Source, year: int, calendar: OfficeCalendar, happened: Happened | None = None
) -> NextYear:
    """`happened` are the days the plan's events had; the draft's have none. Raises NotLaterYear,
    PlanWrong."""
    draft = clone(source, year)
    was = dates(source.plan, calendar, happened)
    changes = tuple(_changes(was, draft.plan, calendar))
    due_in = {change.new.due.year for change in changes if change.new is not None}
    years = tuple(sorted(due_in | {year}))
    estimated = tuple(filter(calendar.is_estimate, years))
    notes = tuple(_notes(draft.plan, year, years, estimated))
    in_place = [to_fill(key, year) for key in FILLED_IN_ANEW if (key,) in source.tree.keys]
    opening = [words for words in notes if words not in in_place]
    return NextYear(
        year=year,
        years=years,
        draft=annotated(
            draft,
            [_made(source, year), *(reminder(year, words) for words in opening)],
            {
                one.code: [reminder(year, words) for words in _about(one, changes)]
                for one in draft.plan.milestones
            },
        ),
        changes=changes,
        notes=notes,
        estimated=estimated,
    )


def headless(session: Session, plan: PlanFile, years: Iterable[int]) -> list[tuple[str, int]]:
    """Groups whose head owes something, in years for which nobody was named."""
    groups = set(session.scalars(select(Group.code)))
    wanted: set[str] = set()
    for milestone in plan.milestones:
        heads = milestone.audience.heads_of
        wanted |= groups if heads == "all" else set(heads)
    led = select(Group.code, GroupHead.year).join(GroupHead, GroupHead.group_id == Group.id)
    known = set(session.execute(led).tuples())
    return sorted({(code, year) for code in wanted for year in years} - known)


def _changes(
    was: Mapping[str, Sequence[DueFor]], new: PlanFile, calendar: OfficeCalendar
) -> Iterator[Change]:
    becomes = dates(new, calendar)
    for milestone in new.milestones:
        rule = rule_words(new, milestone)
        pairs = list(zip_longest(was[milestone.code], becomes[milestone.code]))
        if not pairs and isinstance(milestone.due, Relative):
            pairs = [(None, None)]
        for before, after in pairs:
            yield Change(
                milestone=milestone.code,
                name=milestone.name,
                old=before and before.dated,
                new=after and after.dated,
                clash=after and _clash(after.dated, new, calendar),
                rule=rule,
            )


def _clash(dated: Dated, plan: PlanFile, calendar: OfficeCalendar) -> Clash | None:
    real = deadline(dated.due, inclusive=dated.inclusive, calendar=calendar, zone=plan.zone)
    why = calendar.why_off(real.last_on)
    if why is None:
        return None
    return Clash(
        on=real.last_on,
        why=why,
        before=real.target_on,
        after=real.rolled_on,
        estimated=calendar.is_estimate(real.last_on.year),
    )


def _notes(
    plan: PlanFile, year: int, years: Sequence[int], estimated: Sequence[int]
) -> Iterator[Words]:
    """What concerns the plan as a whole."""
    for key in FILLED_IN_ANEW:
        yield to_fill(key, year)
    if plan.milestones:
        yield CLAUSES
    if plan.parent is not None:
        yield PARENT
    if any(milestone.audience.heads_of for milestone in plan.milestones):
        yield _filled(HEADS, years=_listed(years))
    if estimated:
        yield _filled(ESTIMATES, years=_listed(estimated))


def _made(source: Source, year: int) -> str:
    """As `dondoc.plan.cloning` knows it again."""
    made = _filled(MADE, year=year, code=source.plan.code)
    return f"# {made.vi} · {made.en}"


def _about(milestone: Milestone, changes: Sequence[Change]) -> Iterator[Words]:
    for change in changes:
        if change.milestone != milestone.code or change.new is None:
            continue
        if change.clash is not None:
            yield _said(change.new, change.clash)
        recurring = isinstance(milestone.due, Recurrence)
        if (
            change.old is not None
            and not recurring
            and is_leap_matter(change.old.due, change.new.due)
        ):
            yield _filled(FEBRUARY, old=_day(change.old.due), new=_day(change.new.due))
    if isinstance(milestone.due, Recurrence):
        for exception in milestone.due.exceptions:
            if exception.period[:1].isdigit():
                yield _filled(ONE_YEAR, key=exception.period)


def _said(dated: Dated, clash: Clash) -> Words:
    on = _day(clash.on)
    day = Words(on, on) if dated.inclusive else _filled(LAST, due=_day(dated.due), day=on)
    around = {"before": _day(clash.before), "after": _day(clash.after)}
    label = f"{dated.label}: " if dated.label else ""
    said = Words(
        CLASH.vi.format(label=label, day=day.vi, why=clash.why.vi, **around),
        CLASH.en.format(label=label, day=day.en, why_en=clash.why.en, **around),
    )
    return joined(said, _filled(ESTIMATE, year=clash.on.year)) if clash.estimated else said


def _filled(words: Words, **facts: object) -> Words:
    return Words(*(part.format(**facts) for part in words))


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _listed(years: Sequence[int]) -> str:
    return ", ".join(map(str, years))
