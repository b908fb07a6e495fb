"""The command `dondoc`. Every error a user can mend ends in one sentence and exit status 2."""

import sys

import typer

from cli import (
    auditing,
    deciding,
    demo,
    doctor,
    handin,
    launching,
    letters,
    outbox,
    plan,
    pressing,
    reading,
    rehearsing,
    units,
    up,
    versions,
)
from cli.consolidating import consolidate
from cli.status import status
from cli.why import why
from dondoc import settings
from dondoc.errors import DondocError
from dondoc.words import Language

app = typer.Typer(
    name="dondoc",
    help="Đôn đốc: nhắc hạn, thu nộp, báo cáo cấp trên · deadlines for public offices",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("check")(plan.check)
app.command("schema")(plan.print_schema)
app.command("read")(reading.read_command)
app.command("launch")(launching.launch_command)
app.command("rehearse")(rehearsing.rehearse_command)
app.command("remind")(pressing.remind_command)
app.command("escalate")(pressing.escalate_command)
app.command("submit")(handin.submit_command)
app.command("accept")(handin.accept_command)
app.command("exempt")(handin.exempt_command)
app.command("extend")(deciding.extend_command)
app.command("return")(deciding.return_command)
app.command("calendar")(launching.calendar_command)
app.command("status")(status)
app.command("why")(why)
app.command("history")(versions.history_command)
app.command("audit")(auditing.audit)
app.command("consolidate")(consolidate)
app.command("up")(up.up)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(handin.receipts, name="receipt")
app.add_typer(letters.app, name="letters")
app.add_typer(units.app, name="units")
app.add_typer(outbox.app, name="outbox")


def run() -> None:
    try:
        app()
    except DondocError as error:
        typer.echo(error.text(_language()), err=True)
        sys.exit(error.exit_status)


def _language() -> Language:
    try:
        return settings.load().language
    except DondocError:
        return Language.VI
