"""The command `dondoc`. Every error a user can mend ends in one sentence and exit status 2.

Only the command that was asked for is imported: most of a second, where a letter's templates, a
workbook or a Prefect server are not needed. The list of all imports none.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from platform import python_version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from cli.explained import explain
from cli.misuse import language, told
from cli.summaries import summary
from dondoc.errors import DondocError
from notifications.litter import not_looked_for

SECTIONS = {
    "Kế hoạch · Plans": {
        "check": "cli.plan:check",
        "schema": "cli.plan:print_schema",
        "read": "cli.reading:read_command",
        "clone": "cli.cloning:clone_command",
        "rehearse": "cli.rehearsing:rehearse_command",
        "launch": "cli.launching:launch_command",
        "amend": "cli.amending:amend_command",
        "event": "cli.event:app",
        "history": "cli.versions:history_command",
        "calendar": "cli.launching:calendar_command",
    },
    "Đơn vị và người nhận · Units and people": {
        "units": "cli.units:app",
        "contact": "cli.contacts:app",
        "leave": "cli.leaves:app",
    },
    "Nộp và quyết định · Handing in and deciding": {
        "submit": "cli.handin:submit_command",
        "accept": "cli.handin:accept_command",
        "return": "cli.deciding:return_command",
        "withdraw": "cli.deciding:withdraw_command",
        "void": "cli.deciding:void_command",
        "paper": "cli.papers:paper_command",
        "receipt": "cli.handin:receipts",
        "extend": "cli.extending:extend_command",
        "extension": "cli.extending:app",
        "exempt": "cli.handin:exempt_command",
    },
    "Nhắc và báo cáo cấp trên · Reminding and escalating": {
        "remind": "cli.pressing:remind_command",
        "escalate": "cli.pressing:escalate_command",
        "acknowledge": "cli.acknowledging:acknowledge_command",
        "hold": "cli.holding:app",
        "outbox": "cli.outbox:app",
        "letters": "cli.letters:app",
    },
    "Theo dõi · Watching": {
        "status": "cli.status:status",
        "why": "cli.why:why",
        "consolidate": "cli.consolidating:consolidate",
        "audit": "cli.auditing:audit",
    },
    "Vận hành · Operating": {
        "up": "cli.up:up",
        "demo": "cli.demo:demo",
        "doctor": "cli.doctor:doctor",
        "account": "cli.accounts:app",
    },
}
"""A function, or a Typer with commands of its own."""
COMMANDS = {name: where for section in SECTIONS.values() for name, where in section.items()}

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
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, summary(where)) for name, where in commands.items()])

    def make_context(self, *args: Any, **asked: Any) -> Any:
        with told():
            return super().make_context(*args, **asked)

    def invoke(self, ctx: Any) -> Any:
        with told():
            return super().invoke(ctx)


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


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"dondoc {version('dondoc')} · Python {python_version()}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    _asked: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="phiên bản · which version"
        ),
    ] = False,
) -> None: ...


def run() -> None:
    try:
        app()
    except DondocError as error:
        typer.echo(error.text(language()), err=True)
        sys.exit(error.exit_status)
