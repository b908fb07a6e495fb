"""`dondoc units`: import, template, list, export; what units become is in `cli.reorganising`."""

from collections.abc import Sequence
from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table
from rich.text import Text
from sqlalchemy.orm import Session

from cli import reorganising
from cli.bars import bar_of_rows
from cli.context import Context, context
from documents.unit_columns import TITLES
from documents.unit_sheet import read_sheet, write_template, write_units
from dondoc.decision import Decision
from dondoc.queries import GROUP, not_found
from dondoc.units.export import unit_rows
from dondoc.units.importing import Decided, Imported, import_units, preview_units
from dondoc.units.rows import UnitRow
from dondoc.words import Language, Words

app = typer.Typer(no_args_is_help=True, help="danh sách đơn vị · the list of units")

for _name, _function in (
    ("merge", reorganising.merge_command),
    ("split", reorganising.split_command),
    ("dissolve", reorganising.dissolve_command),
    ("rename", reorganising.rename_command),
    ("changes", reorganising.changes_command),
    ("settle", reorganising.settle_command),
    ("withdraw", reorganising.withdraw_command),
):
    app.command(_name)(_function)

SHOWN = 20
WIDE = 110
"""columns of a screen from which a list shows all it knows of a unit"""
DONE = Words(
    "Đã nhập {file}: {created} mới, {changed} thay đổi, {unchanged} giữ nguyên.",
    "Imported {file}: {created} created, {changed} changed, {unchanged} unchanged.",
)
DRY = Words(
    "Chạy thử, chưa ghi gì: {file} sẽ có {created} mới, {changed} thay đổi, "
    "{unchanged} giữ nguyên.",
    "Dry run, nothing written: {file} would have {created} created, {changed} changed, "
    "{unchanged} unchanged.",
)
REFUSED = Words(
    "Không nhập gì: {file} có {count} chỗ sai. Hãy sửa rồi nhập lại.",
    "Nothing was imported: {file} has {count} mistakes. Correct them and import again.",
)
REASON = Words("nhập danh sách {file}", "import of {file}")
MORE = Words("… và {count} đơn vị nữa", "… and {count} more")
GROUPS = Words("Cụm, khối mới hoặc đổi tên: {codes}", "Groups made or renamed: {codes}")
WRITTEN = Words("Đã ghi {count} đơn vị vào {file}.", "Wrote {count} units to {file}.")
TEMPLATE = Words(
    "Đã ghi mẫu {file}. Điền rồi chạy: dondoc units import {file}",
    "Wrote the template {file}. Fill it in and run: dondoc units import {file}",
)
NOBODY = Words("Không có đơn vị nào.", "There is no unit.")
VACANT = Words("chưa có địa chỉ", "vacant")
READING = Words("đọc", "reading")
WRITING = Words("ghi", "writing")
ROW, CODE, WHY = Words("Dòng", "Row"), Words("Mã", "Code"), Words("Lý do", "Reason")
WHAT, FIELDS = Words("Kết quả", "Outcome"), Words("Thay đổi", "Changes")
CREATED, CHANGED = Words("mới", "created"), Words("thay đổi", "changed")
FIELD_NAMES = {
    **TITLES,
    "officers": Words("Đầu mối", "officers"),
    "head": Words("Lãnh đạo", "head"),
    "deputy": Words("Dự phòng", "deputy"),
}


@app.command("import")
def import_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx|.csv")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="chỉ xem · show, write nothing")
    ] = False,
) -> None:
    """Nhập danh sách đơn vị, tất cả hoặc không · Insert or update units by code, all or none."""
    ctx = context()
    with bar_of_rows() as bar:
        task = bar.add_task(READING.text(ctx.language), total=None)
        rows = read_sheet(file, progress=lambda done: bar.update(task, completed=done))
        bar.update(task, completed=len(rows), total=len(rows))
        with closing(ctx.database()) as database:
            if dry_run:
                with database.reading() as session:
                    imported = preview_units(session, rows)
            else:
                with database.writing() as session:
                    reason = REASON.text(ctx.language, file=file.name)
                    decision = Decision(actor=getuser(), reason=reason, now=ctx.now())
                    decided = Decided(decision, ctx.today())
                    imported = _import(session, rows, decided, bar, WRITING.text(ctx.language))
    if imported.refused:
        _show_refused(ctx, file, imported)
        raise typer.Exit(code=2)
    _show_imported(ctx, imported)
    ctx.say(
        DRY if dry_run else DONE,
        file=file.name,
        created=len(imported.created),
        changed=len(imported.changed),
        unchanged=len(imported.unchanged),
    )


@app.command("template")
def template_command(file: Annotated[Path, typer.Argument(metavar="FILE.xlsx|.csv")]) -> None:
    """Ghi một danh sách trống có hướng dẫn · Write an empty list with a guide."""
    write_template(file)
    context().say(TEMPLATE, file=str(file))


@app.command("export")
def export_command(file: Annotated[Path, typer.Argument(metavar="FILE.xlsx|.csv")]) -> None:
    """Ghi các đơn vị ra bảng tính · Write all units; importing them again changes nothing."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        rows = unit_rows(session)
    write_units(file, rows)
    ctx.say(WRITTEN, count=len(rows), file=str(file))


@app.command("list")
def list_command(
    kind: Annotated[str, typer.Option(help="loại · kind")] = "",
    group: Annotated[str, typer.Option(help="mã cụm, khối · group's code")] = "",
) -> None:
    """Liệt kê đơn vị · List the units."""
    ctx = context()
    with closing(ctx.database()) as database, database.reading() as session:
        rows = unit_rows(session)
    _show_units(ctx, _chosen(rows, kind=kind, group=group))


def _chosen(rows: Sequence[UnitRow], *, kind: str, group: str) -> list[UnitRow]:
    """Raises NotFound for a kind or group no unit has."""
    kinds = sorted({row.kind for row in rows})
    groups = sorted({code for row in rows for code in row.groups})
    if kind and kind.casefold() not in {name.casefold() for name in kinds}:
        raise not_found(Words("loại đơn vị", "kind of unit"), kind, kinds)
    if group and group not in groups:
        raise not_found(GROUP, group, groups)
    return [
        row
        for row in rows
        if (not kind or row.kind.casefold() == kind.casefold())
        and (not group or group in row.groups)
    ]


def _import(
    session: Session, rows: Sequence[UnitRow], decided: Decided, bar: Progress, title: str
) -> Imported:
    task = bar.add_task(title, total=len(rows))
    return import_units(
        session,
        rows,
        decided=decided,
        progress=lambda done, total: bar.update(task, completed=done, total=total),
    )


def _show_refused(ctx: Context, file: Path, imported: Imported) -> None:
    table = _table(ctx, ROW, CODE, WHY)
    for number, code, why in imported.refused:
        table.add_row(str(number), Text(code), Text(why.text(ctx.language), "red"))
    ctx.console.print(table)
    ctx.say(REFUSED, file=file.name, count=len(imported.refused))


def _show_imported(ctx: Context, imported: Imported) -> None:
    if imported.groups:
        ctx.say(GROUPS, codes=", ".join(imported.groups))
    lines = [(code, CREATED, "") for code in imported.created]
    lines += [
        (code, CHANGED, ", ".join(FIELD_NAMES[field].text(ctx.language) for field in fields))
        for code, fields in imported.changed.items()
    ]
    if not lines:
        return
    table = _table(ctx, CODE, WHAT, FIELDS)
    for code, what, fields in lines[:SHOWN]:
        table.add_row(Text(code), what.text(ctx.language), fields)
    ctx.console.print(table)
    if len(lines) > SHOWN:
        ctx.say(MORE, count=len(lines) - SHOWN)


def _show_units(ctx: Context, rows: Sequence[UnitRow]) -> None:
    if not rows:
        ctx.say(NOBODY)
        return
    titles = [TITLES[key] for key in ("code", "name", "kind", "parent", "groups", "officer_email")]
    shown = titles if ctx.console.width >= WIDE else titles[:3]
    table = _table(ctx, *shown)
    for row in rows:
        emails = "; ".join(person.email for person in row.officers if person.email)
        cells = (
            Text(row.code, no_wrap=True),
            Text(row.name),
            Text(row.kind),
            Text(row.parent or ""),
            Text(_groups(ctx.language, row)),
            Text(emails) if emails else Text(VACANT.text(ctx.language), "yellow"),
        )
        table.add_row(*cells[: len(shown)])
    ctx.console.print(table)


def _groups(language: Language, row: UnitRow) -> str:
    leads = Words("trưởng", "head").text(language)
    years = {group: ", ".join(map(str, years)) for group, years in row.heads.items()}
    return "; ".join(
        f"{group} ({leads} {years[group]})" if group in years else group for group in row.groups
    )


def _table(ctx: Context, *titles: Words) -> Table:
    table = Table(header_style="bold")
    for title in titles:
        table.add_column(title.text(ctx.language))
    return table
