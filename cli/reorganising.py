"""`dondoc units merge`, `split`, `dissolve`, `rename`; `changes`, `settle`, `withdraw`."""

from collections.abc import Sequence
from contextlib import closing
from getpass import getuser
from typing import Annotated

import typer

from cli.context import context
from cli.dates import long_date, read_date
from cli.figures import print_json
from cli.reorganised import (
    change_json,
    preview_json,
    show_changes,
    show_open,
    show_preview,
)
from dondoc.decision import Decision
from dondoc.tables import ChangeKind
from dondoc.units.choices import Choice, read_choice
from dondoc.units.lineage import changes
from dondoc.units.reorganisation import Reorganisation
from dondoc.words import Words
from schedules.reorganising.reorganise import (
    apply,
    change_numbered,
    open_of,
    preview,
    settle,
    withdraw,
)

DRY = Words("Chạy thử, chưa ghi gì.", "Dry run, nothing written.")
DONE = Words(
    "Đã ghi thay đổi đơn vị số {id}, thực hiện ngày {on}.",
    "Unit change no. {id} is carried out, as of {on}.",
)
LATER = Words(
    "Đã ghi thay đổi đơn vị số {id}; thực hiện khi sang ngày {on}, lúc ấy việc còn dở được hỏi "
    "lại.",
    "Unit change no. {id} is kept; it is carried out when {on} begins, and what is open then is "
    "asked anew.",
)
SETTLED = Words("Đã xử lý {n} đầu việc.", "Obligations settled: {n}.")
WITHDRAWN = Words("Đã rút lại thay đổi đơn vị số {id}.", "Unit change no. {id} is withdrawn.")
NOTHING = Words("Không còn việc nào dở.", "Nothing is open.")

Units = Annotated[list[str], typer.Argument(metavar="ĐƠN_VỊ…", help="mã đơn vị · unit codes")]
Unit = Annotated[str, typer.Argument(metavar="ĐƠN_VỊ", help="mã đơn vị · unit code")]
Number = Annotated[int, typer.Argument(metavar="SỐ", help="số của thay đổi · number")]
Into = Annotated[
    list[str],
    typer.Option("--into", metavar="MÃ", help="đơn vị kế thừa, lặp lại được · successor"),
]
On = Annotated[
    str, typer.Option("--on", metavar="NGÀY", help="ngày đầu tiên sau thay đổi · first day after")
]
Open = Annotated[
    list[str] | None,
    typer.Option(
        "--open",
        metavar="XỬ_LÝ",
        help="việc còn dở: move, move=MÃ,MÃ, close, close=lý do; trước đó KẾ_HOẠCH/MỐC/KỲ@ĐƠN_VỊ: "
        "nếu chỉ cho việc ấy · what becomes of what is open",
    ),
]
Reason = Annotated[str, typer.Option("--reason", help="căn cứ · the decision it follows from")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="chỉ xem · show, write nothing")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON, mỗi đối tượng một dòng")]


def merge_command(
    units: Units,
    into: Into,
    on: On,
    choices: Open = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Nhập đơn vị · Units become another, or part of one."""
    asked = _asked(ChangeKind.MERGE, units, on, into=into)
    _decide(asked, choices, reason, dry_run=dry_run, as_json=as_json)


def split_command(
    unit: Unit,
    into: Into,
    on: On,
    choices: Open = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Tách đơn vị · A unit becomes several."""
    asked = _asked(ChangeKind.SPLIT, [unit], on, into=into)
    _decide(asked, choices, reason, dry_run=dry_run, as_json=as_json)


def dissolve_command(
    units: Units,
    on: On,
    choices: Open = None,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Giải thể đơn vị · Units end without a successor."""
    asked = _asked(ChangeKind.DISSOLVE, units, on)
    _decide(asked, choices, reason, dry_run=dry_run, as_json=as_json)


def rename_command(
    unit: Unit,
    name: Annotated[str, typer.Option("--name", help="tên mới · the new name")],
    on: On,
    reason: Reason = "",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Đổi tên đơn vị · A unit gets another name."""
    asked = _asked(ChangeKind.RENAME, [unit], on, name=name)
    _decide(asked, None, reason, dry_run=dry_run, as_json=as_json)


def changes_command(as_json: AsJson = False) -> None:
    """Các thay đổi đã quyết định, và việc còn dở · What was decided, and what is still open."""
    ctx = context()
    hours, now = ctx.hours(), ctx.now()
    with closing(ctx.database()) as database, database.reading() as session:
        found = [
            (one, open_of(session, one, hours=hours, now=now))
            for one in changes(session)
            if one.withdrawn_at is None
        ]
        if as_json:
            for one, drawn in found:
                print_json(ctx, change_json(one, drawn))
        else:
            show_changes(ctx, found)


def settle_command(
    number: Number, choices: Open = None, reason: Reason = "", dry_run: DryRun = False
) -> None:
    """Xử lý việc còn dở của đơn vị đã kết thúc · Settle what an ended unit still owes."""
    ctx = context()
    hours, now = ctx.hours(), ctx.now()
    read = _read(choices)
    with closing(ctx.database()) as database:
        if dry_run:
            with database.reading() as session:
                change = change_numbered(session, number)
                drawn = open_of(session, change, read, hours=hours, now=now)
                show_open(ctx, [line.shown for line in drawn.lines])
            ctx.say(DRY)
            return
        decision = Decision(actor=getuser(), reason=reason, now=now)
        with database.writing() as session:
            done = settle(session, number, read, decision, hours=hours)
    if not done:
        ctx.say(NOTHING)
        return
    show_open(ctx, done)
    ctx.say(SETTLED, n=len(done))


def withdraw_command(number: Number, reason: Reason = "") -> None:
    """Rút lại thay đổi chưa đến ngày · Withdraw a change before its day."""
    ctx = context()
    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
    with closing(ctx.database()) as database, database.writing() as session:
        withdraw(session, number, decision)
    ctx.say(WITHDRAWN, id=number)


def _asked(
    kind: ChangeKind,
    units: Sequence[str],
    on: str,
    *,
    into: Sequence[str] = (),
    name: str | None = None,
) -> Reorganisation:
    day = read_date(on, "--on")
    return Reorganisation(kind=kind, units=tuple(units), into=tuple(into), on=day, name=name)


def _read(choices: Sequence[str] | None) -> list[Choice]:
    return [read_choice(text) for text in choices or ()]


def _decide(
    asked: Reorganisation,
    choices: Sequence[str] | None,
    reason: str,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    ctx = context()
    hours, now = ctx.hours(), ctx.now()
    read = _read(choices)
    with closing(ctx.database()) as database:
        if dry_run:
            with database.reading() as session:
                seen, number = preview(session, asked, read, hours=hours, now=now), None
        else:
            decision = Decision(actor=getuser(), reason=reason, now=now)
            with database.writing() as session:
                done = apply(session, asked, read, decision, hours=hours)
                seen, number = done.preview, done.change
    if as_json:
        print_json(ctx, preview_json(seen, number))
        return
    show_preview(ctx, seen)
    if number is None:
        ctx.say(DRY)
    else:
        on = long_date(asked.on, ctx.language)
        ctx.say(LATER if seen.waits else DONE, id=number, on=on)
