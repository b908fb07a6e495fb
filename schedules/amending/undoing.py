"""Whether an amendment takes back what an earlier one changed: a file written from an old version
would do so without anybody meaning it."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from dondoc.plan.differing import Alteration, Differences
from dondoc.tables import Plan
from dondoc.versions import VersionLine, versions
from dondoc.words import Words

UNDOES = Words(
    "{what}: lấy lại thay đổi của {actor} ở phiên bản {number}",
    "{what}: takes back what {actor} changed in version {number}",
)
ADDED, DROPPED = Words("thêm {code}", "{code} added"), Words("bỏ {code}", "{code} dropped")


def undone(session: Session, plan: Plan, found: Differences) -> tuple[Words, ...]:
    """The latest version that is taken back, for each thing that is."""
    lines = [line for line in versions(session, plan) if line.changes is not None]
    told: dict[tuple[str, str], Words] = {}
    for line in reversed(lines):
        for code, field, words in _undone(line, found):
            told.setdefault((code, field), words)
    return tuple(told.values())


def _undone(line: VersionLine, found: Differences) -> Iterator[tuple[str, str, Words]]:
    earlier = line.changes
    if earlier is None:
        return
    was = {(code, one.field, one.before, one.after) for code, one in _alterations(earlier)}
    for code, one in _alterations(found):
        if (code, one.field, one.after, one.before) in was:
            what = Words(f"{code} {one.label.vi}".strip(), f"{code} {one.label.en}".strip())
            yield code, one.field, _said(line, what)
    both = {one.code for one in earlier.added} & {one.code for one in found.dropped}
    for code in sorted(both):
        yield code, "", _said(line, _coded(DROPPED, code))
    both = {one.code for one in earlier.dropped} & {one.code for one in found.added}
    for code in sorted(both):
        yield code, "", _said(line, _coded(ADDED, code))


def _alterations(found: Differences) -> Iterator[tuple[str, Alteration]]:
    for one in found.header:
        yield "", one
    for altered in found.altered:
        for one in altered.alterations:
            yield altered.code, one


def _coded(words: Words, code: str) -> Words:
    return Words(words.vi.format(code=code), words.en.format(code=code))


def _said(line: VersionLine, what: Words) -> Words:
    facts = {"actor": line.actor, "number": line.number}
    return Words(UNDOES.vi.format(what=what.vi, **facts), UNDOES.en.format(what=what.en, **facts))
