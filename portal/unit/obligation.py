"""One obligation: what is asked and why, the draft that is being put together, what was handed
in."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.scope import NotHere
from dondoc.dossier import Fault, Findings
from dondoc.drafts import asked_parts, begin_draft, draft_of
from dondoc.explaining import OBLIGATIONS
from dondoc.handing_in import findings
from dondoc.plan.model import Component, FormField
from dondoc.submissions import DECIDED, hand_in
from dondoc.tables import Draft, Obligation, Submission
from dondoc.words import Words
from notifications.content import Item
from portal.context import Portal
from portal.forms import Form
from portal.rendering import page
from portal.unit.owed import item_of
from portal.unit.own import own
from portal.visitors import Context, Visitor

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class View:
    """What the page shows. `found` only where the visitor asked what is missing."""

    owed: Obligation
    item: Item
    fields: tuple[FormField, ...]
    parts: tuple[Component, ...]
    draft: Draft | None
    found: Findings | None
    versions: list[Submission]
    received: dict[str, int]

    @property
    def open(self) -> bool:
        """Whether something can be handed in."""
        return self.owed.state not in DECIDED

    @property
    def working(self) -> bool:
        """Whether the form is shown: it is not, where the last version stands."""
        return self.open and (self.draft is not None or not self.versions)

    @property
    def problems(self) -> list[Fault]:
        """All that is wrong or missing; that nothing was given at all goes without saying where
        each thing is named."""
        if self.found is None:
            return []
        missing = [Fault(code, lack) for code, lack in self.found.checked.missing.items()]
        return [fault for fault in self.found.faults if fault.code or not missing] + missing

    def faults(self, asked: FormField | Component) -> list[Words]:
        """Of one field or component, whose name stands above."""
        found = [fault.words for fault in self.problems if fault.code == asked.code]
        return [Words(*(said.removeprefix(f"{asked.name}: ") for said in one)) for one in found]


@router.get("/unit/obligations/{obligation}")
def show(
    request: Request,
    obligation: int,
    visitor: Visitor,
    portal: Context,
    check: bool = False,
    saved: bool = False,
) -> Response:
    with portal.database.reading() as session:
        owed = own(session, visitor, obligation)
        shown = view(session, portal, owed, check=check)
        facts = {"view": shown, "states": OBLIGATIONS, "refused": (), "saved": saved}
        return page(request, "unit/obligation.html", **facts)


@router.post("/unit/obligations/{obligation}/draft")
def begin(obligation: int, visitor: Visitor, _form: Form, portal: Context) -> Response:
    """From what was handed in last."""
    with portal.database.writing() as session:
        owed = own(session, visitor, obligation)
        begin_draft(session, owed, actor=visitor.seat.address, now=portal.now())
    return RedirectResponse(f"/unit/obligations/{obligation}", status_code=303)


@router.get("/unit/obligations/{obligation}/components/{code}")
def component(
    request: Request, obligation: int, code: str, visitor: Visitor, portal: Context
) -> Response:
    """The files of one component, as the whole page shows them."""
    with portal.database.reading() as session:
        shown = view(session, portal, own(session, visitor, obligation), check=False)
        part = next((one for one in shown.parts if one.code == code), None)
        if part is None:
            raise NotHere
        return page(request, "unit/_files.html", view=shown, part=part)


def view(session: Session, portal: Portal, owed: Obligation, *, check: bool) -> View:
    draft = draft_of(session, owed)
    versions = session.scalars(
        select(Submission)
        .where(Submission.obligation_id == owed.id)
        .order_by(Submission.version.desc())
    )
    return View(
        owed=owed,
        item=item_of(session, owed.id, hours=portal.hours, now=portal.now()),
        fields=hand_in(owed).fields,
        parts=tuple(asked_parts(session, owed).values()),
        draft=draft,
        found=findings(session, draft, portal.store) if check and draft is not None else None,
        versions=list(versions),
        received={
            file.key: portal.uploads.received(file.key)
            for file in (draft.files if draft else ())
            if not file.sha256
        },
    )
