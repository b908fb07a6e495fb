"""What relative due dates hang on."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from dondoc.plan.mistakes import NOTHING, suggestion
from dondoc.words import Words


class LooseEnd(NamedTuple):
    wrong: Words
    right: Words


def loose_ends(anchors: Mapping[str, str], known: Collection[str]) -> dict[str, LooseEnd]:
    """By milestone: an anchor that is no event or milestone of the plan, or a circle. `anchors`
    are those of the milestones that are due relative to something."""
    found: dict[str, LooseEnd] = {}
    for code, anchor in anchors.items():
        if anchor not in known:
            others = [one for one in known if one != code]
            wrong = Words(
                f"không có sự kiện hay mốc {anchor}", f"there is no event or milestone {anchor}"
            )
            found[code] = LooseEnd(wrong, suggestion(anchor, others))
        elif code in (way := list(_way(code, anchors))):
            shown = " → ".join((code, *way))
            wrong = Words(f"hạn chạy vòng: {shown}", f"the date hangs on itself: {shown}")
            found[code] = LooseEnd(wrong, NOTHING)
    return found


def _way(code: str, anchors: Mapping[str, str]) -> Iterator[str]:
    """From anchor to anchor, until it ends or a code comes twice."""
    passed: set[str] = set()
    here = anchors.get(code)
    while here is not None and here not in passed:
        yield here
        passed.add(here)
        here = anchors.get(here)
