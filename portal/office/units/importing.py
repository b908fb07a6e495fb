"""The list of units as a spreadsheet: taken in after a look at what would change, and given out."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from documents.sheet_errors import SheetWrong
from documents.unit_columns import TITLES
from documents.unit_sheet import read_sheet, write_template, write_units
from dondoc.access.reach import beyond_reach, reachable
from dondoc.decision import Decision
from dondoc.errors import DondocError
from dondoc.tables import Account, Group, Membership, Unit
from dondoc.units.export import unit_rows
from dondoc.units.importing import Decided, Imported, import_units, preview_units
from dondoc.units.rows import Refusal, UnitRow
from dondoc.words import Words
from portal.context import Portal
from portal.downloads import written
from portal.forms import NOTHING, Form, Posted
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.uploading import FileMissing, chosen_file, kept, shown_name
from portal.visitors import Context, Official

PATH = "/office/units-import"
LARGER = {PATH: 30_000_000}
SHOWN = 100
"""lines of a preview; the others are counted"""
PURPOSE = "units import"
REASON = Words("nhập danh sách {file}", "import of {file}")
OTHERS = Words(
    "không thuộc phạm vi của cơ quan này; chỉ cơ quan của đơn vị ấy và người quản trị sửa được",
    "is not within this office's reach; only its own office and administrators change it",
)
LEADS = Words(
    "không thể đứng đầu {group}: trong đó có đơn vị của cơ quan khác",
    "cannot head {group}: units of other offices are in it",
)
FIELDS = {
    **TITLES,
    "officers": Words("Đầu mối", "officers"),
    "head": Words("Lãnh đạo", "head"),
    "deputy": Words("Dự phòng", "deputy"),
}

router = APIRouter()


class NotLookedAt(DondocError):
    """Upload the list again and look at what would change first."""

    vi = "Hãy tải danh sách lên lại và xem trước những gì thay đổi."


BLAME = {FileMissing: "file", SheetWrong: "file", NotLookedAt: "file"}


@router.get(PATH)
def show(request: Request, _account: Official, _portal: Context) -> Response:
    return _page(request)


def _page(request: Request, tried: Tried | None = None) -> Response:
    code = 200 if tried is None else tried.status
    return page(request, "office/units/import.html", code, tried=tried)


@router.post(PATH)
async def preview(request: Request, account: Official, portal: Context) -> Response:
    """Writes nothing but the file. Raises StoreFull, FormForeign."""
    with refusable("import", NOTHING, BLAME) as outcome:
        async with chosen_file(request) as file:
            name = shown_name(file)
            key = await run_in_threadpool(kept, file, portal)
        facts = await run_in_threadpool(_previewed, portal, account, key, name)
        return page(request, "office/units/preview.html", **facts)
    return _page(request, outcome.tried)


def _previewed(portal: Portal, account: Account, key: str, name: str) -> dict[str, Any]:
    rows = _rows(portal, key, name)
    with portal.database.reading() as session:
        imported = _looked_at(session, account, rows)
    return {
        "imported": imported,
        "name": name,
        "key": key,
        "proof": portal.seal.proof(PURPOSE, account.id, key, name),
        "shown": SHOWN,
        "fields": FIELDS,
    }


@router.post(PATH + "/confirm")
def confirm(request: Request, account: Official, form: Form, portal: Context) -> Response:
    """Takes in the very file that was looked at."""
    with refusable("import", form, BLAME) as outcome:
        return _confirmed(request, account, form, portal)
    return _page(request, outcome.tried)


def _confirmed(request: Request, account: Account, form: Posted, portal: Portal) -> Response:
    """Raises NotLookedAt, SheetWrong."""
    key, name = form.text("key"), form.text("name")
    if not portal.seal.fits(form.text("proof"), PURPOSE, account.id, key, name):
        raise NotLookedAt
    if not portal.uploads.received(key):  # imported meanwhile, by another window
        raise NotLookedAt
    rows = _rows(portal, key, name)
    now = portal.now()
    decision = Decision(actor=account.email, reason=REASON.vi.format(file=name), now=now)
    decided = Decided(decision, portal.hours.today(now))
    with portal.database.writing() as session:
        refused = _looked_at(session, account, rows).refused
        if not refused:
            import_units(session, rows, decided=decided)
    if refused:
        facts = _previewed(portal, account, key, name)
        return page(request, "office/units/preview.html", 400, **facts)
    portal.uploads.discard(key)
    return RedirectResponse("/office/units", status_code=303)


@router.get("/office/units-export")
def export(account: Official, portal: Context) -> Response:
    """Those within reach; importing it again changes nothing."""
    with portal.database.reading() as session:
        mine = set(session.scalars(select(Unit.code).where(reachable(account))))
        rows = [row for row in unit_rows(session) if row.code in mine]
    return written(portal.settings.data / "files", "don-vi.xlsx", partial(write_units, rows=rows))


@router.get("/office/units-template")
def template(_account: Official, portal: Context) -> Response:
    return written(portal.settings.data / "files", "mau-danh-sach-don-vi.xlsx", write_template)


def _rows(portal: Portal, key: str, name: str) -> list[UnitRow]:
    """Raises SheetWrong."""
    with TemporaryDirectory(prefix="dondoc-") as folder:
        path = Path(folder) / name[-60:]
        path.symlink_to(portal.uploads.path(key).absolute())
        return read_sheet(path)


def _looked_at(session: Session, account: Account, rows: Sequence[UnitRow]) -> Imported:
    """What an import would do; where another office's units would be touched, or somebody new told
    when they are late, it is refused."""
    found = preview_units(session, rows)
    beyond = set(beyond_reach(session, account, found.changed))
    refused = [Refusal(row.number, row.code, OTHERS) for row in rows if row.code in beyond]
    touched = {*found.created, *(code for code, what in found.changed.items() if "heads" in what)}
    leads = {group for row in rows if row.code in touched for group in row.heads}
    others = {group for group in leads if beyond_reach(session, account, _members(session, group))}
    for row in rows:
        if row.code in touched and others.intersection(row.heads):
            group = min(others.intersection(row.heads))
            why = Words(LEADS.vi.format(group=group), LEADS.en.format(group=group))
            refused.append(Refusal(row.number, row.code, why))
    return Imported(refused=tuple(refused)) if refused else found


def _members(session: Session, group: str) -> Sequence[str]:
    members = select(Unit.code).join(Membership, Membership.unit_id == Unit.id).join(Group)
    return session.scalars(members.where(Group.code == group)).all()
