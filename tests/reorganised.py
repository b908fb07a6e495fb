"""The cast's wards in the middle of a plan, with a successor ward that is valid from July on."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.decision import Decision
from dondoc.dossier import Checked
from dondoc.signing import open_signer
from dondoc.submissions import Prepared, record
from dondoc.tables import ChangeKind, Contact, Group, Membership, Obligation, Role, Unit
from dondoc.units.choices import read_choice
from dondoc.units.reorganisation import Reorganisation
from schedules.reorganising.reorganise import Applied, apply
from tests.office import HEADER, Office

ON = date(2024, 7, 1)

YEAR = (
    HEADER
    + """\
board: ubnd-quan
policies: {digest: false, announce: false}
milestones:
  - code: so-ket
    name: Báo cáo sơ kết
    kind: report
    due: 2024-05-20
    audience: {units: [p-1, p-2, p-3]}
    clause: {text: "chậm nhất ngày 20/5/2024", where: "Mục IV.1"}
  - code: tong-ket
    name: Báo cáo tổng kết
    kind: report
    due: 2024-11-15
    audience: {units: [p-1, p-2, p-3]}
    clause: {text: "chậm nhất ngày 15/11/2024", where: "Mục IV.2"}
"""
)


def add_unit(
    session: Session, code: str, *, since: date | None = ON, group: str | None = None
) -> Unit:
    """A ward with an officer and a head, in `group`."""
    seats = [
        Contact(role=Role.OFFICER, name=f"Chuyên viên {code}", email=f"{code}@quan.example"),
        Contact(role=Role.HEAD, name=f"Lãnh đạo {code}", email=f"head.{code}@quan.example"),
    ]
    unit = Unit(code=code, name=f"Phường {code}", kind="ward", valid_from=since, contacts=seats)
    session.add(unit)
    session.flush()
    if group is not None:
        row = session.scalars(select(Group).where(Group.code == group)).one()
        session.add(Membership(group_id=row.id, unit_id=unit.id))
        session.flush()
    return unit


def merge(*units: str, into: str | Sequence[str], on: date = ON) -> Reorganisation:
    named = (into,) if isinstance(into, str) else tuple(into)
    return Reorganisation(kind=ChangeKind.MERGE, units=units, into=named, on=on)


def split(unit: str, *, into: Sequence[str], on: date = ON) -> Reorganisation:
    return Reorganisation(kind=ChangeKind.SPLIT, units=(unit,), into=tuple(into), on=on)


def dissolve(*units: str, on: date = ON) -> Reorganisation:
    return Reorganisation(kind=ChangeKind.DISSOLVE, units=units, on=on)


def rename(unit: str, name: str, on: date = ON) -> Reorganisation:
    return Reorganisation(kind=ChangeKind.RENAME, units=(unit,), name=name, on=on)


def decided(office: Office, asked: Reorganisation, *choices: str, now: datetime) -> Applied:
    with office.database.writing() as session:
        return apply(
            session,
            asked,
            [read_choice(choice) for choice in choices],
            Decision(actor="ban", reason="NQ 1685/NQ-UBTVQH15", now=now),
            hours=office.hours,
        )


def owed(session: Session, unit: str, milestone: str) -> Obligation | None:
    found = session.scalars(
        select(Obligation).join(Unit).where(Unit.code == unit).order_by(Obligation.id)
    )
    return next((one for one in found if one.occurrence.milestone.code == milestone), None)


def hand_in(office: Office, unit: str, milestone: str, *, now: datetime) -> None:
    signer = open_signer(office.settings.data)
    with office.database.writing() as session:
        one = owed(session, unit, milestone)
        assert one is not None
        whole = Prepared(checked=Checked(), stored=())
        record(session, signer, one, whole, actor=unit, now=now)
