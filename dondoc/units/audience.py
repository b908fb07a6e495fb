"""Who owes: the units a milestone's audience means on a day."""

from collections.abc import Collection, Iterable
from datetime import date
from operator import itemgetter

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from dondoc.plan.model import Audience
from dondoc.tables import Group, GroupHead, Membership, Unit

Kinds = Collection[str]


def audience(session: Session, audience: Audience, *, on: date) -> list[Unit]:
    """Units valid on that day, ordered by code; groups are led by their heads for its year.
    Names nobody has are passed over: `unknown` lists them."""
    found = select(Unit).where(*_meant_by(session, audience, on))
    return sorted(session.scalars(found), key=lambda unit: unit.code)


def audience_ids(session: Session, audience: Audience, *, on: date) -> list[int]:
    """The units of `audience` by their ids alone, in the same order."""
    found = select(Unit.id, Unit.code).where(*_meant_by(session, audience, on))
    return [id_ for id_, _ in sorted(session.execute(found), key=itemgetter(1))]


def all_kinds(session: Session) -> list[str]:
    """Whoever asks about many audiences looks them up once."""
    return list(session.scalars(select(Unit.kind).distinct().order_by(Unit.kind)))


def how_many(session: Session, audience: Audience, *, on: date, kinds: Kinds | None = None) -> int:
    """The units of `audience`, counted."""
    meant = _meant_by(session, audience, on, kinds)
    return session.scalar(select(func.count()).select_from(Unit).where(*meant)) or 0


def anybody(session: Session, *audiences: Audience, on: date, kinds: Kinds | None = None) -> bool:
    """Whether any unit is meant by all `audiences`."""
    found = select(Unit.id)
    for one in audiences:
        found = found.where(*_meant_by(session, one, on, kinds))
    return session.scalar(found.limit(1)) is not None


def belongs(session: Session, audience: Audience, unit_id: int, *, on: date) -> bool:
    """Whether `audience` means this unit."""
    found = select(Unit.id).where(Unit.id == unit_id, *_meant_by(session, audience, on))
    return session.scalar(found) is not None


def some(session: Session, audience: Audience, *, on: date, most: int) -> list[Unit]:
    """The first of the units of `audience`, by code as the database sorts."""
    found = select(Unit).where(*_meant_by(session, audience, on))
    return list(session.scalars(found.order_by(Unit.code).limit(most)))


def _meant_by(
    session: Session, audience: Audience, on: date, kinds: Kinds | None = None
) -> list[ColumnElement[bool]]:
    if kinds is None:
        kinds = all_kinds(session) if audience.kinds or audience.exceptions else ()
    excepted = {name.casefold() for name in audience.exceptions}
    meant = [
        or_(Unit.valid_from.is_(None), Unit.valid_from <= on),
        or_(Unit.valid_to.is_(None), Unit.valid_to >= on),
        Unit.code.not_in(audience.exceptions),
        Unit.kind.not_in(_meant(kinds, excepted)),
    ]
    if not audience.everyone:
        named = {kind.casefold() for kind in audience.kinds}
        meant.append(or_(*_named(audience, _meant(kinds, named), on.year)))
    return meant


def unknown(session: Session, audience: Audience) -> list[str]:
    """Names in the audience that no unit, kind or group has."""
    kinds = {kind.casefold() for kind in all_kinds(session)}
    units = set(session.scalars(select(Unit.code)))
    groups = set(session.scalars(select(Group.code)))
    heads = () if audience.heads_of == "all" else audience.heads_of
    lost = [kind for kind in audience.kinds if kind.casefold() not in kinds]
    lost += [group for group in (*audience.groups, *heads) if group not in groups]
    lost += [unit for unit in audience.units if unit not in units]
    lost += [
        name for name in audience.exceptions if name not in units and name.casefold() not in kinds
    ]
    return list(dict.fromkeys(lost))


def _named(audience: Audience, kinds: list[str], year: int) -> Iterable[ColumnElement[bool]]:
    yield Unit.kind.in_(kinds)
    yield Unit.code.in_(audience.units)
    yield Unit.id.in_(
        select(Membership.unit_id)
        .join(Group, Group.id == Membership.group_id)
        .where(Group.code.in_(audience.groups))
    )
    leading = select(GroupHead.unit_id).where(GroupHead.year == year)
    if audience.heads_of != "all":
        leading = leading.join(Group, Group.id == GroupHead.group_id).where(
            Group.code.in_(audience.heads_of)
        )
    yield Unit.id.in_(leading)


def _meant(kinds: Iterable[str], folded: set[str]) -> list[str]:
    """SQLite's lower() knows ASCII alone, so kinds are compared here."""
    return [kind for kind in kinds if kind.casefold() in folded]
