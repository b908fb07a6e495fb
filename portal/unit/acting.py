"""A unit acts on one obligation: asks for a later date, promises one, takes back."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from dondoc.access.links import Caller
from dondoc.access.scope import NotHere
from dondoc.decision import Decision, DecisionRefused
from dondoc.drafts import begin_draft
from dondoc.extensions import ask, asked_for, withdraw
from dondoc.tables import Obligation
from dondoc.withdrawing import withdraw_submission
from dondoc.words import Language, Words
from portal.context import Portal
from portal.days import day_in
from portal.forms import Form, Posted
from portal.rendering import page
from portal.unit.obligation import facts_of
from portal.unit.own import own
from portal.visitors import Context, Visitor
from schedules.acknowledging import Promised, acknowledge

router = APIRouter()
NO_LONGER = "đơn vị không đề nghị nữa"

Act = Callable[[Session, Obligation, Posted, Caller, Portal], None]


@router.post("/unit/obligations/{obligation}/acts/{act}")
def do(
    request: Request, obligation: int, act: str, visitor: Visitor, form: Form, portal: Context
) -> Response:
    """What is refused changes nothing, and the page says why beside what was typed."""
    acting = ACTS.get(act)
    try:
        with portal.database.writing() as session:
            owed = own(session, visitor, obligation)
            if acting is None:
                raise NotHere
            acting(session, owed, form, visitor, portal)
    except DecisionRefused as error:
        with portal.database.reading() as session:
            owed = own(session, visitor, obligation)
            why = _why(error, owed)
            typed = {name: form.text(name)[:1000] for name in ("until", "reason")}
            facts = facts_of(session, portal, owed, act=act, why=why, typed=typed)
            return page(request, "unit/obligation.html", 400, **facts)
    return RedirectResponse(f"/unit/obligations/{obligation}?done={act}", status_code=303)


def _why(error: DecisionRefused, owed: Obligation) -> Words:
    """Without the codes it begins with: the page is about this unit and this milestone."""
    unit, milestone = owed.unit.code, owed.occurrence.milestone.code
    said = [error.text(language) for language in (Language.VI, Language.EN)]
    for code in (f"{unit} · {milestone}: ", f"{unit}: "):
        said = [text.removeprefix(code) for text in said]
    return Words(*(text[:1].upper() + text[1:] for text in said))


def _ask(session: Session, owed: Obligation, form: Posted, visitor: Caller, portal: Portal) -> None:
    """Raises DecisionRefused."""
    decision = _decision(owed, form.text("reason"), visitor, portal)
    today = portal.hours.today(decision.now)
    ask(session, owed, day_in(form.text("until")), decision, today=today)


def _unask(
    session: Session, owed: Obligation, _form: Posted, visitor: Caller, portal: Portal
) -> None:
    """Raises NotAsked; answered meanwhile, there is nothing to take back."""
    asked = asked_for(session, owed)
    if asked is not None:
        withdraw(session, asked, _decision(owed, NO_LONGER, visitor, portal))


def _acknowledge(
    session: Session, owed: Obligation, form: Posted, visitor: Caller, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    decision = _decision(owed, form.text("reason"), visitor, portal)
    promised = Promised(on=day_in(form.text("until")))
    acknowledge(session, owed, promised, decision, hours=portal.hours)


def _withdraw(
    session: Session, owed: Obligation, form: Posted, visitor: Caller, portal: Portal
) -> None:
    """What was taken back is the draft to go on with. Raises DecisionRefused."""
    decision = _decision(owed, form.text("reason"), visitor, portal)
    withdraw_submission(session, owed, decision)
    begin_draft(session, owed, actor=decision.actor, now=decision.now)


def _decision(owed: Obligation, reason: str, visitor: Caller, portal: Portal) -> Decision:
    """Raises ReasonMissing."""
    return Decision(
        actor=visitor.seat.address,
        reason=reason.strip()[:1000],
        now=portal.now(),
        on_behalf=owed.unit.code,
    )


ACTS: dict[str, Act] = {
    "ask": _ask,
    "unask": _unask,
    "acknowledge": _acknowledge,
    "withdraw": _withdraw,
}
