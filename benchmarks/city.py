"""A city on the morning of a deadline: many units, one reminder planned for each."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.migration import migrate
from dondoc.plan.source import parse_plan
from dondoc.settings import Settings
from dondoc.tables import Contact, Notice, Obligation, Unit
from dondoc.tables import Stage as NoticeStage
from dondoc.units.importing import import_units
from dondoc.units.rows import Person, UnitRow
from schedules.launch import launch
from schedules.overrides import open_hours

CHUNK = 5_000
LATER = timedelta(days=400)
PLAN = """\
dondoc: 1
code: thi-dua-2024
title: Phát động phong trào thi đua yêu nước năm 2024
number: 27/KH-UBND
issuer: Ủy ban nhân dân Thành phố
issued: 2024-03-29
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
board: ubnd
policies: {digest: false, announce: false}
milestones:
  - code: so-ket
    name: Báo cáo sơ kết phong trào thi đua 6 tháng đầu năm 2024
    kind: report
    due: 2024-05-17
    audience: {units: [phuong-1]}
    hand_in:
      components:
        - {code: bao-cao, name: Báo cáo sơ kết, types: [docx, pdf]}
        - {code: guong, name: Gương điển hình tiên tiến, types: [docx, pdf]}
    clause:
      text: "Báo cáo sơ kết phong trào thi đua gửi trước ngày 17/5/2024"
      where: "Mục V.1, trang 14"
"""


class Seat(NamedTuple):
    """What of the launched plan's first unit all others are copied from."""

    unit: dict[str, Any]
    contact: dict[str, Any]
    obligation: dict[str, Any]
    notice: dict[str, Any]


def found(database: Database, settings: Settings, *, letters: int, waiting: int = 0) -> datetime:
    """`letters` units, each with a notice that is due at the moment returned, and `waiting` more
    notices planned for another year."""
    migrate(database)
    hours = open_hours(settings)
    plan = parse_plan(PLAN)
    assert plan.issued is not None
    launched = datetime.combine(plan.issued, hours.opens, hours.zone)
    with database.writing() as session:
        import_units(session, [_row("noi-vu"), _row("ubnd"), _row("phuong-1")])
        launch(session, plan, source=PLAN, hours=hours, now=launched)
    with database.writing() as session:
        seat = _first_seat(session)
        session.execute(
            update(Notice).values(planned_at=launched + LATER).where(Notice.id != seat.notice["id"])
        )
        for copies, make in ((letters - 1, _due), (waiting, _far)):
            for chunk in _chunks(range(copies)):
                make(session, seat, chunk)
    due: datetime = seat.notice["planned_at"]
    return due


def _row(code: str) -> UnitRow:
    officer = Person(name="bà Nguyễn Thị Hoa", email=f"{code}@thanhpho.example")
    return UnitRow(code=code, name=f"Phường {code}", kind="ward", officers=(officer,))


def _first_seat(session: Session) -> Seat:
    notice = session.scalars(
        select(Notice)
        .where(Notice.stage == NoticeStage.REMIND)
        .order_by(Notice.planned_at)
        .limit(1)
    ).one()
    assert notice.obligation is not None
    rows = (notice.contact.unit, notice.contact, notice.obligation, notice)
    return Seat(*map(_written, rows))


def _written(row: Any) -> dict[str, Any]:
    """Without what the database computes."""
    return {c.key: getattr(row, c.key) for c in row.__table__.columns if c.computed is None}


def _chunks(numbers: range) -> Iterator[list[int]]:
    rest = iter(numbers)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _due(session: Session, seat: Seat, numbers: list[int]) -> None:
    tables: tuple[Any, ...] = (Unit, Contact, Obligation, Notice)
    first = [(session.scalar(select(func.max(table.id))) or 0) + 1 for table in tables]
    for table, make in zip(tables, (_unit, _contact, _obligation, _notice), strict=True):
        rows = [make(seat, n, [one + at for one in first]) for at, n in enumerate(numbers)]
        _insert(session, table.__table__, rows)


def _insert(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    session.connection().execute(insert(table), rows)


def _unit(seat: Seat, n: int, ids: list[int]) -> dict[str, Any]:
    name = f"Ủy ban nhân dân phường Tân Phú {n}"
    return seat.unit | {"id": ids[0], "code": f"phuong-{n + 2}", "name": name}


def _contact(seat: Seat, n: int, ids: list[int]) -> dict[str, Any]:
    return seat.contact | {
        "id": ids[1],
        "unit_id": ids[0],
        "name": f"bà Nguyễn Thị Hoa {n}",
        "email": f"phuong.{n}@d{n % 97}.thanhpho.example",
    }


def _obligation(seat: Seat, _n: int, ids: list[int]) -> dict[str, Any]:
    return seat.obligation | {"id": ids[2], "unit_id": ids[0]}


def _notice(seat: Seat, _n: int, ids: list[int]) -> dict[str, Any]:
    return seat.notice | {"id": ids[3], "obligation_id": ids[2], "contact_id": ids[1]}


def _far(session: Session, seat: Seat, numbers: list[int]) -> None:
    first = (session.scalar(select(func.max(Notice.id))) or 0) + 1
    rows = [
        seat.notice
        | {
            "id": first + at,
            "step": f"bench-{n}",
            "planned_at": seat.notice["planned_at"] + LATER * (1 + n % 3),
        }
        for at, n in enumerate(numbers)
    ]
    _insert(session, Notice.__table__, rows)  # type: ignore[arg-type]
