"""A plan's versions: what was decided, by whom, and what each changed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.errors import NotFound
from dondoc.plan.differing import Differences, differences
from dondoc.plan.model import Clause
from dondoc.plan.source import parse_plan
from dondoc.tables import Obligation, Plan, Version
from dondoc.words import Words

VERSION = Words("phiên bản", "version")


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """`changes` against the version before; None for the first."""

    number: int
    at: datetime
    actor: str
    reason: str | None
    changes: Differences | None


def versions(session: Session, plan: Plan, *, after: int = 0) -> list[VersionLine]:
    """Those with a number above `after`, the oldest first."""
    of_plan = select(Version).where(Version.plan_id == plan.id, Version.number >= after)
    found, lines, before = session.scalars(of_plan.order_by(Version.number)), [], None
    for version in found:
        file = parse_plan(version.source, plan.code)
        lines.append(
            VersionLine(
                number=version.number,
                at=version.at,
                actor=version.actor,
                reason=version.reason,
                changes=None if before is None else differences(before, file),
            )
        )
        before = file
    return [line for line in lines if line.number > after]


def version(session: Session, plan: Plan, number: int) -> Version:
    """Raises NotFound."""
    of_plan = select(Version).where(Version.plan_id == plan.id)
    found = session.scalar(of_plan.where(Version.number == number))
    if found is None:
        near = Words(f" Đang có: 1–{plan.revision}.", f" There are: 1–{plan.revision}.")
        raise NotFound(what=VERSION, name=str(number), near=near)
    return found


def clause_of(session: Session, obligation: Obligation) -> Clause:
    """The words the obligation stands on: those of its own version of the plan."""
    milestone = obligation.occurrence.milestone
    stands_on = version(session, milestone.plan, obligation.plan_version)
    file = parse_plan(stands_on.source, milestone.plan.code)
    return next(one.clause for one in file.milestones if one.code == milestone.code)
