"""The genre's corpus: every labelled deadline is found, nothing else is, and the slots are right.

A change that loses one label fails here by the paper's name.
"""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from documents.reading.folding import fold
from documents.reading.opening import open_document
from documents.reading.reader import read
from documents.reading.report import as_data
from dondoc.words import Language

CORPUS = Path(__file__).parent / "corpus"
PAPERS = sorted(path.stem for path in CORPUS.glob("*.txt"))
EVENTS = ("after", "before", "event_year")


def truth(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe").load((CORPUS / f"{name}.yaml").read_text("utf-8"))
    return loaded


def answer(name: str) -> dict[str, Any]:
    return as_data(read(open_document(CORPUS / f"{name}.txt")), language=Language.VI)


def key(due: object) -> str:
    """What decides the day; an event's wording does not."""
    if isinstance(due, dict):
        known = {k: "*" if k in EVENTS else v for k, v in due.items() if k != "year_offset"}
        return repr(sorted(known.items(), key=str))
    return str(due)[:10]


def words(text: object) -> set[str]:
    return set("".join(c if c.isalnum() else " " for c in fold(str(text or ""))).split())


def says(found: object, wanted: object) -> bool:
    one, other = words(found), words(wanted)
    return len(one & other) >= 0.6 * min(len(one), len(other)) if one and other else False


@pytest.mark.parametrize("name", PAPERS)
def test_paper_gives_its_deadlines(name: str) -> None:
    labels = truth(name).get("deadlines") or []
    optional = {key(label["due"]) for label in labels if label.get("optional")}
    found = sorted(key(one["due"]) for one in answer(name)["milestones"])

    assert [due for due in found if due not in optional] == sorted(
        key(label["due"]) for label in labels if not label.get("optional")
    )


@pytest.mark.parametrize("name", PAPERS)
def test_paper_says_who_what_and_when(name: str) -> None:
    labels = [label for label in truth(name).get("deadlines") or [] if not label.get("optional")]
    milestones = answer(name)["milestones"]

    wrong = [
        (slot, [one[slot] for one in milestones if stands_for(one, label)], label.get(slot))
        for label in labels
        for slot in ("kind", "inclusive", "window_start", "responsible", "recipient")
        if not any(right(slot, one, label) for one in milestones if stands_for(one, label))
    ]

    assert wrong == []


def stands_for(found: dict[str, Any], label: dict[str, Any]) -> bool:
    return key(found["due"]) == key(label["due"]) and says(found["quote"], label["quote"])


def right(slot: str, found: dict[str, Any], label: dict[str, Any]) -> bool:
    if slot == "kind":
        return bool(found["kind"] in {label["kind"], *label.get("kind_alt", [])})
    if slot == "inclusive":
        return bool(found["inclusive"]) is bool(label.get("inclusive", True))
    if slot == "window_start":
        return bool(
            str(found["window_start"] or "")[:10] == str(label.get("window_start") or "")[:10]
        )
    return slot not in label or says(found[slot], label[slot])


@pytest.mark.parametrize("name", [name for name in PAPERS if truth(name).get("doc")])
def test_paper_gives_its_head(name: str) -> None:
    head, wanted = answer(name)["plan"], truth(name)["doc"]

    assert {
        k: str(head[k]) if k in {"number", "date"} else says(head[k], v) for k, v in wanted.items()
    } == {k: str(v) if k in {"number", "date"} else True for k, v in wanted.items()}


@pytest.mark.parametrize("name", PAPERS)
def test_paper_lists_its_undated_duties(name: str) -> None:
    listed = answer(name)["undated"]

    missing = [
        duty["quote"]
        for duty in truth(name).get("undated_duties") or []
        if not any(says(f"{one['what']} {one['quote']}", duty["quote"]) for one in listed)
    ]

    assert missing == []


@pytest.mark.parametrize("name", PAPERS)
def test_paper_in_decomposed_letters_reads_the_same(name: str, tmp_path: Path) -> None:
    text = (CORPUS / f"{name}.txt").read_text("utf-8")
    decomposed = tmp_path / f"{name}.txt"
    decomposed.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")

    assert as_data(read(open_document(decomposed)), language=Language.VI) == answer(name)


def source_of(name: str) -> str:
    """Without marks of emphasis and the bars of tables, which are no words."""
    text = (CORPUS / f"{name}.txt").read_text("utf-8")
    return " ".join(text.replace("|", " ").replace("**", "").split())


def test_quotes_are_the_papers_own_words() -> None:
    strange = [
        (name, part)
        for name in PAPERS
        for one in answer(name)["milestones"]
        for part in one["quote"].replace("|", " ").split(" … ")
        if " ".join(part.split()) not in source_of(name)
    ]

    assert strange == []
