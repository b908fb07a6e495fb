"""The letters of a rehearsal, one a line."""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple, TextIO

from sqlalchemy import select

from cli.simulation import Simulation
from dondoc.tables import Contact, Letter, LetterState, Notice, Unit
from dondoc.words import Language, Words

LETTER_NAMES = {
    "announcement": Words("thông báo", "announcement"),
    "reminder": Words("nhắc hạn", "reminder"),
    "due_today": Words("hạn hôm nay", "due today"),
    "overdue": Words("quá hạn", "overdue"),
    "escalation": Words("báo cáo cấp trên", "escalation"),
    "review": Words("chờ xem xét", "awaiting review"),
    "digest": Words("tổng hợp tuần", "weekly digest"),
    "receipt": Words("biên nhận", "receipt"),
}


class Sent(NamedTuple):
    at: datetime
    to: str
    unit: str
    letter: str
    level: int | None
    payload: dict[str, Any]
    rules: tuple[str, ...]
    """the steps (T-7, L2, …) that made it"""


class Printer:
    def __init__(self, simulation: Simulation, *, as_json: bool, language: Language) -> None:
        self.simulation = simulation
        self.as_json = as_json
        self.language = language
        self.out: TextIO = sys.stdout
        self.letters = 0
        self.days: set[date] = set()

    def print_sent(self, now: datetime) -> None:
        """Every letter that was accepted at `now`."""
        for sent in self._sent(now):
            self.letters += 1
            self.days.add(sent.at.date())
            self.out.write(json_line(sent) if self.as_json else text_line(sent, self.language))
            self.out.write("\n")

    def _sent(self, now: datetime) -> Iterator[Sent]:
        day = self.simulation.hours.today(now)
        with self.simulation.database.reading() as session:
            rows = session.execute(
                select(
                    Letter.id,
                    Letter.address,
                    Unit.code,
                    Letter.name,
                    Letter.level,
                    Letter.payload,
                )
                .outerjoin(Contact, Contact.id == Letter.contact_id)
                .outerjoin(Unit, Unit.id == Contact.unit_id)
                .where(
                    Letter.day >= day - date.resolution * 4,
                    Letter.sent_at == now,
                    Letter.state == LetterState.SENT,
                )
                .order_by(Letter.id)
            ).all()
            rules = {} if self.as_json else self._rules(session, [row[0] for row in rows])
        local = now.astimezone(self.simulation.hours.zone)
        for id_, address, unit, name, level, payload in rows:
            yield Sent(local, address, unit or "", name, level, payload or {}, rules.get(id_, ()))

    def _rules(self, session: Any, letters: list[int]) -> dict[int, tuple[str, ...]]:
        found: dict[int, dict[str, None]] = {}
        for start in range(0, len(letters), 500):
            for letter_id, step in session.execute(
                select(Notice.letter_id, Notice.step)
                .where(Notice.letter_id.in_(letters[start : start + 500]))
                .order_by(Notice.id)
            ):
                found.setdefault(letter_id, {})[step] = None
        return {id_: tuple(steps) for id_, steps in found.items()}


def json_line(sent: Sent) -> str:
    return json.dumps(
        {
            "at": sent.at.isoformat(),
            "to": sent.to,
            "unit": sent.unit,
            "letter": sent.letter,
            "level": sent.level,
            "items": [
                {
                    "milestone": item["milestone"],
                    "occurrence": item["occurrence"],
                    "due": item["due"],
                    "days_left": item["days_left"],
                }
                for item in _items(sent.payload)
            ],
        },
        ensure_ascii=False,
    )


def text_line(sent: Sent, language: Language) -> str:
    items = _items(sent.payload)
    what = ", ".join(dict.fromkeys(item["milestone"] for item in items))
    name = LETTER_NAMES[sent.letter].text(language)
    why = " ".join(sent.rules)
    return f"{sent.at:%d/%m/%Y %H:%M}  {sent.to:<34} {name:<22} [{why}] {what}"


def _items(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """The reader's own, then those of the units below."""
    below = [item for unit in payload.get("pressed", ()) for item in unit["items"]]
    return [*payload.get("items", ()), *below]
