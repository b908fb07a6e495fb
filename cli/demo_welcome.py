"""Ways into the demonstration: some units' links, and an account that may do everything."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.context import Context
from dondoc.access.accounts import make_account
from dondoc.access.links import link_token, seat_of
from dondoc.access.new_password import set_password
from dondoc.access.seal import seal_of
from dondoc.queries import count_where
from dondoc.record import SELF
from dondoc.signing import open_signer
from dondoc.tables import (
    AccountRole,
    Contact,
    Milestone,
    Obligation,
    ObligationState,
    Occurrence,
    Plan,
    Role,
    Unit,
)
from portal.welcome import Offer, Welcome, save_welcome

FILE = "welcome.json"
EMAIL = "thuong-truc@example.gov.vn"
NAME = "Cán bộ thường trực"
OWING = (ObligationState.OPEN, ObligationState.RETURNED)


def make_welcome(ctx: Context, plan: str) -> Path:
    """The file the portal reads its front page's offers from."""
    password = token_urlsafe(16)
    now = ctx.now()
    seal, today = seal_of(open_signer(ctx.settings.data)), ctx.hours().today(now)
    with closing(ctx.database()) as database, database.writing() as session:
        account = make_account(
            session,
            email=EMAIL,
            name=NAME,
            role=AccountRole.ADMINISTRATOR,
            office=None,
            actor=SELF,
            now=now,
            language=ctx.language,
        )
        set_password(session, account, password, actor=SELF, now=now)
        offers = tuple(
            Offer(
                unit=one.unit,
                path=f"/l/{link_token(seal, seat, today)}",
                overdue=one.overdue,
                returned=one.returned,
                ahead=one.owing - one.overdue - one.returned,
                handed=one.handed,
            )
            for one in _shown(session, plan, now)
            if (seat := seat_of(one.contact)) is not None
        )
    file = ctx.settings.data / FILE
    save_welcome(Welcome(plan=plan, offers=offers, email=EMAIL, password=password), file)
    return file


class _Unit(NamedTuple):
    unit: str
    contact: Contact
    owing: int
    overdue: int
    returned: int
    handed: int


def _shown(session: Session, plan: str, now: datetime) -> list[_Unit]:
    """Officers of the units with the most different things to see: something to correct, most
    overdue, most handed in and nothing overdue, and whoever owes least."""
    late = (Obligation.state == ObligationState.OPEN) & (Obligation.late_at <= now)
    rows = session.execute(
        select(
            Unit.name,
            Contact,
            count_where(Obligation.state.in_(OWING)),
            count_where(late & ~Occurrence.silent),
            count_where(Obligation.state == ObligationState.RETURNED),
            count_where(Obligation.first_complete_at.is_not(None)),
        )
        .join(Contact, Contact.unit_id == Unit.id)
        .join(Obligation, Obligation.unit_id == Unit.id)
        .join(Occurrence, Occurrence.id == Obligation.occurrence_id)
        .join(Milestone, Milestone.id == Occurrence.milestone_id)
        .join(Plan, Plan.id == Milestone.plan_id)
        .where(
            Plan.code == plan,
            Contact.role == Role.OFFICER,
            Contact.position == 0,
            Contact.email.is_not(None),
        )
        .group_by(Unit.name, Contact.id)
        .order_by(Contact.id)
    )
    units = [_Unit(*row) for row in rows.tuples()]
    wanted: tuple[Callable[[_Unit], tuple[int, ...]], ...] = (
        lambda one: (one.returned, one.overdue, one.owing),
        lambda one: (one.overdue, one.owing),
        lambda one: (not one.overdue, one.handed, one.owing),
        lambda one: (-one.owing,),
    )
    chosen: list[_Unit] = []
    for by in wanted:
        left = [one for one in units if one not in chosen]
        chosen += [max(left, key=by)] if left else []
    return chosen
