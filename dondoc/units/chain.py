"""Who stands above a unit: head → head of group → standing office → board.

Nobody stands above himself: what a superior owes, or what his own mailbox answers for, is told one
level above him.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.plan.model import Level
from dondoc.tables import Contact, GroupHead, Membership, Role


class Seat(NamedTuple):
    """`note` says which posts were passed over on the way up."""

    contact_id: int
    note: str | None = None


_LEVELS = tuple(Level)
_UPWARD = {level: _LEVELS[rank:] for rank, level in enumerate(_LEVELS)}


@dataclass(frozen=True, kw_only=True)
class Chain:
    """Seats by unit id, for one plan and year; `addresses` by seat. A head leads nobody but the
    others of the group."""

    officers: Mapping[int, Sequence[int]]
    heads: Mapping[int, int]
    group_heads: Mapping[int, int]
    standing_office: int
    board: int | None
    addresses: Mapping[int, str]

    def superior(self, unit_id: int, level: Level) -> Seat | None:
        """The seat at `level`, or the next one above that exists; None at the top."""
        passed: list[str] = []
        for rung in _UPWARD[level]:
            seat = self._seat(unit_id, rung)
            if seat is not None and not self._own(unit_id, seat, rung):
                return Seat(seat, ", ".join(passed) or None)
            passed.append(rung.value)
        return None

    def _own(self, unit_id: int, seat: int, level: Level) -> bool:
        officers = self.officers.get(unit_id, ())
        if seat in officers or (level is not Level.HEAD and seat == self.heads.get(unit_id)):
            return True
        address = self.addresses.get(seat)
        return address is not None and address in map(self.addresses.get, officers)

    def _seat(self, unit_id: int, level: Level) -> int | None:
        match level:
            case Level.HEAD:
                return self.heads.get(unit_id)
            case Level.GROUP_HEAD:
                leader = self.group_heads.get(unit_id)
                return None if leader in (None, unit_id) else self.heads.get(leader or 0)
            case Level.STANDING_OFFICE:
                return next(iter(self.officers.get(self.standing_office, ())), None)
            case Level.BOARD:
                return None if self.board is None else self.heads.get(self.board)


def chain(
    session: Session,
    *,
    standing_office: int,
    board: int | None,
    year: int,
    units: Collection[int] | None = None,
) -> Chain:
    """Of `units` alone, or of all there are."""
    chosen = (
        select(Membership.unit_id, GroupHead.unit_id)
        .join(GroupHead, GroupHead.group_id == Membership.group_id)
        .where(GroupHead.year == year)
        .order_by(Membership.unit_id, Membership.group_id)
    )
    if units is not None:
        chosen = chosen.where(Membership.unit_id.in_(units))
    leaders = session.execute(chosen).tuples().all()
    sitting = (
        select(Contact.unit_id, Contact.role, Contact.id, Contact.email)
        .where(Contact.role.in_((Role.OFFICER, Role.HEAD)))
        .order_by(Contact.unit_id, Contact.role, Contact.position)
    )
    if units is not None:
        above = {leader for _, leader in leaders} | {standing_office, board or standing_office}
        sitting = sitting.where(Contact.unit_id.in_(above.union(units)))
    seats = session.execute(sitting).all()
    officers: dict[int, list[int]] = {}
    heads: dict[int, int] = {}
    for (unit_id, role), rows in groupby(seats, key=lambda row: (row[0], row[1])):
        ids = [row[2] for row in rows]
        if role is Role.HEAD:
            heads[unit_id] = ids[0]
        else:
            officers[unit_id] = ids
    group_heads: dict[int, int] = {}
    for member, leader in leaders:
        group_heads.setdefault(member, leader)
    return Chain(
        officers=officers,
        heads=heads,
        group_heads=group_heads,
        standing_office=standing_office,
        board=board,
        addresses={row[2]: row[3].casefold() for row in seats if row[3]},
    )
