"""What a plan says about reminding, telling superiors, reviewing and correcting."""

from datetime import time
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field, field_validator

from dondoc.plan.mistakes import Unfit
from dondoc.plan.values import Clock, Part
from dondoc.words import Words


class Cadence(Part):
    """Days before the target day (calendar days, moved to an earlier working day) and after the
    last day (moved to a later one), then every `then_every` working days, at most `max_overdue`
    overdue letters, at local time `at`."""

    before: tuple[Annotated[int, Field(ge=0, le=366)], ...] = (14, 7, 3, 1, 0)
    after: tuple[Annotated[int, Field(ge=1, le=366)], ...] = (1, 3)
    then_every: int = Field(default=3, ge=1, le=60)
    max_overdue: int = Field(default=5, ge=0, le=30)
    at: Clock = time(8, 0)


class Level(StrEnum):
    HEAD = "head"
    GROUP_HEAD = "group_head"
    STANDING_OFFICE = "standing_office"
    BOARD = "board"


class Rung(Part):
    """`after`: working days late before this level is told."""

    to: Level
    after: int = Field(ge=1, le=120)


LADDER = (
    Rung(to=Level.HEAD, after=2),
    Rung(to=Level.GROUP_HEAD, after=4),
    Rung(to=Level.STANDING_OFFICE, after=6),
    Rung(to=Level.BOARD, after=10),
)


def climbs(ladder: tuple[Rung, ...]) -> tuple[Rung, ...]:
    order = list(Level)
    for lower, upper in pairwise(ladder):
        if order.index(upper.to) <= order.index(lower.to) or upper.after < lower.after:
            raise Unfit(
                Words("các cấp phải cao dần và muộn dần", "levels must climb, each later"),
                Words(
                    "Thứ tự: head, group_head, standing_office, board",
                    "In this order: head, group_head, standing_office, board",
                ),
            )
    return ladder


class Correction(Part):
    """`within`: working days a unit has to correct what was returned, unless the return names a
    date; `cadence` reminds of it."""

    within: int = Field(default=5, ge=1, le=60)
    cadence: Cadence = Cadence(before=(3, 1, 0), after=(1, 3), then_every=3, max_overdue=3)


class Policies(Part):
    """`review_within`: working days the collector has to accept or return a submission, reminded of
    in `review_cadence`.
    `earlier_notice`: working days units must have left when an amendment makes a date earlier.
    `promise_within`: working days ahead that somebody may promise something overdue for.
    `digest`: a weekly letter to the standing office, on Mondays."""

    cadence: Cadence = Cadence()
    escalation: tuple[Rung, ...] = LADDER
    review_within: int = Field(default=5, ge=1, le=60)
    review_cadence: Cadence = Cadence(before=(1, 0), after=(1,), then_every=5, max_overdue=3)
    correction: Correction = Correction()
    earlier_notice: int = Field(default=5, ge=0, le=60)
    promise_within: int = Field(default=10, ge=1, le=60)
    announce: bool = True
    digest: bool = True

    _climbing = field_validator("escalation")(climbs)
