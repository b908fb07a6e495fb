"""What a process does once is done before anybody waits for it: the pages looked at most are made
once, for nobody. That compiles their statements and reads from the disk what they count."""

from threading import Thread

from fastapi import FastAPI, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.links import Caller, caller, seat_of
from dondoc.access.scope import plans_of
from dondoc.access.signing_in import signed_in
from dondoc.tables import Account, AccountRole, Contact, Obligation
from portal.context import Portal
from portal.office import escalations, obligation, outbox, plan, today
from portal.office.units import tree
from portal.rendering import compile_templates
from portal.unit import listing
from portal.unit import obligation as unit_obligation

WITHIN = 5.0
"""seconds the first visitor waits at most; what takes longer goes on beside him"""
NOBODY = f"0-{'-' * 27}"
"""what a browser would keep, of nobody"""


def warm_soon(app: FastAPI, *, within: float = WITHIN) -> None:
    """In a thread of its own: what goes wrong there is in the log, and keeps nobody out. Templates
    of the other pages may well be compiled when somebody is there."""
    warming = Thread(target=warm, args=(app,), daemon=True)
    warming.start()
    warming.join(within)
    Thread(target=compile_templates, daemon=True).start()


def warm(app: FastAPI) -> None:
    portal: Portal = app.state.portal
    with portal.database.reading() as session:
        signed_in(session, NOBODY, portal.now())
        newest = session.scalar(select(Obligation).order_by(Obligation.id.desc()).limit(1))
        for account in _one_of_each(session):
            _look(session, app, account, newest)
        found = None if newest is None else _of_unit(session, newest)
        if newest is not None and found is not None:
            request = _request(app, found)
            listing.listing(request, found, portal)
            unit_obligation.show(request, newest.id, found, portal)


def _look(session: Session, app: FastAPI, account: Account, newest: Obligation | None) -> None:
    portal: Portal = app.state.portal
    request = _request(app, account)
    request.state.official = account
    today.today(request, account, portal)
    outbox.browse(request, account, portal)
    escalations.show(request, account, portal)
    tree.show(request, account, portal)
    plans = plans_of(session, account)
    if plans:
        plan.show(request, plans[-1].code, account, portal)
    if newest is not None and newest.occurrence.milestone.plan in plans:
        obligation.show(request, newest.id, account, portal)


def _one_of_each(session: Session) -> list[Account]:
    """What may be seen differs by role, and so do the statements."""
    open_ = select(Account).where(Account.closed_at.is_(None)).order_by(Account.id).limit(1)
    found = (session.scalar(open_.where(Account.role == role)) for role in AccountRole)
    return [one for one in found if one is not None]


def _of_unit(session: Session, owed: Obligation) -> Caller | None:
    """Whoever may open the link of a letter about it."""
    sits = select(Contact).where(Contact.unit_id == owed.unit_id, Contact.email.is_not(None))
    contact = session.scalar(sits.limit(1))
    seat = None if contact is None else seat_of(contact)
    return None if seat is None else caller(session, seat)


def _request(app: FastAPI, visitor: Account | Caller) -> Request:
    """As if the visitor looked, from nowhere."""
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b""}
    request = Request({**scope, "headers": [], "app": app, "state": {}})
    request.state.visitor = visitor
    return request
