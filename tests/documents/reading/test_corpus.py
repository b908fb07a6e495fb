"""The genre's corpus: every labelled deadline is found, nothing else is, and the slots are right.

A change that loses one label fails here by the paper's name.
"""

import unicodedata
from pathlib import Path

import pytest

from tests.documents.reading.labels import (
    CORPUS,
    PAPERS,
    SLOTS,
    Labels,
    answer,
    head_right,
    key,
    listed,
    right,
    stands_for,
    truth,
)


def read_paper(name: str) -> Labels:
    return answer(CORPUS / f"{name}.txt")


@pytest.mark.parametrize("name", PAPERS)
def test_paper_gives_its_deadlines(name: str) -> None:
    labels = truth(name).get("deadlines") or []
    optional = {key(label["due"]) for label in labels if label.get("optional")}
    found = sorted(key(one["due"]) for one in read_paper(name)["milestones"])

    assert [due for due in found if due not in optional] == sorted(
        key(label["due"]) for label in labels if not label.get("optional")
    )


@pytest.mark.parametrize("name", PAPERS)
def test_paper_says_who_what_and_when(name: str) -> None:
    labels = [label for label in truth(name).get("deadlines") or [] if not label.get("optional")]
    milestones = read_paper(name)["milestones"]

    wrong = [
        (slot, [one[slot] for one in milestones if stands_for(one, label)], label.get(slot))
        for label in labels
        for slot in SLOTS
        if not any(right(slot, one, label) for one in milestones if stands_for(one, label))
    ]

    assert wrong == []


@pytest.mark.parametrize("name", [name for name in PAPERS if truth(name).get("doc")])
def test_paper_gives_its_head(name: str) -> None:
    head, wanted = read_paper(name)["plan"], truth(name)["doc"]

    wrong = {k: head[k] for k, v in wanted.items() if not head_right(k, head[k], v)}

    assert wrong == {}


@pytest.mark.parametrize("name", PAPERS)
def test_paper_lists_its_undated_duties(name: str) -> None:
    undated = read_paper(name)["undated"]

    missing = [
        duty["quote"]
        for duty in truth(name).get("undated_duties") or []
        if not listed(duty, undated)
    ]

    assert missing == []


@pytest.mark.parametrize("name", PAPERS)
def test_paper_in_decomposed_letters_reads_the_same(name: str, tmp_path: Path) -> None:
    text = (CORPUS / f"{name}.txt").read_text("utf-8")
    decomposed = tmp_path / f"{name}.txt"
    decomposed.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")

    assert answer(decomposed) == read_paper(name)


def source_of(name: str) -> str:
    """Without marks of emphasis and the bars of tables, which are no words."""
    text = (CORPUS / f"{name}.txt").read_text("utf-8")
    return " ".join(text.replace("|", " ").replace("**", "").split())


def test_quotes_are_the_papers_own_words() -> None:
    strange = [
        (name, part)
        for name in PAPERS
        for one in read_paper(name)["milestones"]
        for part in one["quote"].replace("|", " ").split(" … ")
        if " ".join(part.split()) not in source_of(name)
    ]

    assert strange == []
