"""The command `dondoc`. Every error a user can mend ends in one sentence and exit status 2.

Only the command that was asked for is imported: most of a second, where a letter's templates, a
workbook or a Prefect server are not needed. The list of all imports none.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from cli.explained import explain
from cli.summaries import summary
from dondoc import settings
from dondoc.errors import DondocError
from dondoc.words import Language
from notifications.litter import not_looked_for

COMMANDS = {
    "check": "cli.plan:check",
    "schema": "cli.plan:print_schema",
    "read": "cli.reading:read_command",
    "clone": "cli.cloning:clone_command",
    "launch": "cli.launching:launch_command",
    "amend": "cli.amending:amend_command",
    "rehearse": "cli.rehearsing:rehearse_command",
    "remind": "cli.pressing:remind_command",
    "escalate": "cli.pressing:escalate_command",
    "submit": "cli.handin:submit_command",
    "accept": "cli.handin:accept_command",
    "exempt": "cli.handin:exempt_command",
    "paper": "cli.papers:paper_command",
    "extend": "cli.extending:extend_command",
    "return": "cli.deciding:return_command",
    "void": "cli.deciding:void_command",
    "withdraw": "cli.deciding:withdraw_command",
    "acknowledge": "cli.acknowledging:acknowledge_command",
    "event": "cli.event:app",
    "calendar": "cli.launching:calendar_command",
    "status": "cli.status:status",
    "why": "cli.why:why",
    "history": "cli.versions:history_command",
    "audit": "cli.auditing:audit",
    "consolidate": "cli.consolidating:consolidate",
    "up": "cli.up:up",
    "demo": "cli.demo:demo",
    "doctor": "cli.doctor:doctor",
    "receipt": "cli.handin:receipts",
    "letters": "cli.letters:app",
    "extension": "cli.extending:app",
    "units": "cli.units:app",
    "contact": "cli.contacts:app",
    "leave": "cli.leaves:app",
    "outbox": "cli.outbox:app",
    "hold": "cli.holding:app",
}
"""In the order of the help: a function, or a Typer with commands of its own."""

LOOKS: Mapping[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
}


class Lazy(TyperGroup):
    def __init__(self, **asked: Any) -> None:
        super().__init__(**asked)
        names: dict[str, Any] = dict.fromkeys(COMMANDS)
        self.commands = names

    def get_command(self, _ctx: object, cmd_name: str) -> Any:
        return command(cmd_name) if cmd_name in COMMANDS else None

    def format_commands(self, _ctx: object, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary(where)) for name, where in COMMANDS.items()])


def command(name: str) -> Any:
    module, _, attribute = COMMANDS[name].partition(":")
    with not_looked_for():
        part = getattr(import_module(module), attribute)
    parent = typer.Typer(**LOOKS)
    parent.callback()(_dondoc)
    if isinstance(part, typer.Typer):
        parent.add_typer(part, name=name)
    else:
        parent.command(name)(part)
    made = get_group(parent).commands[name]
    explain(made, (name,))
    return made


def _dondoc() -> None: ...


app = typer.Typer(
    name="dondoc",
    cls=Lazy,
    help="Đôn đốc: nhắc hạn, thu nộp, báo cáo cấp trên · deadlines for public offices",
    no_args_is_help=True,
    **LOOKS,
)


app.callback()(_dondoc)


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
