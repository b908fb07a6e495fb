"""How well plan documents are read: `python -m benchmarks.read_score [TRUTH.yaml FOLDER | FOLDER]…`

Without arguments, the corpus of the tests. A truth file holds one entry per document; a folder
holds NN.txt beside NN.yaml. Prints a table per set and exits 0.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from ruamel.yaml import YAML

from documents.reading.opening import open_document
from documents.reading.reader import read

CORPUS = Path(__file__).parents[1] / "tests" / "documents" / "reading" / "corpus"
EVENTS = ("after", "before", "event_year")


class Score(NamedTuple):
    name: str
    right: int
    missed: int
    false: int


def key(due: object) -> str:
    if isinstance(due, dict):
        known = {k: "*" if k in EVENTS else v for k, v in due.items() if k != "year_offset"}
        return repr(sorted(known.items(), key=str))
    return str(due)[:10]


def score(path: Path, labels: list[dict[str, Any]]) -> Score:
    """Labels of one group stand for one another; optional ones cost nothing when missed."""
    found = [key(one.due) for one in read(open_document(path)).milestones]
    groups: set[object] = set()
    right = missed = 0
    for label in sorted(labels, key=lambda label: bool(label.get("optional"))):
        due, group = key(label["due"]), label.get("group")
        if group is not None and group in groups:
            continue
        if due in found:
            found.remove(due)
            right += 1
            groups.add(group)
        else:
            missed += not label.get("optional")
    more = {key(label["due"]) for label in labels if label.get("group") in groups - {None}}
    return Score(path.name, right, missed, sum(due not in more for due in found))


def documents(truth: Path, folder: Path | None) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    yaml = YAML(typ="safe")
    if truth.is_dir():
        for label in sorted(truth.glob("*.yaml")):
            yield (
                label.with_suffix(".txt"),
                yaml.load(label.read_text("utf-8")).get("deadlines") or [],
            )
        return
    for entry in yaml.load(truth.read_text("utf-8")):
        yield (folder or truth.parent) / entry["file"], entry.get("deadlines") or []


def show(title: str, scores: list[Score]) -> None:
    table = Table("document", "right", "missed", "false", title=title)
    for one in scores:
        table.add_row(one.name, str(one.right), str(one.missed), str(one.false))
    right, missed, false = (
        sum(getattr(one, k) for one in scores) for k in ("right", "missed", "false")
    )
    f1 = 2 * right / max(2 * right + missed + false, 1)
    table.add_section()
    table.add_row(f"F1 {f1:.3f}", str(right), str(missed), str(false))
    Console().print(table)


def main(arguments: list[str]) -> None:
    truth = Path(arguments[0]) if arguments else CORPUS
    folder = Path(arguments[1]) if len(arguments) > 1 else None
    show(str(truth), [score(path, labels) for path, labels in documents(truth, folder)])


if __name__ == "__main__":
    main(sys.argv[1:])
