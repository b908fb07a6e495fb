"""Ways into the demonstration: some units' links, and an account that may do everything."""

from collections.abc import Iterator
from pathlib import Path
from secrets import token_urlsafe

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from cli.context import Context
from dondoc.access.accounts import make_account, set_password
from dondoc.access.links import link_token, seat_of
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
from portal.welcome import Welcome, save_welcome

FILE = "welcome.json"
EMAIL = "thuong-truc@example.gov.vn"
NAME = "Cán bộ thường trực"
UNITS = 4


def make_welcome(ctx: Context, plan: str) -> Path:
    """The file the portal reads its front page's offers from."""
    password = token_urlsafe(16)
    database, now = ctx.database(), ctx.now()
    seal, today = seal_of(open_signer(ctx.settings.data)), ctx.hours().today(now)
    with database.writing() as session:
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
        links = tuple(
            (unit, f"/l/{link_token(seal, seat, today)}")
            for unit, contact in _shown(session, plan)
            if (seat := seat_of(contact)) is not None
        )
    database.close()
    file = ctx.settings.data / FILE
    save_welcome(Welcome(plan=plan, links=links, email=EMAIL, password=password), file)
    return file


def _shown(session: Session, plan: str) -> Iterator[tuple[str, Contact]]:
    """Officers of the units with the most different things to see: owing most, then least."""
    owing = count_where(Obligation.state == ObligationState.OPEN)
    rows = (
        session.execute(
            select(Unit.name, Contact)
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
            .order_by(owing.desc(), func.count().desc(), Contact.id)
        )
        .tuples()
        .all()
    )
    yield from (*rows[: UNITS - 1], *rows[-1:])
