"""The places of the quotes, for a page that shows the document beside its draft."""

from pathlib import Path

import pytest

from documents.reading.beside import Beside, Marked, beside
from documents.reading.folding import fold
from documents.reading.opening import open_document
from documents.reading.reader import read
from dondoc.plan.source import parse_plan
from tests.documents.reading import papers
from tests.documents.reading.labels import CORPUS, PAPERS


def shown(path: Path) -> Beside:
    return beside(read(open_document(path)), directory=None, year=2024)


def words(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def marked_words(page: Beside, one: Marked) -> str:
    return words(" ".join(page.text[place.start : place.end] for place in one.places))


@pytest.mark.parametrize("name", PAPERS)
def test_places_hold_the_quotes(name: str) -> None:
    page = shown(CORPUS / f"{name}.txt")

    assert {one.code: marked_words(page, one) for one in page.milestones} == {
        one.code: words(one.quote) for one in page.milestones
    }
    assert [marked_words(page, one) for one in page.undated] == [
        words(one.quote) for one in page.undated
    ]


@pytest.mark.parametrize("name", PAPERS)
def test_every_milestone_of_the_draft_has_its_place(name: str) -> None:
    page = shown(CORPUS / f"{name}.txt")

    plan = parse_plan(page.draft.text)

    assert [one.code for one in page.milestones] == [m.code for m in plan.milestones]
    assert all(one.places for one in page.milestones)


def test_word_documents_table_row_is_one_place(tmp_path: Path) -> None:
    page = shown(papers.word(tmp_path / "plan.docx"))

    row = page.milestones[-1]

    assert [page.text[a:b] for a, b in row.places] == [" | ".join(papers.ROWS[1])]


def test_doubts_stand_with_their_milestone(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(
        "KẾ HOẠCH\nThi đua năm 2024\nCác đơn vị gửi báo cáo trước ngày 16/6/2024.\n",
        encoding="utf-8",
    )

    page = shown(path)

    assert [doubt.vi for doubt in page.milestones[0].doubts] == ["hạn 16/06/2024 là Chủ nhật"]
