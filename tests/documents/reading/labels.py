"""Papers with their labels, and when something read is what a label says.

A label: `due` (see below), `kind` (`kind_alt` accepts others), `inclusive` (true unless said), `window_start`,
`responsible`, `recipient`, `quote`; `optional` ones cost nothing when missed; labels of one `group` come from one
clause, and one milestone may stand for all of them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from documents.reading.folding import fold
from documents.reading.opening import open_document
from documents.reading.reader import read
from documents.reading.report import as_data
from dondoc.words import Language

CORPUS = Path(__file__).parent / "corpus"
PAPERS = sorted(path.stem for path in CORPUS.glob("*.txt"))
EVENTS = ("after", "before", "event_year")
SLOTS = ("kind", "inclusive", "window_start", "responsible", "recipient")

Labels = dict[str, Any]


class Labelled(NamedTuple):
    path: Path
    labels: Labels


def truth(name: str) -> Labels:
    loaded: Labels = YAML(typ="safe").load((CORPUS / f"{name}.yaml").read_text("utf-8"))
    return loaded


def labelled(truth_file: Path, folder: Path | None) -> Iterator[Labelled]:
    """A file with one entry a document, or a folder with NN.txt beside NN.yaml."""
    yaml = YAML(typ="safe")
    if truth_file.is_dir():
        for path in sorted(truth_file.glob("*.yaml")):
            yield Labelled(path.with_suffix(".txt"), yaml.load(path.read_text("utf-8")))
        return
    for entry in yaml.load(truth_file.read_text("utf-8")):
        yield Labelled((folder or truth_file.parent) / entry["file"], entry)


def answer(path: Path) -> Labels:
    return as_data(read(open_document(path)), language=Language.VI)


def key(due: object) -> str:
    """What decides the day; an event's wording does not."""
    if isinstance(due, dict):
        known = {k: "*" if k in EVENTS else v for k, v in due.items() if k != "year_offset"}
        return repr(sorted(known.items(), key=str))
    return str(due)[:10]


def words(text: object) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in fold(str(text or ""))).split())


def says(found: object, wanted: object) -> bool:
    return overlap(found, wanted) >= 0.6


def stands_for(found: Labels, label: Labels) -> bool:
    return key(found["due"]) == key(label["due"]) and says(found["quote"], label["quote"])


def overlap(one: object, other: object) -> float:
    """The share of the smaller text's words that the other has too."""
    left, right_ = words(one), words(other)
    return len(left & right_) / min(len(left), len(right_)) if left and right_ else 0.0


def accepted(label: Labels) -> set[str]:
    return {key(label[name]) for name in ("due", "resolved", "cap") if label.get(name)}


def pairs(found: list[Labels], labels: list[Labels]) -> list[tuple[Labels, Labels]]:
    """Milestones with the labels of their date, the likest words first."""
    options = sorted(
        ((-_likeness(f, t), i, j) for i, f in enumerate(found) for j, t in enumerate(labels) if key(f["due"]) in accepted(t)),
    )  # fmt: skip
    pairs_: dict[int, int] = {}
    for _, i, j in options:
        if i not in pairs_ and j not in pairs_.values():
            pairs_[i] = j
    return [(found[i], labels[j]) for i, j in pairs_.items()]


def _likeness(found: Labels, label: Labels) -> float:
    about = f"{label.get('what', '')} {label.get('clean_quote') or label['quote']}"
    return overlap(f"{found['what']} {found['quote']}", about) + 0.5 * right("kind", found, label)


def right(slot: str, found: Labels, label: Labels) -> bool:
    if slot == "kind":
        return found["kind"] in {label.get("kind", found["kind"]), *label.get("kind_alt", [])}
    if slot == "inclusive":
        return bool(found["inclusive"]) is bool(label.get("inclusive", True))
    if slot == "window_start":
        return str(found["window_start"] or "")[:10] == str(label.get("window_start") or "")[:10]
    wanted = label.get(slot)
    final = label.get("recipient_final") if slot == "recipient" else None
    return not wanted or says(found[slot], wanted) or says(found[slot], final)


def head_right(field: str, said: object, wanted: object) -> bool:
    exact = field in {"number", "date"}
    return str(said) == str(wanted) if exact else says(said, wanted)


def listed(duty: Labels, undated: list[Labels]) -> bool:
    wanted = f"{duty.get('what', '')} {duty['quote']}"
    return any(overlap(f"{one['what']} {one['quote']}", wanted) >= 0.5 for one in undated)
