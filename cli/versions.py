"""`dondoc history`: a plan's versions."""

from contextlib import closing
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.text import Text

from cli.context import Context, context
from cli.differences import differences_json, differences_table
from cli.figures import print_json
from dondoc.queries import plan_by_code
from dondoc.versions import VersionLine, version, versions
from dondoc.words import Words

LAUNCHED = Words(
    "Phiên bản {number} · {at} · {actor} · phát động", "Version {number} · {at} · {actor} · launch"
)
AMENDED = Words("Phiên bản {number} · {at} · {actor}", "Version {number} · {at} · {actor}")
WHY = Words("Lý do: {reason}", "Reason: {reason}")

PlanCode = Annotated[str, typer.Argument(metavar="PLAN")]
Show = Annotated[
    int | None,
    typer.Option("--show", metavar="SỐ", help="in tệp của phiên bản · print that version's file"),
]
AsJson = Annotated[bool, typer.Option("--json", help="mỗi dòng một đối tượng · one object a line")]


def history_command(plan: PlanCode, show: Show = None, as_json: AsJson = False) -> None:
    """Các phiên bản của kế hoạch: ai sửa gì, khi nào · A plan's versions and what each changed."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        row = plan_by_code(session, plan)
        if show is not None:
            typer.echo(version(session, row, show).source, nl=False)
            return
        lines = versions(session, row)
    for line in lines:
        if as_json:
            print_json(ctx, _json(ctx, line))
        else:
            _show(ctx, line)


def _show(ctx: Context, line: VersionLine) -> None:
    words = LAUNCHED if line.changes is None else AMENDED
    at = f"{_local(ctx, line.at):%d/%m/%Y %H:%M}"
    said = words.text(ctx.language, number=line.number, at=at, actor=line.actor)
    ctx.console.print(Text(said, style="bold"))
    if line.reason:
        ctx.say(WHY, reason=line.reason)
    if line.changes:
        ctx.console.print(differences_table(ctx, line.changes))


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
