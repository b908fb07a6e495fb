"""A small district: the cast of most tests.

    ubnd-quan      the board
    noi-vu         the standing office          group khoi-nd (with tai-chinh)
    tai-chinh      a department, heads khoi-nd
    p-1 p-2 p-3    wards                        group cum-1 (p-1 heads, p-2), cum-2 (p-3 heads)

Every unit has an officer <code>@quan.example and a head head.<code>@quan.example.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dondoc.plan import model
from dondoc.plan.due import Granularity
from dondoc.tables import (
    Contact,
    Group,
    GroupHead,
    Membership,
    Milestone,
    Obligation,
    Occurrence,
    Plan,
    Role,
    Submission,
    SubmittedFile,
    Unit,
)

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YEAR = 2024
LAUNCHED = datetime(YEAR, 3, 8, 9, tzinfo=ZONE)

NAMES = {
    "ubnd-quan": ("Ủy ban nhân dân quận", "board"),
    "noi-vu": ("Phòng Nội vụ", "department"),
    "tai-chinh": ("Phòng Tài chính - Kế hoạch", "department"),
    "p-1": ("Ủy ban nhân dân phường Một", "ward"),
    "p-2": ("Ủy ban nhân dân phường Hai", "ward"),
    "p-3": ("Ủy ban nhân dân phường Ba", "ward"),
}
GROUPS = {
    "khoi-nd": ("Khối phòng, ban", ("tai-chinh", "noi-vu")),
    "cum-1": ("Cụm thi đua số 1", ("p-1", "p-2")),
    "cum-2": ("Cụm thi đua số 2", ("p-3",)),
}
OWING = ("tai-chinh", "p-1", "p-2", "p-3")


@dataclass(frozen=True)
class Due:
    """A milestone of one or more dates, as printed; `keys` are its occurrences' keys."""

    code: str
    name: str
    dates: tuple[date, ...]
    inclusive: bool = True
    opens: date | None = None
    kind: model.Kind = model.Kind.REPORT

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(day.isoformat() for day in self.dates)


DUES = (
    Due("dang-ky", "Đăng ký thi đua", (date(YEAR, 4, 15),), kind=model.Kind.REGISTER),
    Due("so-ket", "Sơ kết 6 tháng đầu năm", (date(YEAR, 5, 20),), inclusive=False),
    Due(
        "guong",
        "Gương điển hình tiên tiến",
        (date(YEAR, 7, 10), date(YEAR, 10, 10)),
        kind=model.Kind.EXEMPLAR,
    ),
)


def make_units(session: Session, *, year: int = YEAR) -> dict[str, Unit]:
    """By code; the first named in a group heads it in `year`."""
    units = {code: _unit(code, *about) for code, about in NAMES.items()}
    for code, unit in units.items():
        if code != "ubnd-quan":
            unit.parent = units["ubnd-quan"]
    session.add_all(units.values())
    groups = {code: Group(code=code, name=name) for code, (name, _) in GROUPS.items()}
    session.add_all(groups.values())
    session.flush()
    for code, (_, members) in GROUPS.items():
        group_id = groups[code].id
        session.add(GroupHead(group_id=group_id, year=year, unit_id=units[members[0]].id))
        session.add_all(Membership(group_id=group_id, unit_id=units[one].id) for one in members)
    session.flush()
    return units


def _unit(code: str, name: str, kind: str) -> Unit:
    seats = [
        Contact(role=Role.OFFICER, name=f"Chuyên viên {code}", email=f"{code}@quan.example"),
        Contact(role=Role.HEAD, name=f"Lãnh đạo {code}", email=f"head.{code}@quan.example"),
    ]
    return Unit(code=code, name=name, kind=kind, contacts=seats)


def make_plan(
    session: Session,
    units: dict[str, Unit],
    *,
    code: str = "ke-hoach",
    dues: Sequence[Due] = DUES,
    owing: Sequence[str] = OWING,
    year: int = YEAR,
) -> Plan:
    """A launched plan without notices: every unit of `owing` owes every date of `dues`."""
    plan = Plan(
        code=code,
        number="08/KH-UBND",
        title=f"Kế hoạch thi đua năm {year}",
        issuer="Ủy ban nhân dân quận",
        issued=date(year, 3, 8),
        time_zone=ZONE.key,
        period_from=date(year, 1, 1),
        period_to=date(year, 12, 31),
        standing_office_id=units["noi-vu"].id,
        board_id=units["ubnd-quan"].id,
        launched_at=LAUNCHED,
        source="dondoc: 1\n",
    )
    plan.milestones = [
        _milestone(due, position, units["noi-vu"]) for position, due in enumerate(dues)
    ]
    session.add(plan)
    session.flush()
    for milestone in plan.milestones:
        for occurrence in milestone.occurrences:
            session.add_all(owe(occurrence, units[one]) for one in owing)
    session.flush()
    return plan


def _milestone(due: Due, position: int, collector: Unit) -> Milestone:
    body = model.Milestone(
        code=due.code,
        name=due.name,
        kind=due.kind,
        due=due.dates[0],  # as a plan file writes it
        inclusive=due.inclusive,
        audience=model.Audience(everyone=True),
        clause=model.Clause(text=f"Các đơn vị gửi {due.name}", where=f"Mục {position + 1}"),
    )
    return Milestone(
        position=position,
        code=due.code,
        name=due.name,
        kind=due.kind,
        collector_id=collector.id,
        clause=body.clause.text,
        clause_where=body.clause.where,
        body=body.model_dump(mode="json", by_alias=True),
        occurrences=[_occurrence(due, day) for day in due.dates],
    )


def _occurrence(due: Due, day: date) -> Occurrence:
    last_on = day if due.inclusive else day - timedelta(days=1)
    return Occurrence(
        key=day.isoformat(),
        label=f"hạn {day:%d/%m/%Y}" if len(due.dates) > 1 else "",
        granularity=Granularity.DAY,
        inclusive=due.inclusive,
        opens_on=due.opens,
        due_on=day,
        last_on=last_on,
        target_on=on_weekday(last_on, -1),
        late_at=midnight_after(on_weekday(last_on, +1)),
    )


def owe(occurrence: Occurrence, unit: Unit) -> Obligation:
    return Obligation(
        occurrence=occurrence,
        unit=unit,
        due_on=occurrence.due_on,
        last_on=occurrence.last_on,
        target_on=occurrence.target_on,
        late_at=occurrence.late_at,
    )


def hand_in(
    obligation: Obligation, at: datetime, *, version: int = 1, complete: bool = True, files: int = 1
) -> Submission:
    """The rows of a submission, without a receipt."""
    if complete and obligation.first_complete_at is None:
        obligation.first_complete_at = at
    return Submission(
        obligation=obligation,
        version=version,
        received_at=at,
        received_by="cast",
        complete=complete,
        fields={},
        missing={},
        files=[
            SubmittedFile(component="bao-cao", name=f"{n}.pdf", sha256=f"{n:064x}", size=1000 + n)
            for n in range(files)
        ],
    )


def local(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """That time in the cast's zone, as UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def on_weekday(day: date, step: int) -> date:
    while day.weekday() >= 5:
        day += timedelta(days=step)
    return day


def midnight_after(day: date) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=ZONE)
