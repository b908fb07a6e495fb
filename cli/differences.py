"""What differs between two versions of a plan, as tables and as JSON."""

from collections.abc import Iterator
from typing import Any

from rich.table import Table
from rich.text import Text

from cli.context import Context
from dondoc.plan import phrasing
from dondoc.plan.differing import Alteration, Differences
from dondoc.plan.model import Milestone, PlanFile
from dondoc.words import Language, Words

HEAD = (
    Words("Mốc", "Milestone"),
    Words("Nội dung", "What"),
    Words("Trước", "Before"),
    Words("Sau", "After"),
)
PLAN = Words("(cả kế hoạch)", "(whole plan)")
ADDED, DROPPED = Words("thêm mốc", "added"), Words("bỏ mốc", "dropped")


def differences_table(ctx: Context, found: Differences) -> Table:
    language = ctx.language
    table = Table(header_style="bold", pad_edge=False, show_edge=False)
    for words in HEAD:
        table.add_column(words.text(language), overflow="fold")
    for alteration in found.header:
        table.add_row(PLAN.text(language), *_cells(alteration, language))
    for one in found.dropped:
        said = _milestone(found.old, one).text(language)
        table.add_row(one.code, Text(DROPPED.text(language), "red"), Text(said), "–")
    for altered in found.altered:
        for n, alteration in enumerate(altered.alterations):
            table.add_row("" if n else altered.code, *_cells(alteration, language))
    for one in found.added:
        said = _milestone(found.new, one).text(language)
        table.add_row(one.code, Text(ADDED.text(language), "green"), "–", Text(said))
    return table


def differences_json(found: Differences, language: Language) -> dict[str, Any]:
    return {
        "header": [_json(one, language) for one in found.header],
        "added": [one.code for one in found.added],
        "dropped": [one.code for one in found.dropped],
        "altered": [
            {"milestone": one.code, **_json(alteration, language)}
            for one in found.altered
            for alteration in one.alterations
        ],
    }


def _cells(alteration: Alteration, language: Language) -> Iterator[Text]:
    for words in (alteration.label, alteration.before, alteration.after):
        yield Text(words.text(language))


def _milestone(plan: PlanFile, one: Milestone) -> Words:
    due = phrasing.due(plan, one)
    return Words(f"{one.name}, hạn {due.vi}", f"{one.name}, due {due.en}")


def _json(alteration: Alteration, language: Language) -> dict[str, Any]:
    return {
        "field": alteration.field,
        "before": alteration.before.text(language),
        "after": alteration.after.text(language),
    }
