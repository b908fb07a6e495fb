"""The core writes a receipt's letter as plain facts; here they meet what the letters expect."""

from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.dossier import offer
from dondoc.queries import milestone_by_code, obligation_of, plan_by_code, unit_by_code
from dondoc.signing import open_signer
from dondoc.store import FileStore
from dondoc.submissions import submit
from dondoc.tables import Letter
from dondoc.words import Language
from notifications.content import content_from
from notifications.rendering import render
from tests.cast import local, make_plan, make_units
from tests.papers import pdf


@pytest.mark.parametrize(
    ("language", "said"), [(Language.VI, "còn thiếu"), (Language.EN, "missing")]
)
def test_a_receipt_letter_can_be_read(
    sqlite: Database, tmp_path: Path, language: Language, said: str
) -> None:
    with sqlite.writing() as session:
        plan = make_plan(session, make_units(session))
        milestone = milestone_by_code(session, plan_by_code(session, plan.code), "guong")
        milestone.body = {
            **milestone.body,
            "hand_in": {
                "components": [
                    {"code": "a", "name": "Báo cáo"},
                    {"code": "b", "name": "Biên bản"},
                ]
            },
        }
        obligation = obligation_of(session, milestone, unit_by_code(session, "p-2"))
        obligation.unit.contacts[0].language = language
        submit(
            session,
            FileStore(tmp_path / "files"),
            open_signer(tmp_path),
            obligation,
            files=[offer("a", pdf(tmp_path / "báo cáo.pdf"))],
            fields={},
            actor="thu",
            now=local(2024, 7, 1),
        )
    with sqlite.reading() as session:
        letter = session.scalars(select(Letter)).one()

    assert letter.payload is not None
    content = content_from(letter.payload)

    kept = orjson.loads(orjson.dumps(content))
    assert {key: kept[key] for key in letter.payload} == letter.payload
    assert content.reader == "Chuyên viên p-2"
    assert content.office == "Phòng Nội vụ"
    assert content.receipt is not None
    assert (content.receipt.verdict, content.receipt.occurrence) == (
        "incomplete",
        "hạn 10/07/2024",
    )
    text = render(content).text
    assert "báo cáo.pdf" in text
    assert "Biên bản" in text
    assert said in text.casefold()
