"""How well plan documents are read: `python -m benchmarks.read_score [TRUTH.yaml FOLDER | FOLDER]`

The corpus of the tests, and another set where one is named: a truth file with one entry per
document, or a folder with NN.txt beside NN.yaml. Prints, per set, each document's deadlines and
how many of their slots, of the head and of the duties without a date are right. Exits 0.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from tests.documents.reading.labels import (
    CORPUS,
    SLOTS,
    Labelled,
    Labels,
    accepted,
    answer,
    head_right,
    key,
    labelled,
    listed,
    pairs,
    right,
    says,
)

HEAD = ("number", "date", "issuer", "title")
QUOTE = "quote"


class Score(NamedTuple):
    """`slots` counts, by name, those that are right and, under "of …", those that were asked."""

    name: str
    right: int
    missed: int
    false: int
    slots: Counter[str]


def score(paper: Labelled) -> Score:
    """Labels of one group stand for one another; optional ones cost nothing when missed."""
    said = answer(paper.path)
    labels: list[Labels] = paper.labels.get("deadlines") or []
    paired = pairs(said["milestones"], labels)
    groups = {label["group"] for _, label in paired if label.get("group")}
    taken = [label for _, label in paired]
    missed = [
        label
        for label in labels
        if label not in taken and not label.get("optional") and label.get("group") not in groups
    ]
    grouped = {due for label in labels if label.get("group") in groups for due in accepted(label)}
    false = [one for one in said["milestones"] if not any(one is found for found, _ in paired)]
    slots = _others(said, paper.labels)
    for found, label in paired:
        _count(slots, found, label)
    wrong = sum(key(one["due"]) not in grouped for one in false)
    return Score(paper.path.name, len(paired), len(missed), wrong, slots)


def _count(slots: Counter[str], found: Labels, label: Labels) -> None:
    for slot in SLOTS:
        asked = slot in {"kind", "inclusive", "window_start"} or bool(label.get(slot))
        if asked and not isinstance(label.get(slot), list):
            slots[f"of {slot}"] += 1
            slots[slot] += right(slot, found, label)
    slots[f"of {QUOTE}"] += 1
    slots[QUOTE] += says(found[QUOTE], label[QUOTE])


def _others(said: Labels, labels: Labels) -> Counter[str]:
    counted: Counter[str] = Counter()
    for field in HEAD:
        wanted = (labels.get("doc") or {}).get(field)
        if wanted:
            counted[f"of {field}"] += 1
            counted[field] += head_right(field, said["plan"].get(field), wanted)
    for duty in labels.get("undated_duties") or []:
        counted["of undated"] += 1
        counted["undated"] += listed(duty, said["undated"])
    return counted


def show(title: str, scores: list[Score]) -> None:
    table = Table("document", "right", "missed", "false", title=title)
    for one in scores:
        table.add_row(one.name, str(one.right), str(one.missed), str(one.false))
    hit, missed, false = (sum(getattr(one, k) for one in scores) for k in Score._fields[1:4])
    f1 = 2 * hit / max(2 * hit + missed + false, 1)
    table.add_section()
    table.add_row(f"F1 {f1:.3f}", str(hit), str(missed), str(false))
    Console().print(table)
    print("  ".join(_shares(scores)))


def _shares(scores: list[Score]) -> Iterator[str]:
    total: Counter[str] = sum((one.slots for one in scores), Counter())
    for slot in (*SLOTS, QUOTE, *HEAD, "undated"):
        if total[f"of {slot}"]:
            yield f"{slot} {total[slot]}/{total[f'of {slot}']}"


def main(arguments: list[str]) -> None:
    """The tests' corpus, and the set that is named."""
    show("corpus", [score(paper) for paper in labelled(CORPUS, None)])
    if arguments:
        folder = Path(arguments[1]) if len(arguments) > 1 else None
        truth = Path(arguments[0])
        show(truth.name, [score(paper) for paper in labelled(truth, folder)])


if __name__ == "__main__":
    main(sys.argv[1:])
