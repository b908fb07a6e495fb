"""Where a unit came from, what became of it, what it was called."""

from collections.abc import Iterator

from rich.text import Text
from sqlalchemy.orm import Session

from cli.context import Context
from dondoc.explaining import ACTIONS
from dondoc.tables import Unit, UnitChange
from dondoc.units.lineage import changes_of
from dondoc.units.naming import names_of
from dondoc.words import Language, Words

CALLED = Words("đến hết {until:%d/%m/%Y}: {name}", "until {until:%d/%m/%Y}: {name}")
WENT = Words(
    "{on:%d/%m/%Y} {kind} (số {id}): tiếp theo là {units} – dondoc why {first}",
    "{on:%d/%m/%Y} {kind} (no. {id}): goes on as {units} – dondoc why {first}",
)
CAME = Words(
    "{on:%d/%m/%Y} {kind} (số {id}): tiếp nhận từ {units} – dondoc why {first}",
    "{on:%d/%m/%Y} {kind} (no. {id}): takes over from {units} – dondoc why {first}",
)
ENDED = Words("{on:%d/%m/%Y} {kind} (số {id})", "{on:%d/%m/%Y} {kind} (no. {id})")


def show_lineage(ctx: Context, session: Session, unit: Unit) -> None:
    for line in (*_names(session, unit, ctx.language), *_changes(session, unit, ctx.language)):
        ctx.console.print(Text(line, style="dim"))


def _names(session: Session, unit: Unit, language: Language) -> Iterator[str]:
    for one in names_of(session, unit):
        if one.until is not None:
            yield CALLED.text(language, until=one.until, name=one.name)


def _changes(session: Session, unit: Unit, language: Language) -> Iterator[str]:
    for change in changes_of(session, unit):
        facts = {
            "on": change.on,
            "kind": ACTIONS[f"unit_{change.kind}"].text(language),
            "id": change.id,
        }
        after, before = _after(change, unit), _before(change, unit)
        if after:
            yield WENT.text(language, units=", ".join(after), first=after[0], **facts)
        if before:
            yield CAME.text(language, units=", ".join(before), first=before[0], **facts)
        if not after and not before:
            yield ENDED.text(language, **facts)


def _after(change: UnitChange, unit: Unit) -> list[str]:
    found = (one.successor for one in change.successions if one.predecessor is unit)
    return [to.code for to in found if to is not None]


def _before(change: UnitChange, unit: Unit) -> list[str]:
    return [one.predecessor.code for one in change.successions if one.successor is unit]
