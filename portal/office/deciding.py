"""An official decides about one obligation."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from dondoc.access.scope import NotHere, obligation_for
from dondoc.decision import Decision, DecisionRefused
from dondoc.submissions import accept, exempt
from dondoc.tables import Account, Obligation
from dondoc.words import Language, Words
from portal.context import Portal
from portal.forms import Form, Posted
from portal.office.obligation import facts_of, read_day
from portal.rendering import page
from portal.visitors import Context, Official
from schedules.extending import extend
from schedules.returning import Wanted, give_back


class DayMissing(DecisionRefused):
    """A date is needed, such as 15/11/2026."""

    vi = "Cần một ngày, ví dụ 15/11/2026."


Act = Callable[[Session, Obligation, Posted, Account, Portal], None]

router = APIRouter()


@router.post("/office/obligations/{obligation}/decisions/{decision}")
def decide(
    request: Request,
    obligation: int,
    decision: str,
    account: Official,
    form: Form,
    portal: Context,
) -> Response:
    """What is refused changes nothing, and the page says why."""
    act = ACTS.get(decision)
    try:
        with portal.database.writing() as session:
            owed = obligation_for(session, account, obligation)
            if act is None:
                raise NotHere
            act(session, owed, form, account, portal)
    except DecisionRefused as error:
        refused = Words(error.text(Language.VI), error.text(Language.EN))
        with portal.database.reading() as session:
            owed = obligation_for(session, account, obligation)
            facts = facts_of(session, owed, account, portal, refused=refused)
            return page(request, "office/obligation.html", 400, **facts)
    return RedirectResponse(f"/office/obligations/{obligation}", status_code=303)


def _accept(
    session: Session, owed: Obligation, _form: Posted, account: Account, portal: Portal
) -> None:
    accept(session, owed, actor=account.email, now=portal.now())


def _return(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    decision = _decision(form, account, portal)
    day = read_day(form.text("until"))
    if day is None:
        raise DayMissing
    give_back(session, owed, Wanted(until=day), decision, hours=portal.hours)


def _extend(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    decision = _decision(form, account, portal)
    day = read_day(form.text("until"))
    if day is None:
        raise DayMissing
    extend(session, owed, day, decision, hours=portal.hours)


def _exempt(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    exempt(session, owed, form.text("reason"), actor=account.email, now=portal.now())


def _decision(form: Posted, account: Account, portal: Portal) -> Decision:
    """Raises ReasonMissing."""
    return Decision(actor=account.email, reason=form.text("reason").strip(), now=portal.now())


ACTS: dict[str, Act] = {
    "accept": _accept,
    "return": _return,
    "extend": _extend,
    "exempt": _exempt,
}
