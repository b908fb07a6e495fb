"""An official decides about one obligation."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from dondoc.access.scope import NotHere, obligation_for
from dondoc.decision import Decision, DecisionRefused
from dondoc.extensions import asked_for, deny
from dondoc.receiving_paper import DayOutOfBounds, SetsOutOfBounds, receive_paper
from dondoc.submissions import accept, exempt
from dondoc.tables import Account, Extension, Obligation
from dondoc.voiding import void
from portal.back import own_path
from portal.context import Portal
from portal.days import DayMissing, day_in
from portal.decisions import decision_of
from portal.forms import Form, Posted
from portal.numbers import Number
from portal.office.obligation import facts_of
from portal.refusals import refusable
from portal.rendering import page
from portal.visitors import Context, Official
from schedules.extending import extend, grant, revoke
from schedules.returning import Wanted, correctable, give_back

LONGEST_FLAW = 1_000
"""characters about one part"""

Act = Callable[[Session, Obligation, Posted, Account, Portal], None]

router = APIRouter()


class SetsMissing(DecisionRefused):
    """A number of sets is needed, such as 2."""

    vi = "Cần số bộ, ví dụ 2."


class NothingAsked(DecisionRefused):
    """The unit no longer asks for a later date; somebody decided, or it took the question back."""

    vi = "Đơn vị không còn đề nghị gia hạn: đã có người quyết định, hoặc đơn vị đã rút."


@router.post("/office/obligations/{obligation}/decisions/{decision}")
def decide(
    request: Request,
    obligation: Number,
    decision: str,
    account: Official,
    form: Form,
    portal: Context,
) -> Response:
    """What is refused changes nothing, and the page says why."""
    act = ACTS.get(decision)
    blame = {SetsMissing: "sets", SetsOutOfBounds: "sets", DayOutOfBounds: "on"}
    blame |= {DayMissing: "on"} if decision == "paper" else {}
    with refusable(decision, form, blame) as outcome, portal.database.writing() as session:
        owed = obligation_for(session, account, obligation)
        if act is None:
            raise NotHere
        act(session, owed, form, account, portal)
    if outcome.tried is not None:
        with portal.database.reading() as session:
            owed = obligation_for(session, account, obligation)
            facts = facts_of(session, owed, account, portal) | {"tried": outcome.tried}
            return page(request, "office/obligation.html", outcome.tried.status, **facts)
    itself = f"/office/obligations/{obligation}"
    back = own_path(form.text("back"), below="/office", otherwise=itself)
    return RedirectResponse(back, status_code=303)


def _accept(
    session: Session, owed: Obligation, _form: Posted, account: Account, portal: Portal
) -> None:
    accept(session, owed, actor=account.email, now=portal.now())


def _return(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    decision = decision_of(account, form, portal)
    flaws = {
        code: said[:LONGEST_FLAW]
        for code in correctable(session, owed)
        if (said := form.text(f"part-{code}").strip())
    }
    until = day_in(form.text("until"))
    wanted = Wanted(until=until, parts=flaws, void=form.text("void") == "yes")
    give_back(session, owed, wanted, decision, hours=portal.hours)


def _extend(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    decision = decision_of(account, form, portal)
    extend(session, owed, day_in(form.text("until")), decision, hours=portal.hours)


def _grant(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    asked = _question(session, owed)
    reason = form.text("reason").strip() or asked.asked_reason or ""
    decision = Decision(actor=account.email, reason=reason, now=portal.now())
    until = day_in(form.text("until"))
    grant(session, asked, decision, hours=portal.hours, until=until)


def _deny(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    deny(session, _question(session, owed), decision_of(account, form, portal))


def _revoke(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    revoke(session, owed, decision_of(account, form, portal), hours=portal.hours)


def _exempt(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    exempt(session, owed, form.text("reason"), actor=account.email, now=portal.now())


def _void(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    void(session, owed, decision_of(account, form, portal))


def _paper(
    session: Session, owed: Obligation, form: Posted, account: Account, portal: Portal
) -> None:
    """Raises DecisionRefused."""
    sets = form.text("sets").strip()
    if not (sets.isascii() and sets.isdigit() and len(sets) <= 3):
        raise SetsMissing
    on = day_in(form.text("on"))
    receive_paper(session, owed, int(sets), on, actor=account.email, now=portal.now())


def _question(session: Session, owed: Obligation) -> Extension:
    """Raises NothingAsked."""
    asked = asked_for(session, owed)
    if asked is None:
        raise NothingAsked
    return asked


ACTS: dict[str, Act] = {
    "accept": _accept,
    "return": _return,
    "extend": _extend,
    "grant": _grant,
    "deny": _deny,
    "revoke": _revoke,
    "exempt": _exempt,
    "void": _void,
    "paper": _paper,
}
