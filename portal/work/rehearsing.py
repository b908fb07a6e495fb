"""A draft is rehearsed on a simulated clock, as `dondoc rehearse` does it; what goes out when is
kept by the day."""

import gzip
import shutil
from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.plan.source import Source, parse_source
from dondoc.plan_drafts import By, end_task
from dondoc.tables import Contact, PlanDraft, Unit
from dondoc.units.export import unit_rows
from notifications.beat import beat, next_moment
from notifications.content import Content
from notifications.practice import Practice, Sent
from portal.context import Portal
from schedules.launch import Launched, launch
from schedules.rehearsal import rehearse
from schedules.stage import BEGINS_AT, TAIL, Stage, last_day, scenery

FAST = 1
"""gzip's quickest: a big office has a million letters"""
NAMED = 50
"""units without an address that are named; the others are counted"""
IN_FULL = 50
"""letters of a day that are kept whole, to be read as their recipient would"""


def folder_of(portal: Portal, draft: int, revision: int) -> Path:
    """Where the days of a rehearsal lie, a file each."""
    return portal.settings.data / "rehearsals" / f"{draft}-{revision}"


def day_file(folder: Path, day: date) -> Path:
    """A line for each letter of the day."""
    return folder / f"{day.isoformat()}.jsonl.gz"


def forget(portal: Portal, draft: int) -> None:
    """The days of its rehearsals: they are full of names and addresses."""
    for old in (portal.settings.data / "rehearsals").glob(f"{draft}-*"):
        shutil.rmtree(old)


def rehearse_draft(portal: Portal, draft_id: int, by: By) -> None:
    """Raises PlanWrong, UnknownUnit."""
    with portal.database.reading() as session:
        draft = session.get_one(PlanDraft, draft_id)
        source, revision = parse_source(draft.source, draft.name), draft.revision
        rows = unit_rows(session)
    folder = folder_of(portal, draft_id, revision)
    forget(portal, draft_id)
    folder.mkdir(parents=True)
    with scenery(rows) as (database, beside):
        practice = Practice(database, portal.hours, portal.settings, keys=beside)
        stage = Stage(
            database, portal.hours, beat=partial(beat, practice.post), next_moment=next_moment
        )
        found = _perform(stage, practice, source, by.now, _Days(folder, source.plan.zone))
    with portal.database.writing() as session:
        draft = session.get_one(PlanDraft, draft_id)
        draft.rehearsed, draft.rehearsal = revision, found
        end_task(draft)


def begins_at(source: Source, now: datetime, last: date) -> datetime:
    """As launched now; a plan that is over already is shown as it would have gone."""
    plan = source.plan
    if last >= now.astimezone(plan.zone).date():
        return now
    return datetime.combine(plan.issued or plan.period.start, BEGINS_AT, plan.zone)


def _perform(
    stage: Stage, practice: Practice, source: Source, now: datetime, days: "_Days"
) -> dict[str, Any]:
    with stage.database.writing() as session:
        launched = _launched(session, source, stage, now)
        last = last_day(launched, now.astimezone(source.plan.zone).date())
        start = begins_at(source, now, last)
        if start != now:
            session.rollback()
    if start != now:
        with stage.database.writing() as session:
            _launched(session, source, stage, start)
    days.know(stage)
    end = datetime.combine(last + TAIL, time.max, source.plan.zone)
    for at in rehearse(stage.world(), start=start, end=end):
        sent, practice.sent = practice.sent, []
        days.add(at, sent)
    days.close()
    return _facts(launched) | {
        "from": start.astimezone(source.plan.zone).date(),
        "to": last + TAIL,
        "over": start != now,
        "days": days.counted(),
    }


def _launched(session: Session, source: Source, stage: Stage, now: datetime) -> Launched:
    return launch(session, source.plan, source=source.text, hours=stage.hours, now=now)


def _facts(launched: Launched) -> dict[str, Any]:
    """What a dry run tells."""
    return {
        "obligations": launched.obligations,
        "notices": launched.notices,
        "without_contact": launched.without_contact[:NAMED],
        "n_without_contact": len(launched.without_contact),
        "estimated_years": launched.estimated_years,
        "milestones": [
            {
                "code": one.code,
                "name": one.name,
                "occurrence": one.occurrence,
                "due": one.deadline.due_on,
                "inclusive": one.deadline.inclusive,
                "rolled": one.deadline.rolled_on,
                "why_off": None if one.why_off is None else one.why_off._asdict(),
                "units": one.units,
                "silent": one.silent,
            }
            for one in sorted(launched.milestones, key=lambda one: one.deadline.due_on)
        ],
        "waiting": [
            {"name": one.name, "rule": one.rule._asdict(), "units": one.units}
            for one in launched.waiting
        ],
    }


class _Days:
    """Letters by the office's day, a line each."""

    def __init__(self, folder: Path, zone: Any) -> None:
        self._folder = folder
        self._zone = zone
        self._kinds: dict[date, Counter[str]] = defaultdict(Counter)
        self._day: date | None = None
        self._lines: list[bytes] = []
        self._units: dict[int, tuple[str, str]] = {}

    def know(self, stage: Stage) -> None:
        """Whose seat each letter is for."""
        with stage.database.reading() as session:
            rows = session.execute(select(Contact.id, Unit.code, Unit.name).join(Unit))
            self._units = {seat: (code, name) for seat, code, name in rows}

    def add(self, now: datetime, sent: list[Sent]) -> None:
        day = now.astimezone(self._zone).date()
        if day != self._day:
            self.close()
            self._day = day
        for one in sent:
            self._kinds[day][one.content.name] += 1
            self._lines.append(self._line(one, now, whole=len(self._lines) < IN_FULL))

    def close(self) -> None:
        if self._day is not None and self._lines:
            with gzip.open(day_file(self._folder, self._day), "ab", FAST) as file:
                file.writelines(self._lines)
        self._lines = []

    def counted(self) -> dict[str, dict[str, int]]:
        return {day.isoformat(): dict(kinds) for day, kinds in sorted(self._kinds.items())}

    def _line(self, one: Sent, now: datetime, *, whole: bool) -> bytes:
        code, name = self._units.get(one.letter.contact_id or 0, ("", ""))
        facts = {
            "at": now.astimezone(self._zone),
            "to": one.letter.address,
            "unit": code,
            "unit_name": name,
            "letter": one.content.name,
            "items": _names(one.content),
            "content": asdict(one.content) if whole else None,
        }
        return orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE)


def _names(content: Content) -> list[str]:
    """Of the milestones it is about: the reader's own, then those of the units below."""
    own = [item.name for item in content.items]
    pressed = [item.name for unit in content.pressed for item in unit.items]
    return list(dict.fromkeys(own + pressed))
