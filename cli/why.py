"""`dondoc why`: every planned notice about a unit, with its verdict."""

from contextlib import closing
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.table import Table
from rich.text import Text
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.context import Context, context
from cli.figures import WIDE, print_json
from cli.indented import show_indented
from cli.lineage import show_lineage
from cli.waiting import show_waits, waiting_json
from dondoc.explaining import ROLES
from dondoc.happening import waiting
from dondoc.history import EventLine, Line, NoticeLine, history
from dondoc.queries import (
    MILESTONE,
    all_plans,
    milestone_by_code,
    not_found,
    plan_by_code,
    unit_by_code,
)
from dondoc.tables import Milestone, NoticeState, Plan
from dondoc.words import Language, Words

STYLES = {
    NoticeState.PLANNED: "",
    NoticeState.HELD: "yellow",
    NoticeState.QUEUED: "cyan",
    NoticeState.SENT: "green",
    NoticeState.SKIPPED: "dim",
    NoticeState.FAILED: "bold red",
}
HEAD = (
    Words("Thời điểm", "Time"),
    Words("Mốc", "Milestone"),
    Words("Lần nhắc", "Notice"),
    Words("Gửi cho", "To"),
    Words("Kết quả", "Verdict"),
    Words("Vì sao", "Why"),
)
NOTHING = Words("{unit}: không có lần nhắc nào được lập.", "{unit}: no notice was ever planned.")
LEVEL = Words("cấp {level}", "level {level}")
LETTER = Words("thư {id}", "letter {id}")
INSTEAD = Words("thay {who}", "in place of {who}")
TAKEN = Words("máy chủ nhận {at}", "server took it {at}")

Unit = Annotated[str, typer.Argument(metavar="UNIT", help="mã đơn vị · unit code")]
Named = Annotated[str | None, typer.Argument(metavar="[MILESTONE]", help="mã mốc · milestone code")]
OfPlan = Annotated[str | None, typer.Option("--plan", metavar="MÃ", help="kế hoạch · plan")]
AsJson = Annotated[bool, typer.Option("--json", help="mỗi dòng một đối tượng · one object a line")]


def why(unit: Unit, milestone: Named = None, plan: OfPlan = None, as_json: AsJson = False) -> None:
    """Vì sao đơn vị được nhắc, hay không · Why a unit was told, or was not."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        of_plan = None if plan is None else plan_by_code(session, plan)
        found = unit_by_code(session, unit)
        lines: list[Line] = []
        for of_milestone in _milestones(session, of_plan, milestone):
            told = history(session, found, of_milestone, plan=of_plan)
            lines += [line for line in told if line not in lines]
        lines.sort(key=lambda line: line.at)
        plans = all_plans(session) if of_plan is None else [of_plan]
        waits = [
            one
            for each in plans
            for one in waiting(session, each, ctx.now())
            if found.id in one.units and milestone in (None, one.milestone)
        ]
        if not as_json:
            ctx.console.print(Text(f"{found.code} · {found.name}", style="bold"))
            show_lineage(ctx, session, found)
    if as_json:
        for line in lines:
            print_json(ctx, _json(line, ctx.language))
        for one in waits:
            print_json(ctx, {"what": "waiting", **waiting_json(one, ctx.language)})
        return
    if lines:
        if ctx.console.width >= WIDE:
            ctx.console.print(_table(lines, ctx))
        else:
            _stack(lines, ctx)
    elif not waits:
        ctx.say(NOTHING, unit=found.code)
    show_waits(ctx, waits)


def _milestones(
    session: Session, plan: Plan | None, code: str | None
) -> list[Milestone] | list[None]:
    """Without a plan, the milestones of that code in every plan. Raises NotFound."""
    if code is None:
        return [None]
    if plan is not None:
        return [milestone_by_code(session, plan, code)]
    found = list(session.scalars(select(Milestone).where(Milestone.code == code)))
    if not found:
        raise not_found(MILESTONE, code, session.scalars(select(Milestone.code).distinct()))
    return found


def _stack(lines: list[Line], ctx: Context) -> None:
    """What a table would cut into slivers, each line of history below its time."""
    several = _several(lines)
    for line in lines:
        row = _notice(line, ctx) if isinstance(line, NoticeLine) else _event(line, ctx.language)
        what, who, verdict, why = (Text(", ").join(cell.split("\n")) for cell in row)
        whom = Text(" → " if isinstance(line, NoticeLine) else ": ").join([what, who])
        end = Text(": ").join(filter(None, [verdict, why]))
        when = Text(_local(line.at, line.time_zone), style="bold")
        ctx.console.print(Text("  ").join([when, _where(line, several=several)]))
        for told in filter(None, (whom, end)):
            show_indented(ctx.console, told)


def _several(lines: list[Line]) -> bool:
    return len({line.plan for line in lines if line.plan}) > 1


def _where(line: Line, *, several: bool) -> Text:
    parts = [line.plan if several else "", line.milestone, line.label]
    return Text(" · ".join(part for part in parts if part not in ("", "*")))


def _table(lines: list[Line], ctx: Context) -> Table:
    table = Table(header_style="bold", pad_edge=False, show_edge=False)
    for words in HEAD:
        table.add_column(words.text(ctx.language), overflow="fold")
    several = _several(lines)
    for line in lines:
        row = _notice(line, ctx) if isinstance(line, NoticeLine) else _event(line, ctx.language)
        table.add_row(_local(line.at, line.time_zone), _where(line, several=several), *row)
    return table


def _notice(line: NoticeLine, ctx: Context) -> tuple[Text, ...]:
    language = ctx.language
    level = "" if line.level is None else ", " + LEVEL.text(language, level=line.level)
    step = "" if line.step == line.stage else f" ({line.step}{level})"
    seat = line.seat
    address = f"\n{seat.address}" if seat.address else ""
    whose = f"{ROLES[seat.role].text(language)} {seat.unit}{address}"
    if line.stands_for is not None:
        role = ROLES[line.stands_for.role].text(language)
        whose += "\n" + INSTEAD.text(language, who=line.stands_for.name or role)
    return (
        Text(f"{line.said_stage.text(language)}{step}"),
        Text(whose),
        Text(line.said_state.text(language), style=STYLES[line.state]),
        Text("\n".join(_because(line, language))),
    )


def _because(line: NoticeLine, language: Language) -> list[str]:
    found = [line.said_why.text(language)] if line.said_why.vi else []
    if line.letter_id is not None:
        parts = [LETTER.text(language, id=line.letter_id)]
        if line.accepted_at is not None and not line.in_file:
            parts.append(TAKEN.text(language, at=_local(line.accepted_at, line.time_zone)))
        found.append(", ".join(parts))
    return [*found, line.said_answer.text(language)] if line.said_answer else found


def _event(line: EventLine, language: Language) -> tuple[Text, ...]:
    return (
        Text(line.said.text(language), style="bold blue"),
        Text(line.decided_by),
        Text(""),
        Text("\n".join(told.text(language) for told in line.told)),
    )


def _local(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%d/%m/%Y %H:%M}"


def _json(line: Line, language: Language) -> dict[str, Any]:
    zone = ZoneInfo(line.time_zone)
    shared = {
        "at": line.at.astimezone(zone).isoformat(timespec="seconds"),
        "plan": line.plan,
        "milestone": line.milestone,
        "occurrence": line.occurrence,
    }
    if isinstance(line, EventLine):
        event = {
            "action": line.action,
            "actor": line.actor,
            "on_behalf": line.on_behalf,
            "reason": line.reason,
            "before": line.before,
            "after": line.after,
            "facts": line.facts,
        }
        return {"what": "event", **shared, **event}
    accepted = line.accepted_at
    return {
        "what": "notice",
        **shared,
        "notice": line.id,
        "due": line.due_on.isoformat(),
        "stage": line.stage.value,
        "step": line.step,
        "level": line.level,
        "to": {
            "role": line.seat.role.value,
            "unit": line.seat.unit,
            "name": line.seat.name,
            "address": line.seat.address,
        },
        "stands_for": line.stands_for
        and {"role": line.stands_for.role.value, "name": line.stands_for.name},
        "verdict": line.state.value,
        "reason": line.reason.value if line.reason else None,
        "why": line.said_why.text(language),
        "note": line.note,
        "held": line.held and line.held.text(language),
        "letter": line.letter_id,
        "accepted_at": accepted and accepted.astimezone(zone).isoformat(timespec="seconds"),
        "answer": line.answer,
    }
