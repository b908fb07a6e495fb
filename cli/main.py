"""The command `dondoc`. Every error a user can mend ends in one sentence and exit status 2."""

import sys

import typer

from cli import letters, outbox, units, up
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

app.command("up")(up.up)
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
