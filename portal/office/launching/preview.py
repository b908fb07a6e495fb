"""Who gets what when: the rehearsal as a calendar, its days, its letters."""

import gzip
from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from dondoc.access.scope import NotHere, may_launch, plan_draft_for
from dondoc.draft_templates import kept_templates, lacking_templates
from dondoc.plan.source import Source
from dondoc.plan_drafts import begin_task, under_way
from dondoc.tables import Account, PlanDraft, PlanDraftState, Task
from dondoc.templates import template_names
from dondoc.words import Words
from notifications.content import LETTER_NAMES, content_from
from notifications.rendering import render
from portal.context import Portal
from portal.forms import NOTHING, Form
from portal.numbers import Few, Number
from portal.office.launching.beside import done, draft_page, waited, waiting
from portal.office.launching.own import PATH, by, parsed, sound
from portal.office.launching.view import for_the_whole, milestones
from portal.refusals import Tried, refusable
from portal.rendering import page
from portal.visitors import Context, Official
from portal.work.rehearsing import day_file, folder_of
from portal.work.workshop import Job
from schedules.calendar import OfficeCalendar

router = APIRouter()
PER_PAGE = 50
STEPS = (1, 10, 100, 1000)
"""letters of a day from which its colour is one darker"""


class Cell(NamedTuple):
    """A day of a month; `off` where nobody works."""

    day: date
    letters: int
    shade: int
    off: Words | None


class Month(NamedTuple):
    first: date
    letters: int
    cells: tuple[Cell, ...]


class Letter(NamedTuple):
    number: int
    facts: dict[str, Any]
    whole: bool


@router.post(PATH + "/rehearsal")
def begin(
    request: Request, draft: Number, account: Official, form: Form, portal: Context
) -> Response:
    with refusable("rehearse", form) as outcome, portal.database.writing() as session:
        found = plan_draft_for(session, account, draft)
        sound(found)
        begin_task(session, found, Task.REHEARSE, now=portal.now())
    if outcome.tried is not None:
        return draft_page(request, account, draft, portal, tried=outcome.tried)
    portal.workshop.start(Job(task=Task.REHEARSE, draft=draft, by=by(account, portal)))
    return to_preview(draft)


@router.get(PATH + "/rehearsal")
def show(request: Request, draft: Number, account: Official, portal: Context) -> Response:
    return preview_page(request, account, draft, portal)


def preview_page(
    request: Request,
    account: Account,
    draft: int,
    portal: Portal,
    *,
    tried: Tried | None = None,
    refused: Sequence[Words] = (),
) -> Response:
    """With what was refused of it: a launch that was `tried`, files that are no templates of it."""
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        task = under_way(found, portal.now())
        if task is not None:
            return waiting(request, found, task, portal)
        if waited(request):
            return done()
        source = parsed(found)
        if source is None or found.state is not PlanDraftState.OPEN:
            told = tried or (Tried("", refused[0], NOTHING) if refused else None)
            return draft_page(request, account, draft, portal, tried=told)
        facts = _facts(session, account, found, source, portal)
        code = 400 if refused else 200
        code = code if tried is None else tried.status
        facts |= {"tried": tried, "refused": refused}
        return page(request, "office/launching/preview.html", code, **facts)


def _facts(
    session: Session, account: Account, draft: PlanDraft, source: Source, portal: Portal
) -> dict[str, Any]:
    today = portal.hours.today(portal.now())
    checked = milestones(session, draft, source, portal.hours.calendar, today)
    told = draft.rehearsal or {}
    kept = kept_templates(session, draft)
    return {
        "draft": draft,
        "plan": source.plan,
        "told": told,
        "stale": draft.rehearsed != draft.revision,
        "months": tuple(months(told.get("days", {}), portal.hours.calendar)),
        "kinds": _kinds(told.get("days", {})),
        "names": LETTER_NAMES,
        "mistakes": [*checked.mistakes, *(m for one in checked.lines for m in one.mistakes)],
        "flags": len(for_the_whole(source)) + sum(len(one.flags) for one in checked.lines),
        "templates": {name: kept.get(name) for name in template_names(source.plan)},
        "lacking": lacking_templates(session, draft, source.plan),
        "allowed": may_launch(account, source.plan.standing_office),
    }


@router.get(PATH + "/rehearsal/{day}")
def show_day(
    request: Request, draft: Number, day: date, account: Official, portal: Context, number: Few = 1
) -> Response:
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        kinds = ((found.rehearsal or {}).get("days") or {}).get(day.isoformat())
        if kinds is None:
            raise NotHere
        total = sum(kinds.values())
        pages = -(-total // PER_PAGE)
        number = min(max(number, 1), pages)
        start = (number - 1) * PER_PAGE
        facts = {
            "draft": found,
            "day": day,
            "letters": list(islice(_letters(_file(portal, found, day)), start, start + PER_PAGE)),
            "kinds": kinds,
            "names": LETTER_NAMES,
            "number": number,
            "pages": pages,
            "total": total,
        }
        return page(request, "office/launching/day.html", **facts)


@router.get(PATH + "/rehearsal/{day}/{number}")
def show_letter(
    request: Request, draft: Number, day: date, number: Number, account: Official, portal: Context
) -> Response:
    """One letter as its recipient would read it."""
    with portal.database.reading() as session:
        found = plan_draft_for(session, account, draft)
        letters = _letters(_file(portal, found, day))
        letter = next(islice(letters, max(number, 1) - 1, None), None)
        if letter is None or not letter.whole:
            raise NotHere
        rendered = render(content_from(letter.facts["content"]), portal.settings.portal_address)
        facts = {"draft": found, "day": day, "letter": letter, "rendered": rendered}
        return page(request, "office/launching/letter.html", **facts)


def months(days: dict[str, dict[str, int]], calendar: OfficeCalendar) -> Iterator[Month]:
    """From the first month with a letter to the last."""
    counted = {date.fromisoformat(day): sum(kinds.values()) for day, kinds in days.items()}
    if not counted:
        return
    first, last = min(counted).replace(day=1), max(counted)
    while first <= last:
        length = monthrange(first.year, first.month)[1]
        every = [first + timedelta(days=at) for at in range(length)]
        cells = tuple(_cell(day, counted.get(day, 0), calendar) for day in every)
        yield Month(first, sum(cell.letters for cell in cells), cells)
        first += timedelta(days=length)


def to_preview(draft: int, *, at: str = "") -> Response:
    return RedirectResponse(f"/office/drafts/{draft}/rehearsal{at}", status_code=303)


def _cell(day: date, letters: int, calendar: OfficeCalendar) -> Cell:
    shade = sum(letters >= step for step in STEPS)
    return Cell(day, letters, shade, calendar.why_off(day))


def _kinds(days: dict[str, dict[str, int]]) -> dict[str, int]:
    """Of the whole rehearsal, in the order a plan's life has them."""
    found = dict.fromkeys(LETTER_NAMES, 0)
    for kinds in days.values():
        for kind, count in kinds.items():
            found[kind] = found.get(kind, 0) + count
    return {kind: count for kind, count in found.items() if count}


def _file(portal: Portal, draft: PlanDraft, day: date) -> Path:
    """Raises NotHere, also where the rehearsal is not on this machine any more."""
    folder = folder_of(portal, draft.id, draft.rehearsed or 0)
    path = day_file(folder, day)
    if not path.is_file():
        raise NotHere
    return path


def _letters(path: Path) -> Iterator[Letter]:
    with gzip.open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            facts = orjson.loads(line)
            yield Letter(number, facts, facts["content"] is not None)
