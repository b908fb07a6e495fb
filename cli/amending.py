"""`dondoc amend`: a launched plan gets its next version, once somebody has seen what that does."""

import sys
from contextlib import closing
from dataclasses import replace
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer

from cli.context import Context, context
from cli.differences import differences_table
from cli.figures import print_json
from cli.impact import impact_json, show_impact
from dondoc.database import Database
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.source import Source, read_source
from dondoc.queries import plan_by_code
from dondoc.store import FileStore
from dondoc.templates import missing, take_templates, templates
from dondoc.words import Words
from schedules.amending.amend import Amendment, amend, look
from schedules.amending.impact import Impact

SAME = Words(
    "{plan} phiên bản {version}: tệp nói như cũ; không có gì thay đổi.",
    "{plan} version {version}: the file says the same; nothing changed.",
)
DRY = Words("Chạy thử, chưa ghi gì.", "Dry run, nothing written.")
APPROVE = Words("Duyệt phiên bản {version} của {plan}?", "Approve version {version} of {plan}?")
DECLINED = Words("Chưa duyệt; không có gì thay đổi.", "Not approved; nothing changed.")
ASK_FIRST = Words(
    "Không có màn hình để hỏi; hãy thêm --yes nếu đã duyệt. Không có gì thay đổi.",
    "Nobody to ask here; add --yes where it is approved. Nothing changed.",
)
DONE = Words(
    "{plan} nay là phiên bản {version}: {told} người sẽ nhận thư.",
    "{plan} is version {version} now: {told} people will get a letter.",
)

PlanCode = Annotated[str, typer.Argument(metavar="PLAN")]
File = Annotated[Path, typer.Argument(metavar="NEW.yaml")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="chỉ xem · show, write nothing")]
Yes = Annotated[bool, typer.Option("--yes", help="đã duyệt, không hỏi · approved, do not ask")]
Why = Annotated[
    str | None,
    typer.Option("--reason", help="căn cứ, đơn vị sẽ đọc: CV 77/UBND · the units read it"),
]
Meant = Annotated[
    bool,
    typer.Option(
        "--earlier-is-meant", help="rút ngắn hạn dù báo gấp · an earlier date on short notice"
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="một đối tượng JSON · one JSON object")]


def amend_command(
    plan: PlanCode,
    file: File,
    dry_run: DryRun = False,
    yes: Yes = False,
    reason: Why = None,
    earlier_is_meant: Meant = False,
    as_json: AsJson = False,
) -> None:
    """Điều chỉnh kế hoạch đã phát động · Amend a launched plan, after seeing what it does."""
    ctx = context()
    source = read_source(file)
    with closing(ctx.database()) as database:
        with database.reading() as session:
            known = {row.name for row in templates(session, plan_by_code(session, plan))}
        mistakes = missing(source, file.parent, known)
        if mistakes:
            raise PlanWrong(source.name, mistakes)
        amendment = Amendment(
            file=source.plan,
            source=source.text,
            actor=getuser(),
            now=ctx.now(),
            reason=(reason or "").strip() or None,
            earlier_is_meant=earlier_is_meant,
        )
        impact = look(database, plan, amendment, hours=ctx.hours())
        if not as_json:
            _show(ctx, impact)
        if impact.differences and not dry_run and _approved(ctx, impact, yes=yes):
            decided = replace(amendment, expected=impact.version - 1)
            impact = _amend(ctx, database, (source, file.parent), decided)
            if not as_json:
                ctx.say(DONE, plan=plan, version=impact.version, told=impact.readers)
    if as_json:
        print_json(ctx, impact_json(impact, ctx.language))
    elif dry_run:
        ctx.say(DRY)


def _show(ctx: Context, impact: Impact) -> None:
    if not impact.differences:
        ctx.say(SAME, plan=impact.plan, version=impact.version)
        return
    ctx.console.print(differences_table(ctx, impact.differences))
    show_impact(ctx, impact)


def _approved(ctx: Context, impact: Impact, *, yes: bool) -> bool:
    """Exit status 1 where it is not."""
    if yes:
        return True
    if not sys.stdin.isatty():
        typer.echo(ASK_FIRST.text(ctx.language), err=True)
        raise typer.Exit(code=1)
    question = APPROVE.text(ctx.language, plan=impact.plan, version=impact.version)
    if not typer.confirm(question, err=True):
        ctx.say(DECLINED)
        raise typer.Exit(code=1)
    return True


def _amend(
    ctx: Context, database: Database, file: tuple[Source, Path], amendment: Amendment
) -> Impact:
    """What was looked at, with the templates of `file`, in its folder; whoever amended it in the
    meantime is named. Raises ChangedMeanwhile."""
    store = FileStore(ctx.settings.data / "files")
    with database.writing() as session:
        row = plan_by_code(session, amendment.file.code)
        impact = amend(session, row, replace(amendment, now=ctx.now()), hours=ctx.hours())
        take_templates(session, store, row, *file)
        return impact
