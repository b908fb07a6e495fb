"""`dondoc return`, `dondoc void`: what was handed in comes back, or counts no longer."""

from contextlib import closing
from getpass import getuser
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy.orm import Session

from cli.context import Context, context
from cli.dates import long_date, read_date
from cli.offering import chosen
from dondoc.decision import Decision, DecisionRefused
from dondoc.queries import (
    OBLIGATION,
    milestone_by_code,
    not_found,
    obligations,
    plan_by_code,
    unit_by_code,
)
from dondoc.tables import Obligation
from dondoc.voiding import void
from dondoc.words import Words
from schedules.returning import Wanted, give_back

RETURNED = Words(
    "Đã trả lại {unit}; nộp lại chậm nhất {until}.", "Returned to {unit}; due again by {until}."
)


VOIDED = Words(
    "{unit}: bài đủ đầu tiên không còn được tính; xét đúng hạn theo bài sau.",
    "{unit}: the first complete version no longer counts; the next one decides.",
)


class WhichFlaw(DecisionRefused):
    """--component {text!r}: write code=what is wrong."""

    vi = "--component {text!r}: hãy viết mã=điểm sai."


Reason = Annotated[str, typer.Option("--reason", help="lý do, đơn vị sẽ đọc · the unit reads it")]
OccurrenceKey = Annotated[
    str | None, typer.Option("--occurrence", metavar="KỲ", help="ví dụ 2024-Q3")
]


def return_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN")],
    milestone: Annotated[str, typer.Argument(metavar="MILESTONE")],
    unit: Annotated[str, typer.Argument(metavar="UNIT")],
    reason: Reason,
    component: Annotated[
        list[str] | None,
        typer.Option("--component", metavar="MÃ=LÝ DO", help="sai ở thành phần nào · which part"),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="NGÀY", help="mặc định theo kế hoạch")
    ] = None,
    forget: Annotated[
        bool, typer.Option("--void", help="không tính bài này là nộp đúng hạn · does not count")
    ] = False,
    occurrence: OccurrenceKey = None,
) -> None:
    """Trả lại bài nộp để sửa · Return a submission for correction, or change its date."""
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    wanted = Wanted(
        until=None if until is None else read_date(until, "--until"),
        parts=_flaws(component or []),
        void=forget,
    )
    with closing(ctx.database()) as database, database.writing() as session:
        owed = _owed(session, (plan, milestone, unit), occurrence, ctx)
        made = give_back(session, owed, wanted, decision, hours=ctx.hours())
    ctx.say(RETURNED, unit=unit, until=long_date(made.correct_by, ctx.language))


def void_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN")],
    milestone: Annotated[str, typer.Argument(metavar="MILESTONE")],
    unit: Annotated[str, typer.Argument(metavar="UNIT")],
    reason: Reason,
    occurrence: OccurrenceKey = None,
) -> None:
    """Không tính bài đủ đầu tiên là thời điểm nộp · The first complete version does not count."""
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    with closing(ctx.database()) as database, database.writing() as session:
        void(session, _owed(session, (plan, milestone, unit), occurrence, ctx), decision)
    ctx.say(VOIDED, unit=unit)


def _owed(
    session: Session, codes: tuple[str, str, str], key: str | None, ctx: Context
) -> Obligation:
    """Raises NotFound, WhichOccurrence."""
    plan = plan_by_code(session, codes[0])
    milestone = milestone_by_code(session, plan, codes[1])
    unit = unit_by_code(session, codes[2])
    owed = session.scalars(obligations(milestone=milestone, unit=unit)).all()
    if not owed:
        raise not_found(OBLIGATION, f"{milestone.code} · {unit.code}", ())
    today = ctx.now().astimezone(ZoneInfo(plan.time_zone)).date()
    return chosen(owed, key, today, reviewing=True)


def _flaws(texts: list[str]) -> dict[str, str]:
    """`code=why`. Raises WhichFlaw."""
    found = {}
    for text in texts:
        code, separator, why = text.partition("=")
        if not separator or not code.strip() or not why.strip():
            raise WhichFlaw(text=text)
        found[code.strip()] = why.strip()
    return found
