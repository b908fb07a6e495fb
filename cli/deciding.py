"""`dondoc return`, `dondoc void`, `dondoc withdraw`: what was handed in comes back, or counts no
longer."""

from contextlib import closing
from getpass import getuser
from typing import Annotated

import typer

from cli.context import context
from cli.dates import long_date, read_date
from cli.offering import owed_by, reasons
from dondoc.decision import Decision
from dondoc.voiding import void
from dondoc.withdrawing import withdraw_submission
from dondoc.words import Words
from schedules.returning import Wanted, give_back

RETURNED = Words(
    "Đã trả lại {unit}; nộp lại chậm nhất {until}.", "Returned to {unit}; due again by {until}."
)


VOIDED = Words(
    "{unit}: bài đủ đầu tiên không còn được tính; xét đúng hạn theo bài sau.",
    "{unit}: the first complete version no longer counts; the next one decides.",
)


WITHDRAWN = Words(
    "Đã rút bài của {unit} (lần {versions}); đơn vị lại phải nộp.",
    "Took back what {unit} handed in (version {versions}); it owes again.",
)


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
        parts=reasons(component or [], "--component"),
        void=forget,
    )
    with closing(ctx.database()) as database, database.writing() as session:
        owed = owed_by(session, (plan, milestone, unit), occurrence, decision.now, reviewing=True)
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
        void(
            session,
            owed_by(session, (plan, milestone, unit), occurrence, decision.now, reviewing=True),
            decision,
        )
    ctx.say(VOIDED, unit=unit)


def withdraw_command(
    plan: Annotated[str, typer.Argument(metavar="PLAN")],
    milestone: Annotated[str, typer.Argument(metavar="MILESTONE")],
    unit: Annotated[str, typer.Argument(metavar="UNIT")],
    reason: Annotated[str, typer.Option("--reason", help="lý do của đơn vị · the unit's reason")],
    occurrence: OccurrenceKey = None,
) -> None:
    """Đơn vị rút bài đang chờ xét · A unit takes back what waits for review."""
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now(), on_behalf=unit)
    with closing(ctx.database()) as database, database.writing() as session:
        owed = owed_by(session, (plan, milestone, unit), occurrence, decision.now, reviewing=True)
        versions = withdraw_submission(session, owed, decision)
    ctx.say(WITHDRAWN, unit=unit, versions=", ".join(map(str, versions)))
