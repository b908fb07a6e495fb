"""The units in the database as rows, so that importing them again changes nothing."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from dondoc.tables import Contact, Group, GroupHead, Membership, Role, Unit
from dondoc.units.rows import Person, UnitRow, occupied
from dondoc.words import Language


def unit_rows(session: Session) -> list[UnitRow]:
    """Ordered by code; every field given."""
    groups = _groups(session)
    heads = _heads(session)
    seats = _seats(session)
    languages = _languages(session)
    above = aliased(Unit)
    found = session.execute(
        select(
            Unit.id, Unit.code, Unit.name, Unit.kind, above.code, Unit.valid_from, Unit.valid_to
        ).outerjoin(above, Unit.parent_id == above.id)
    ).all()
    return [
        UnitRow(
            code=code,
            name=name,
            kind=kind,
            parent=parent,
            groups=groups.get(unit, {}),
            heads=heads.get(unit, {}),
            officers=occupied(seats[unit, Role.OFFICER]),
            head=(seats[unit, Role.HEAD] or [Person()])[0],
            deputy=(seats[unit, Role.DEPUTY] or [Person()])[0],
            language=languages.get(unit, Language.VI),
            valid_from=start,
            valid_to=end,
        )
        for unit, code, name, kind, parent, start, end in sorted(found, key=lambda row: row[1])
    ]


def _groups(session: Session) -> dict[int, dict[str, str]]:
    groups: defaultdict[int, dict[str, str]] = defaultdict(dict)
    members = select(Membership.unit_id, Group.code, Group.name).join(
        Group, Group.id == Membership.group_id
    )
    for unit, code, name in sorted(session.execute(members).tuples()):
        groups[unit][code] = name
    return groups


def _heads(session: Session) -> dict[int, dict[str, tuple[int, ...]]]:
    heads: defaultdict[int, dict[str, tuple[int, ...]]] = defaultdict(dict)
    leading = select(GroupHead.unit_id, Group.code, GroupHead.year).join(
        Group, Group.id == GroupHead.group_id
    )
    for unit, code, year in sorted(session.execute(leading).tuples()):
        heads[unit][code] = (*heads[unit].get(code, ()), year)
    return heads


def _seats(session: Session) -> defaultdict[tuple[int, Role], list[Person]]:
    seats: defaultdict[tuple[int, Role], list[Person]] = defaultdict(list)
    columns = select(Contact.unit_id, Contact.role, Contact.name, Contact.email)
    for unit, role, name, email in session.execute(columns.order_by(Contact.position)):
        seats[unit, role].append(Person(name, email))
    return seats


def _languages(session: Session) -> dict[int, Language]:
    first = select(Contact.unit_id, Contact.language).where(
        Contact.role == Role.OFFICER, Contact.position == 0
    )
    return dict(session.execute(first).tuples().all())
