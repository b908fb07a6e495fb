"""The letters of a rehearsal, one a line."""

import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TextIO

import orjson
from sqlalchemy import select

from cli.simulation import Simulation
from dondoc.tables import Contact, Notice, Unit
from dondoc.words import Language
from notifications.content import LETTER_NAMES, Content, Item
from notifications.practice import Sent


class Printer:
    """Prints what the simulation has sent since it last looked."""

    def __init__(self, simulation: Simulation, *, as_json: bool, language: Language) -> None:
        self.simulation = simulation
        self.as_json = as_json
        self.language = language
        self.out: TextIO = sys.stdout
        self.letters = 0
        self.days: set[date] = set()
        with simulation.database.reading() as session:
            seats = session.execute(select(Contact.id, Unit.code).join(Unit))
            self.units = dict(seats.tuples().all())

    def print_sent(self, now: datetime) -> None:
        sent, self.simulation.sent = self.simulation.sent, []
        if not sent:
            return
        at = now.astimezone(self.simulation.hours.zone)
        self.letters += len(sent)
        self.days.add(at.date())
        if self.as_json:
            moment, unit_of = at.isoformat(), self.units.get
            lines = b"".join(
                json_line(one, moment, unit_of(one.letter.contact_id or 0)) for one in sent
            ).decode()
        else:
            rules = self._rules([one.letter.id for one in sent])
            lines = "".join(text_line(one, at, rules[one.letter.id], self.language) for one in sent)
        self.out.write(lines)

    def _rules(self, letters: list[int]) -> dict[int, list[str]]:
        """The steps (T-7, L2, …) that made each letter."""
        found: dict[int, dict[str, None]] = {letter: {} for letter in letters}
        with self.simulation.database.reading() as session:
            for start in range(0, len(letters), 500):
                rows = session.execute(
                    select(Notice.letter_id, Notice.step)
                    .where(Notice.letter_id.in_(letters[start : start + 500]))
                    .order_by(Notice.id)
                )
                for letter_id, step in rows:
                    if letter_id is not None:
                        found[letter_id][step] = None
        return {id_: list(steps) for id_, steps in found.items()}


def json_line(sent: Sent, at: str, unit: str | None) -> bytes:
    """`at`: the moment, ISO with offset."""
    letter, content = sent
    facts = {
        "at": at,
        "to": letter.address,
        "unit": unit,
        "letter": content.name,
        "level": content.level,
        "items": [
            {
                "milestone": item.milestone,
                "occurrence": item.occurrence,
                "due": item.due,
                "days_left": item.days_left,
            }
            for item in _items(content)
        ],
    }
    return orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE)


def text_line(sent: Sent, at: datetime, rules: Sequence[str], language: Language) -> str:
    what = ", ".join(dict.fromkeys(item.milestone for item in _items(sent.content)))
    name = LETTER_NAMES[sent.content.name].text(language)
    why = " ".join(rules)
    return f"{at:%d/%m/%Y %H:%M}  {sent.letter.address:<34} {name:<18} [{why}] {what}\n"


def _items(content: Content) -> Iterator[Item]:
    """The reader's own, then those of the units below."""
    yield from content.items
    for unit in content.pressed:
        yield from unit.items
