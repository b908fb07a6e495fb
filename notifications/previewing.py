"""The letters that planned notices will become, before they do. All of it happens in a transaction
that the caller rolls back: the very functions of the sweep, and nothing leaves."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from dondoc.tables import PLANNED, Contact, Letter, LetterState, Notice, NoticeState, Stage, Unit
from notifications.composing import composer
from notifications.content import Rendered
from notifications.demand import Demand, Demanded
from notifications.escalating import told
from notifications.links import Linker
from notifications.post import Post
from notifications.showing import as_read, claimed_of
from notifications.sweep import sweep_seats

SAMPLES = 3
"""people whose letters are shown"""


class Previewed(NamedTuple):
    unit: str
    address: str
    letter: Rendered


class Foreseen(NamedTuple):
    """What a demand would plan, some of the letters it would become, and of how many obligations
    nothing proves that the unit was reminded: these no superior is told of."""

    demanded: Demanded
    letters: list[Previewed]
    unproven: int


def foresee(
    session: Session,
    act: Callable[[Session, Demand], Demanded],
    demand: Demand,
    *,
    post: Post,
    linker: Linker,
) -> Foreseen:
    """The caller rolls back."""
    done = act(session, demand)
    ours = and_(
        PLANNED,
        Notice.planned_at == done.leaves_at,
        Notice.step.endswith(f"{demand.now:%Y%m%dT%H%M%S%f}"),
    )
    seats = session.scalars(
        select(Notice.contact_id).where(ours).distinct().order_by(Notice.contact_id).limit(SAMPLES)
    ).all()
    telling = select(Notice.obligation_id).where(ours, Notice.stage == Stage.ESCALATE)
    upward = {one for one in session.scalars(telling) if one is not None}
    unproven = len(upward - told(session, upward).keys())
    letters = preview(session, seats, post=post, linker=linker, at=done.leaves_at)
    return Foreseen(done, letters, unproven)


def preview(
    session: Session, seats: Sequence[int], *, post: Post, linker: Linker, at: datetime
) -> list[Previewed]:
    """What whoever reads for `seats` will get on the day of `at`, by what is known now. Earlier
    days' letters are thought of as gone. The caller rolls back."""
    today = post.hours.today(at)
    addresses = select(Contact.email).where(Contact.id.in_(seats))
    readers = select(Contact.id).where(Contact.email.in_(addresses))
    earlier = [
        one.id
        for one in session.execute(
            select(Notice.id, Notice.planned_at).where(
                PLANNED, Notice.contact_id.in_(readers), Notice.planned_at < at
            )
        )
        if post.hours.today(one.planned_at) < today
    ]
    session.execute(
        update(Notice)
        .where(Notice.id.in_(earlier))
        .values(state=NoticeState.SKIPPED)
        .execution_options(synchronize_session=False)
    )
    sweep_seats(session, seats, post=post, now=at)
    return _letters(session, list(session.scalars(addresses)), post, linker, at)


def _letters(
    session: Session, addresses: Sequence[str | None], post: Post, linker: Linker, at: datetime
) -> list[Previewed]:
    rows = (
        session.execute(
            select(Letter, Unit.name)
            .join(Contact, Contact.id == Letter.contact_id)
            .join(Unit, Unit.id == Contact.unit_id)
            .where(
                Letter.address.in_(addresses),
                Letter.day == post.hours.today(at),
                Letter.state == LetterState.QUEUED,
                Letter.urgent.is_(False),
            )
            .order_by(Unit.name, Letter.id)
        )
        .tuples()
        .all()
    )
    claimed = {letter.id: claimed_of(letter) for letter, _ in rows}
    contents = composer(post.hours)(session, list(claimed.values()), at).contents
    found = []
    for letter, unit in rows:
        content = contents[letter.id]
        if content is not None:
            rendered = as_read(claimed[letter.id], content, linker)
            found.append(Previewed(unit, letter.address, rendered))
    return found
