"""Which event a milestone's date waits for, in the plan's own words."""

from dondoc.plan.mistakes import NOTHING
from dondoc.plan.model import Milestone, PlanFile
from dondoc.plan.relative import PlanEvent, Relative, said
from dondoc.words import Words


def event_behind(plan: PlanFile, milestone: Milestone) -> PlanEvent | None:
    """The event at the end of the chain of dates; None where a printed date is."""
    events = {event.code: event for event in plan.events}
    milestones = {one.code: one for one in plan.milestones}
    while isinstance(milestone.due, Relative):
        anchor = milestone.due.anchor
        if anchor in events:
            return events[anchor]
        milestone = milestones[anchor]
    return None


def hanging_on(plan: PlanFile, event: str) -> list[Milestone]:
    """The milestones whose dates wait for the event, directly or not, in the plan's order."""
    found = []
    for milestone in plan.milestones:
        behind = event_behind(plan, milestone)
        if behind is not None and behind.code == event:
            found.append(milestone)
    return found


def rule_words(plan: PlanFile, milestone: Milestone) -> Words:
    """03 ngày làm việc sau «Kết thúc đợt thi đua»; empty where the date is printed."""
    if not isinstance(milestone.due, Relative):
        return NOTHING
    named = {event.code: event.name for event in plan.events}
    named |= {one.code: one.name for one in plan.milestones}
    return said(milestone.due, named[milestone.due.anchor])
