"""A draft, for this account; and what is saved of it."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from fastapi.responses import RedirectResponse

from dondoc.access.scope import NotHere, plan_draft_for
from dondoc.plan.mistakes import Mistake, PlanWrong
from dondoc.plan.model import Milestone
from dondoc.plan.source import Source, parse_source
from dondoc.plan_drafts import By, change_plan
from dondoc.tables import Account, PlanDraft
from portal.context import Portal
from portal.forms import Posted
from portal.numbers import number_in
from portal.refusals import Tried, refusable
from portal.unit_field import resolved

PATH = "/office/drafts/{draft}"

Edit = Callable[[Source], str]


def by(account: Account, portal: Portal) -> By:
    return By(actor=account.email, now=portal.now())


def seen_revision(form: Posted) -> int:
    """The one the page showed; 0 for nonsense."""
    return number_in(form.text("revision")) or 0


def parsed(draft: PlanDraft) -> Source | None:
    """None while the text has mistakes, or there is none yet."""
    try:
        return parse_source(draft.source, draft.name)
    except PlanWrong:
        return None


def mistakes_in(text: str, name: str) -> tuple[Mistake, ...]:
    try:
        parse_source(text, name)
    except PlanWrong as wrong:
        return wrong.mistakes
    return ()


class Named(NamedTuple):
    """What was sent, with every unit by its code; or `tried`: it is not clear which are meant."""

    form: Posted
    tried: Tried | None = None


class Edited(NamedTuple):
    """Nothing in it: it is saved. Else `mistakes` of the text as it would be, or `tried`: nothing
    is saved."""

    mistakes: tuple[Mistake, ...] = ()
    tried: Tried | None = None

    @property
    def saved(self) -> bool:
        return not self.mistakes and self.tried is None

    @property
    def status(self) -> int:
        return 400 if self.tried is None else self.tried.status


def edit(portal: Portal, account: Account, draft_id: int, form: Posted, change: Edit) -> Edited:
    """Another text of the plan, if it is a good one. Raises NotHere."""
    with refusable("", form) as outcome, portal.database.writing() as session:
        draft = plan_draft_for(session, account, draft_id)
        text = change(sound(draft))
        mistakes = mistakes_in(text, draft.name)
        if not mistakes:
            change_plan(draft, text, revision=seen_revision(form), by=by(account, portal))
        return Edited(mistakes)
    return Edited(tried=outcome.tried)


def with_units(
    portal: Portal, form: Posted, *, many: Iterable[str] = (), one: Iterable[str] = ()
) -> Named:
    """The units that were looked for stand among those that are ticked."""
    with refusable("", form) as outcome, portal.database.reading() as session:
        return Named(resolved(session, form, many=many, one=one))
    return Named(form, outcome.tried)


def sound(draft: PlanDraft) -> Source:
    """Raises PlanWrong: then it is to be changed as text."""
    return parse_source(draft.source, draft.name)


def milestone_at(source: Source, number: int) -> Milestone:
    """`number` counts from 1, as pages do. Raises NotHere."""
    if not 1 <= number <= len(source.plan.milestones):
        raise NotHere
    return source.plan.milestones[number - 1]


def to_draft(draft_id: int, *, at: str = "") -> RedirectResponse:
    return RedirectResponse(f"/office/drafts/{draft_id}{at}", status_code=303)
