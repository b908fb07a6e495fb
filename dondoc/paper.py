"""Signed originals that a unit sends on paper beside its files: how many sets came, and when."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dondoc.plan.model import HandIn
from dondoc.queries import count_where
from dondoc.tables import Milestone, Obligation, ObligationState, Occurrence, Plan
from dondoc.words import Words

NOT_OWED = (ObligationState.EXEMPT, ObligationState.ENDED)
SAID = Words("đã nhận {received:02d}/{asked:02d} bộ ngày {on}", "{received}/{asked} sets by {on}")


class Sets(NamedTuple):
    """`received` of those `asked`, the last on that day."""

    received: int
    asked: int
    on: date

    @property
    def said(self) -> Words:
        """đã nhận 02/03 bộ ngày 20/05/2024."""
        facts = {"received": self.received, "asked": self.asked, "on": f"{self.on:%d/%m/%Y}"}
        return Words(*(part.format(**facts) for part in SAID))


class Counted(NamedTuple):
    """A milestone's date that asks for paper: how many units have sent all, some, none."""

    milestone: str
    occurrence: str
    whole: int
    some: int
    none: int


def sets_of(obligation: Obligation) -> Sets | None:
    """None while nothing was entered."""
    return sets_from(obligation.paper_sets, obligation.paper_asked, obligation.paper_on)


def sets_from(received: int | None, asked: int | None, on: date | None) -> Sets | None:
    """The three stand in a row together, or not at all."""
    if received is None or asked is None or on is None:
        return None
    return Sets(received, asked, on)


def most(hand_in: HandIn) -> int:
    """Sets asked for of whoever owes every part: one copy of each part makes a set."""
    return max((part.paper for part in hand_in.components), default=0)


def counted(session: Session, plan: Plan) -> list[Counted]:
    """Of the dates that ask for paper, in the order they are due."""
    milestones = {
        row.id: wanted
        for row in plan.milestones
        if (wanted := most(HandIn.model_validate(row.body.get("hand_in") or {})))
    }
    whole = Obligation.paper_sets >= Obligation.paper_asked
    some = (Obligation.paper_sets > 0) & ~whole
    none = func.coalesce(Obligation.paper_sets, 0) == 0
    rows = session.execute(
        select(Milestone.code, Occurrence.label, *map(count_where, (whole, some, none)))
        .join(Occurrence, Occurrence.milestone_id == Milestone.id)
        .join(Obligation, Obligation.occurrence_id == Occurrence.id)
        .where(
            Milestone.id.in_(milestones),
            Occurrence.dropped_in.is_(None),
            Obligation.state.not_in(NOT_OWED),
        )
        .group_by(Milestone.code, Milestone.position, Occurrence.id, Occurrence.label)
        .order_by(Occurrence.due_on, Milestone.position)
    )
    return [Counted._make(row) for row in rows]
