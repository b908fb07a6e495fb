"""A plan held against the units there are: names nobody has, audiences that match nobody."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.plan.mistakes import NOTHING, Mistake, suggestion
from dondoc.plan.model import Audience, Milestone, PlanFile
from dondoc.plan.relative import Relative
from dondoc.plan.timeline import occurrences
from dondoc.plan.tree import Path, Tree
from dondoc.tables import Group, GroupHead, Unit
from dondoc.units.audience import all_kinds, anybody
from dondoc.units.lineage import successors
from dondoc.words import Words


def check_against_units(plan: PlanFile, tree: Tree, session: Session) -> list[Mistake]:
    """In the order of the file. Codes match exactly, kinds whatever their case."""
    return sorted(_Checking(plan, tree, session).mistakes(), key=lambda one: one[:2])


def _named(plan: PlanFile) -> Iterator[str]:
    """Codes of units, and what may be one."""
    yield plan.standing_office
    yield plan.board or ""
    for milestone in plan.milestones:
        yield milestone.collector or ""
        parts = (part.only for part in milestone.hand_in.components)
        for whom in (milestone.audience, *(only for only in parts if only is not None)):
            yield from (*whom.units, *whom.exceptions)


class _Checking:
    def __init__(self, plan: PlanFile, tree: Tree, session: Session) -> None:
        self.plan = plan
        self.tree = tree
        self.session = session
        named = select(Unit).where(Unit.code.in_(set(_named(plan))))
        self.known = {unit.code: unit for unit in session.scalars(named)}
        self.kinds = all_kinds(session)
        self.groups = list(session.scalars(select(Group.code).order_by(Group.code)))
        led = select(GroupHead.year, Group.code).join(Group, Group.id == GroupHead.group_id)
        self.led = {(year, code) for year, code in session.execute(led)}

    @cached_property
    def units(self) -> list[str]:
        """Every code there is: only where one is to be suggested."""
        return list(self.session.scalars(select(Unit.code).order_by(Unit.code)))

    def mistakes(self) -> Iterator[Mistake]:
        yield from self._unit(("standing_office",), self.plan.standing_office)
        yield from self._unit(("board",), self.plan.board)
        for number, milestone in enumerate(self.plan.milestones):
            yield from self._milestone(("milestones", number), milestone)

    def _milestone(self, path: Path, milestone: Milestone) -> Iterator[Mistake]:
        yield from self._unit((*path, "collector"), milestone.collector)
        lost = list(self._audience((*path, "audience"), milestone.audience))
        yield from lost or self._nobody((*path, "audience"), milestone)
        for place, component in enumerate(milestone.hand_in.components):
            here = (*path, "hand_in", "components", place, "only")
            if component.only is not None:
                only = list(self._audience(here, component.only))
                yield from only or self._only(here, milestone, component.only)

    def _unit(self, path: Path, code: str | None) -> Iterator[Mistake]:
        if code is not None and code not in self.known:
            wrong = Words(f"không có đơn vị {code}", f"there is no unit {code}")
            yield self._mistake(path, wrong, suggestion(code, self.units))
        elif code is not None:
            yield from self._ended(path, self.known[code])

    def _ended(self, path: Path, unit: Unit) -> Iterator[Mistake]:
        """Before the plan begins; who succeeded it is named."""
        until = unit.valid_to
        if until is None or until >= self.plan.period.start:
            return
        wrong = Words(
            f"đơn vị {unit.code} chỉ hoạt động đến hết ngày {until:%d/%m/%Y}",
            f"the unit {unit.code} is no more after {until}",
        )
        after = ", ".join(one.code for one in successors(self.session, unit))
        right = Words(f"Kế thừa: {after}", f"Succeeded by {after}") if after else NOTHING
        yield self._mistake(path, wrong, right)

    def _audience(self, path: Path, whom: Audience) -> Iterator[Mistake]:
        kinds = [kind.casefold() for kind in self.kinds]
        heads = () if whom.heads_of == "all" else whom.heads_of
        for place, kind in enumerate(whom.kinds):
            if kind.casefold() not in kinds:
                wrong = Words(f"không đơn vị nào thuộc loại {kind}", f"no unit is of kind {kind}")
                yield self._mistake((*path, "kinds", place), wrong, suggestion(kind, self.kinds))
        for key, codes in (("groups", whom.groups), ("heads_of", heads)):
            for place, code in enumerate(codes):
                if code not in self.groups:
                    wrong = Words(f"không có cụm, khối {code}", f"there is no group {code}")
                    right = suggestion(code, self.groups)
                    yield self._mistake((*path, key, place), wrong, right)
        for place, code in enumerate(whom.units):
            yield from self._unit((*path, "units", place), code)
        for place, name in enumerate(whom.exceptions):
            if name not in self.known and name.casefold() not in kinds:
                wrong = Words(f"không có đơn vị hay loại {name}", f"no unit or kind is {name}")
                known = [*self.units, *self.kinds]
                yield self._mistake((*path, "except", place), wrong, suggestion(name, known))

    def _nobody(self, path: Path, milestone: Milestone) -> Iterator[Mistake]:
        for day in self._days(milestone):
            yield from self._headless(path, milestone.audience, day.year)
            if not anybody(self.session, milestone.audience, on=day, kinds=self.kinds):
                wrong = Words(
                    f"không đơn vị nào phải thực hiện vào ngày {day:%d/%m/%Y}",
                    f"matches no unit on {day}",
                )
                yield self._mistake(path, wrong)

    def _days(self, milestone: Milestone) -> list[date]:
        """The days it is due on; the plan's last where that hangs on something else."""
        if isinstance(milestone.due, Relative):
            return [self.plan.period.end]
        return [dated.due for dated in occurrences(milestone, self.plan.period)]

    def _headless(self, path: Path, whom: Audience, year: int) -> Iterator[Mistake]:
        wanted: Sequence[str] = self.groups if whom.heads_of == "all" else whom.heads_of
        for code in wanted:
            if (year, code) not in self.led:
                wrong = Words(
                    f"{code} chưa có trưởng cụm, khối năm {year}", f"{code} has no head for {year}"
                )
                right = Words("Hãy ghi trong danh sách đơn vị", "Name it in the list of units")
                yield self._mistake((*path, "heads_of"), wrong, right)

    def _only(self, path: Path, milestone: Milestone, only: Audience) -> Iterator[Mistake]:
        for day in self._days(milestone):
            both = (milestone.audience, only)
            if not anybody(self.session, *both, on=day, kinds=self.kinds):
                wrong = Words(
                    "không đơn vị nào của mốc này phải nộp thành phần này",
                    "none of this milestone's units has to hand this in",
                )
                yield self._mistake(path, wrong)
                return

    def _mistake(self, path: Path, wrong: Words, right: Words = NOTHING) -> Mistake:
        place = self.tree.place(path)
        return Mistake(place.line, place.column, self.tree.field(path), wrong, right)
