"""One obligation: what is asked and why, the draft that is being put together, what was handed
in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.access.scope import NotHere
from dondoc.dossier import Fault, Findings
from dondoc.drafts import begin_draft, draft_of
from dondoc.explaining import OBLIGATIONS
from dondoc.extensions import STATES as ANSWERS
from dondoc.handing_in import findings
from dondoc.handovers import neighbours
from dondoc.plan.model import Component, FormField
from dondoc.replies import ByMail, in_draft
from dondoc.submissions import DECIDED, asked_parts, hand_in
from dondoc.tables import Draft, Obligation, ObligationState, Submission, Template
from dondoc.words import Words
from notifications.content import Item
from portal.context import Portal
from portal.forms import Form
from portal.rendering import page
from portal.unit.besides import Besides, besides
from portal.unit.owed import item_of
from portal.unit.own import own, templates_of
from portal.visitors import Context, Visitor

router = APIRouter()
DONE = {
    "ask": Words(
        "Đã gửi đề nghị gia hạn. Nơi nhận trả lời bằng thư; chưa trả lời thì hạn cũ vẫn giữ.",
        "Your request was sent. The office answers by letter; until then the old date stands.",
    ),
    "unask": Words("Đã rút đề nghị gia hạn.", "The request was taken back."),
    "acknowledge": Words(
        "Đã ghi ngày hẹn. Đơn vị vẫn được nhắc cho đến khi nộp.",
        "The day is noted. You are still reminded until you hand in.",
    ),
    "withdraw": Words(
        "Đã rút bài. Nội dung đã nộp thành bản nháp ở dưới: sửa rồi nộp lại.",
        "It was taken back. What you had handed in is the draft below: correct it, hand in again.",
    ),
}


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
    besides: Besides
    templates: dict[str, Template]
    """by the code of the component"""
    by_mail: list[ByMail]
    """files of it that are in the draft"""

    @property
    def open(self) -> bool:
        """Whether something can be handed in."""
        return self.owed.state not in DECIDED

    @property
    def working(self) -> bool:
        """Whether the form is shown: it is not, where the last version stands."""
        return self.open and (self.draft is not None or not self.versions)

    @property
    def silent(self) -> bool:
        """Its date was over when the plan was launched: nobody is late with it."""
        return self.owed.occurrence.silent and self.owed.state is ObligationState.OPEN

    @property
    def names(self) -> dict[str, str]:
        """Of fields and components, by code."""
        parts: tuple[FormField | Component, ...] = (*self.fields, *self.parts)
        return {one.code: one.name for one in parts}

    @property
    def problems(self) -> list[Fault]:
        """All that is wrong or missing; that nothing was given at all goes without saying where
        each thing is named."""
        if self.found is None:
            return []
        missing = [Fault(code, lack) for code, lack in self.found.checked.unexplained.items()]
        found = [fault for fault in self.found.faults if fault.code or not missing]
        return [self._without_code(fault) for fault in found] + missing

    def _without_code(self, fault: Fault) -> Fault:
        """People know fields and components by name; the code is for commands."""
        name = self.names.get(fault.code)
        if name is None:
            return fault
        said = [one.removeprefix(f"{name} ({fault.code}): ") for one in fault.words]
        bare = [one.removeprefix(f"{fault.code}: ").removeprefix(f"{name}: ") for one in said]
        return Fault(fault.code, Words(*(f"{name}: {one}" for one in bare)))

    @property
    def missing(self) -> Mapping[str, Words]:
        """What is not there, with a reason or without."""
        return {} if self.found is None else self.found.checked.missing

    def lacks(self, code: str) -> bool:
        """Whether a reason is asked why a component or field is missing."""
        return code in self.missing or (self.draft is not None and code in self.draft.excused)

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
    done: str = "",
) -> Response:
    with portal.database.reading() as session:
        owed = own(session, visitor, obligation)
        facts = facts_of(session, portal, owed, check=check, saved=saved, done=done)
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


def facts_of(
    session: Session, portal: Portal, owed: Obligation, *, check: bool = False, **more: Any
) -> dict[str, Any]:
    """What the page shows. `refused` are files that were not taken; `act` is what was tried and
    `why` not done, `typed` what was sent with it; `done` what was."""
    nothing = {"refused": (), "saved": False, "act": "", "why": None, "typed": {}, "done": ""}
    facts = {
        "view": view(session, portal, owed, check=check),
        "states": OBLIGATIONS,
        "neighbours": neighbours(session, owed),
    }
    return nothing | {"answers": ANSWERS, "said": DONE} | facts | more


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
        besides=besides(session, portal, owed),
        templates=templates_of(session, owed),
        by_mail=in_draft(session, draft),
    )
