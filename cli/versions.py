"""`dondoc history`: a plan's versions, and the changes of units that touched it."""

from contextlib import closing
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from cli.context import Context, context
from cli.differences import differences_json, differences_table
from cli.figures import print_json
from cli.reorganised import sides
from dondoc.explaining import ACTIONS
from dondoc.handovers import InPlan, changes_in
from dondoc.queries import plan_by_code
from dondoc.versions import VersionLine, version, versions
from dondoc.words import Words

LAUNCHED = Words(
    "Phiên bản {number} · {at} · {actor} · phát động", "Version {number} · {at} · {actor} · launch"
)
AMENDED = Words("Phiên bản {number} · {at} · {actor}", "Version {number} · {at} · {actor}")
UNITS = Words(
    "Thay đổi đơn vị số {change} · {at} · {actor} · {kind}: {units} → {into}; {moved} việc chuyển, "
    "{closed} việc đóng",
    "Unit change no. {change} · {at} · {actor} · {kind}: {units} → {into}; {moved} handed over, "
    "{closed} closed",
)
WHY = Words("Lý do: {reason}", "Reason: {reason}")

PlanCode = Annotated[str, typer.Argument(metavar="PLAN")]
Show = Annotated[
    int | None,
    typer.Option("--show", metavar="SỐ", help="in tệp của phiên bản · print that version's file"),
]
AsJson = Annotated[bool, typer.Option("--json", help="mỗi dòng một đối tượng · one object a line")]


def history_command(plan: PlanCode, show: Show = None, as_json: AsJson = False) -> None:
    """Các phiên bản, thay đổi đơn vị: ai sửa gì, khi nào · Versions, and what each changed."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        row = plan_by_code(session, plan)
        if show is not None:
            typer.echo(version(session, row, show).source, nl=False)
            return
        both: list[VersionLine | InPlan] = [*versions(session, row), *changes_in(session, row)]
        for one in sorted(both, key=lambda one: one.at):
            if isinstance(one, InPlan):
                _show_change(ctx, one, as_json=as_json)
            elif as_json:
                print_json(ctx, _json(ctx, one))
            else:
                _show(ctx, one)


def _show(ctx: Context, line: VersionLine) -> None:
    words = LAUNCHED if line.changes is None else AMENDED
    at = f"{_local(ctx, line.at):%d/%m/%Y %H:%M}"
    said = words.text(ctx.language, number=line.number, at=at, actor=line.actor)
    ctx.console.print(Text(said, style="bold"))
    if line.reason:
        ctx.say(WHY, reason=line.reason)
    if line.changes:
        ctx.console.print(differences_table(ctx, line.changes))


def _show_change(ctx: Context, one: InPlan, *, as_json: bool) -> None:
    units, into = sides(one.change)
    facts = {
        "change": one.change.id,
        "kind": ACTIONS[f"unit_{one.change.kind}"].text(ctx.language),
        "units": ", ".join(units),
        "into": ", ".join(into) or "–",
        "moved": one.moved,
        "closed": one.closed,
        "actor": one.actor,
    }
    at = _local(ctx, one.at)
    if as_json:
        named = {"kind": one.change.kind.value, "units": units, "into": into}
        at_ = at.isoformat(timespec="seconds")
        print_json(ctx, facts | named | {"at": at_, "reason": one.change.reason})
        return
    said = UNITS.text(ctx.language, at=f"{at:%d/%m/%Y %H:%M}", **facts)
    ctx.console.print(Text(said, style="bold"))
    ctx.say(WHY, reason=one.change.reason)


def _json(ctx: Context, line: VersionLine) -> dict[str, Any]:
    changes = line.changes and differences_json(line.changes, ctx.language)
    return {
        "version": line.number,
        "at": _local(ctx, line.at).isoformat(timespec="seconds"),
        "actor": line.actor,
        "reason": line.reason,
        "changes": changes or None,
    }


def _local(ctx: Context, at: datetime) -> datetime:
    return at.astimezone(ctx.settings.zone)
