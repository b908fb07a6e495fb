"""The obligation's one form: saved as a draft, files and all, and handed in when it is asked."""

from dataclasses import dataclass, field
from functools import partial

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.orm import Session

from dondoc.access.links import Caller
from dondoc.drafts import (
    Announced,
    DraftChanged,
    FileRefused,
    Typed,
    begin_file,
    drop_file,
    finish_file,
    save,
    working_draft,
)
from dondoc.handing_in import By, NotComplete, Seen, hand_in_draft
from dondoc.plan.model import Component
from dondoc.submissions import asked_parts
from dondoc.tables import Draft, Obligation
from dondoc.words import Language, Words
from portal.context import Portal
from portal.numbers import number_in
from portal.rendering import page
from portal.unit.intake import Arrived, Intake
from portal.unit.obligation import facts_of, view
from portal.unit.own import draft_file_for, own, own_draft_file
from portal.visitors import Context, Visitor

router = APIRouter()
LARGER = {r"/unit/obligations/\d+": 2_200_000_000}
FIELD, WAIVE, EXCUSE, SHOWN, DO = "field:", "waive:", "missing:", "shown", "do"
SAVE, SUBMIT, REMOVE = "save", "submit", "remove:"


@router.post("/unit/obligations/{obligation}")
async def send(request: Request, obligation: int, visitor: Visitor, portal: Context) -> Response:
    desk = Desk(request=request, portal=portal, visitor=visitor, obligation=obligation)
    parts = await portal.aside(desk.parts)
    intake = Intake(request, portal.uploads, parts)
    try:
        await intake.read()
        return await portal.aside(desk.answer, intake)
    finally:
        await portal.aside(intake.discard)


@dataclass(kw_only=True)
class Desk:
    """One form on its way: `added` are the files that came with it, `gone` those whose place they
    take."""

    request: Request
    portal: Portal
    visitor: Caller
    obligation: int
    added: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)

    def parts(self) -> dict[str, Component]:
        """Raises NotHere."""
        with self.portal.database.reading() as session:
            return asked_parts(session, self._owed(session))

    def answer(self, intake: Intake) -> Response:
        """Raises NotTaken."""
        typed, wish = _typed(intake), intake.fields.get(DO, [SAVE])[-1]
        for file in intake.arrived:
            self._keep(file, intake.refused)
        self.portal.aside.give_way()
        try:
            revision = self._save(typed, wish)
        except DraftChanged:
            if self._scripted:
                raise
            return self._conflict(typed)
        if intake.refused:
            return self._again(intake.refused)
        if wish == SUBMIT:
            self.portal.aside.give_way()
            return self._submit(
                Seen(revision=revision, files=(_shown(intake) | self.added) - self.gone)
            )
        if self._scripted:
            return JSONResponse({"revision": revision})
        return RedirectResponse(f"{self._path}?saved=true", status_code=303)

    def _keep(self, arrived: Arrived, refused: list[Words]) -> None:
        """A file that came with the form; the others stay where one cannot be taken."""
        announced = Announced(
            component=arrived.component,
            name=arrived.name,
            size=arrived.size,
            modified=arrived.key,
        )
        self.portal.aside.give_way()
        try:
            with self.portal.database.writing() as session:
                file = begin_file(session, self._draft(session), announced)
            uploads = self.portal.uploads
            uploads.path(arrived.key).replace(uploads.path(file.key))
            found = partial(draft_file_for, visitor=self.visitor, where=(self.obligation, file.key))
            self.gone |= finish_file(self.portal.database, found, self.portal.store, uploads)
            self.added.add(file.id)
        except FileRefused as error:
            refused.append(Words(error.text(Language.VI), error.text(Language.EN)))

    def _save(self, typed: Typed, wish: str) -> int:
        """The draft's revision afterwards. Raises DraftChanged."""
        with self.portal.database.writing() as session:
            draft = self._draft(session)
            save(session, draft, typed, actor=self._actor, now=self.portal.now())
            if wish.startswith(REMOVE):
                key = wish.removeprefix(REMOVE)
                drop_file(
                    session, own_draft_file(session, draft.obligation, key), self.portal.uploads
                )
            return draft.revision

    def _submit(self, seen: Seen) -> Response:
        """To the receipt, or back to what is missing."""
        portal = self.portal
        by = By(
            actor=self._actor,
            now=portal.now(),
            signer=portal.signer,
            late_days=portal.hours.late_days,
        )
        try:
            with portal.database.writing() as session:
                owed = self._owed(session)
                submission = hand_in_draft(session, owed, seen, store=portal.store, by=by)
                version = submission.version
        except NotComplete:
            return RedirectResponse(f"{self._path}?check=true#problems", status_code=303)
        except DraftChanged:
            return self._conflict(None)
        return RedirectResponse(f"{self._path}/versions/{version}?new=true", status_code=303)

    def _again(self, refused: list[Words]) -> Response:
        with self.portal.database.reading() as session:
            facts = facts_of(session, self.portal, self._owed(session), refused=refused)
            return page(self.request, "unit/obligation.html", 400, **facts)

    def _conflict(self, typed: Typed | None) -> Response:
        """Both drafts to choose from; without `typed` it is the files that changed."""
        with self.portal.database.reading() as session:
            shown = view(session, self.portal, self._owed(session), check=False)
            facts = {"view": shown, "typed": typed}
            return page(self.request, "unit/conflict.html", 409, **facts)

    def _owed(self, session: Session) -> Obligation:
        return own(session, self.visitor, self.obligation)

    def _draft(self, session: Session) -> Draft:
        owed = self._owed(session)
        return working_draft(session, owed, actor=self._actor, now=self.portal.now())

    @property
    def _scripted(self) -> bool:
        return "application/json" in self.request.headers.get("accept", "")

    @property
    def _actor(self) -> str:
        return self.visitor.seat.address

    @property
    def _path(self) -> str:
        return f"/unit/obligations/{self.obligation}"


def _typed(intake: Intake) -> Typed:
    revision = intake.fields.get("revision", ["0"])[-1]
    return Typed(
        revision=number_in(revision) or 0,
        fields=_behind(intake, FIELD),
        waived=_behind(intake, WAIVE),
        excused=_behind(intake, EXCUSE),
    )


def _behind(intake: Intake, prefix: str) -> dict[str, str]:
    """Several values of one field, one a line."""
    return {
        name.removeprefix(prefix): "\n".join(values)
        for name, values in intake.fields.items()
        if name.startswith(prefix)
    }


def _shown(intake: Intake) -> set[int]:
    found = (number_in(one) for one in intake.fields.get(SHOWN, []))
    return {one for one in found if one is not None}
