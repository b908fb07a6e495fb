"""A list of units becomes rows: insert or update by code, all of it or nothing."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from dondoc.decision import Decision
from dondoc.tables import Contact, Group, GroupHead, Membership, Role, Unit
from dondoc.units.checking import refusals
from dondoc.units.export import unit_rows
from dondoc.units.people import changed
from dondoc.units.rows import FIELDS, Person, Refusal, UnitRow

BATCH = 500

Progress = Callable[[int, int], None]
"""Called with the rows written so far and the rows to write."""


class Decided(NamedTuple):
    """`today` is the office's date."""

    decision: Decision
    today: date


@dataclass(frozen=True, kw_only=True)
class Imported:
    """Codes in the order of the rows; `changed` names the fields. `groups` are those that were
    made or renamed. Where `refused` is not empty, nothing was written."""

    created: tuple[str, ...] = ()
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unchanged: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()


def import_units(
    session: Session,
    rows: Sequence[UnitRow],
    *,
    decided: Decided | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Seats stay the same rows when the person or the address in them changes; a seat that is no
    longer named becomes vacant. Units the list does not name stay as they are. Where somebody
    `decided` it, each changed seat is an entry of the record."""
    known = {row.code: row for row in unit_rows(session)}
    imported = _compared(session, rows, known)
    if imported.refused:
        return imported
    _write_groups(session, rows)
    created = set(imported.created)
    touched = [row for row in rows if row.code in created or row.code in imported.changed]
    _insert_units(session, [row for row in touched if row.code in created])
    ids = dict(session.execute(select(Unit.code, Unit.id)).tuples().all())
    _clear_heads(session, touched, ids)
    groups = dict(session.execute(select(Group.code, Group.id)).tuples().all())
    for start in range(0, len(touched), BATCH):
        batch = touched[start : start + BATCH]
        _update_units(session, batch, ids)
        _write_seats(session, batch, ids, decided)
        _write_memberships(session, batch, ids, groups)
        if progress is not None:
            progress(start + len(batch), len(touched))
    _write_heads(session, touched, ids, groups)
    session.expire_all()
    return imported


def preview_units(session: Session, rows: Sequence[UnitRow]) -> Imported:
    """What an import would do; writes nothing."""
    return _compared(session, rows, {row.code: row for row in unit_rows(session)})


def _compared(session: Session, rows: Sequence[UnitRow], known: dict[str, UnitRow]) -> Imported:
    names = dict(session.execute(select(Group.code, Group.name)).tuples().all())
    refused = tuple(refusals(rows, known, names))
    if refused:
        return Imported(refused=refused)
    changes = {row.code: _changes(row, known[row.code]) for row in rows if row.code in known}
    return Imported(
        created=tuple(row.code for row in rows if row.code not in known),
        changed={code: fields for code, fields in changes.items() if fields},
        unchanged=tuple(code for code, fields in changes.items() if not fields),
        groups=tuple(code for code, name in _named(rows).items() if names.get(code) != name),
    )


def _changes(row: UnitRow, old: UnitRow) -> tuple[str, ...]:
    return tuple(
        field
        for field in FIELDS
        if row.gives(field) and _comparable(row, field) != _comparable(old, field)
    )


def _comparable(row: UnitRow, field: str) -> object:
    if field == "groups":
        return set(row.groups)
    if field == "heads":
        return {group: sorted(set(years)) for group, years in row.heads.items()}
    return getattr(row, field)


def _named(rows: Sequence[UnitRow]) -> dict[str, str]:
    return {group: name for row in rows for group, name in row.groups.items() if name}


def _write_groups(session: Session, rows: Sequence[UnitRow]) -> None:
    named = _named(rows)
    known = {group.code: group for group in session.scalars(select(Group))}
    for code, name in named.items():
        if code not in known:
            session.add(Group(code=code, name=name))
        elif known[code].name != name:
            known[code].name = name
    session.flush()


def _insert_units(session: Session, rows: Sequence[UnitRow]) -> None:
    if rows:
        session.execute(
            insert(Unit), [{"code": row.code, "name": row.name, "kind": row.kind} for row in rows]
        )


def _update_units(session: Session, rows: Sequence[UnitRow], ids: dict[str, int]) -> None:
    """A parent may stand further down the list than its units: all are inserted before."""
    session.execute(update(Unit), [_unit_values(row, ids) for row in rows])


def _unit_values(row: UnitRow, ids: dict[str, int]) -> dict[str, Any]:
    plain = ("name", "kind", "valid_from", "valid_to")
    values = {name: getattr(row, name) for name in plain if row.gives(name)}
    if row.gives("parent"):
        values["parent_id"] = None if row.parent is None else ids[row.parent]
    return {"id": ids[row.code], **values}


def _write_seats(
    session: Session, rows: Sequence[UnitRow], ids: dict[str, int], decided: Decided | None
) -> None:
    by_unit = {ids[row.code]: row for row in rows}
    taken = {
        (contact.unit_id, contact.role, contact.position): contact
        for contact in session.scalars(select(Contact).where(Contact.unit_id.in_(by_unit)))
    }
    spoken = {contact.unit_id: contact.language for contact in taken.values()}
    fresh = [
        {
            "unit_id": unit,
            "role": seat.role,
            "position": seat.position,
            "name": seat.person.name,
            "email": seat.person.email,
            "language": row.language if row.gives("language") else spoken.get(unit, row.language),
        }
        for unit, row in by_unit.items()
        for seat in row.seats
        if (unit, seat.role, seat.position) not in taken
    ]
    before = {contact.id: Person(contact.name, contact.email) for contact in taken.values()}
    for contact in taken.values():
        _reseat(contact, by_unit[contact.unit_id])
    session.flush()
    if decided is not None:
        pairs = [(contact, before[contact.id]) for contact in taken.values()]
        changed(session, pairs, decided.decision, today=decided.today)
    if fresh:
        # the table, not the class: one statement also where some addresses are None
        session.execute(insert(Contact.__table__), fresh)  # type: ignore[arg-type]


_FIELD_OF = {Role.OFFICER: "officers", Role.HEAD: "head", Role.DEPUTY: "deputy"}


def _reseat(contact: Contact, row: UnitRow) -> None:
    if row.gives("language"):
        contact.language = row.language
    field = _FIELD_OF.get(contact.role)
    if field is None or not row.gives(field):
        return
    people = {(seat.role, seat.position): seat.person for seat in row.seats}
    person = people.get((contact.role, contact.position), Person())
    contact.name, contact.email = person


def _write_memberships(
    session: Session, rows: Sequence[UnitRow], ids: dict[str, int], groups: dict[str, int]
) -> None:
    told = [row for row in rows if row.gives("groups")]
    units = [ids[row.code] for row in told]
    session.execute(delete(Membership).where(Membership.unit_id.in_(units)))
    members = [
        {"group_id": groups[group], "unit_id": ids[row.code]}
        for row in told
        for group in row.groups
    ]
    if members:
        session.execute(insert(Membership), members)


def _clear_heads(session: Session, rows: Sequence[UnitRow], ids: dict[str, int]) -> None:
    """Before any is written: a group's headship passes from one row of the list to another."""
    units = [ids[row.code] for row in rows if row.gives("heads")]
    for start in range(0, len(units), BATCH):
        batch = units[start : start + BATCH]
        session.execute(delete(GroupHead).where(GroupHead.unit_id.in_(batch)))


def _write_heads(
    session: Session, rows: Sequence[UnitRow], ids: dict[str, int], groups: dict[str, int]
) -> None:
    heads = [
        {"group_id": groups[group], "year": year, "unit_id": ids[row.code]}
        for row, group, year in _headships(rows)
    ]
    if heads:
        session.execute(insert(GroupHead), heads)


def _headships(rows: Sequence[UnitRow]) -> Iterator[tuple[UnitRow, str, int]]:
    for row in rows:
        if row.gives("heads"):
            yield from ((row, group, year) for group, years in row.heads.items() for year in years)
