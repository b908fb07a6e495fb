"""The core writes a receipt's letter as plain facts; here they meet what the letters expect."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.dossier import offer
from dondoc.queries import milestone_by_code, obligation_of, plan_by_code, unit_by_code
from dondoc.receipts import Authenticity, verify
from dondoc.settings import load
from dondoc.signing import open_signer
from dondoc.store import FileStore
from dondoc.submissions import submit
from dondoc.tables import Letter
from dondoc.words import Language
from notifications.content import content_from
from notifications.parcel import Claimed
from notifications.rendering import render
from notifications.writing import write
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


def test_the_letter_carries_the_receipt_as_a_file_that_verifies(
    sqlite: Database, tmp_path: Path
) -> None:
    signer, now = open_signer(tmp_path), local(2024, 7, 1)
    with sqlite.writing() as session:
        plan = make_plan(session, make_units(session))
        milestone = milestone_by_code(session, plan_by_code(session, plan.code), "guong")
        submit(
            session,
            FileStore(tmp_path / "files"),
            signer,
            obligation_of(session, milestone, unit_by_code(session, "p-2")),
            files=[offer("files", pdf(tmp_path / "báo cáo.pdf"))],
            fields={},
            actor="thu",
            now=now,
        )
    with sqlite.reading() as session:
        chosen = select(*(getattr(Letter, name) for name in Claimed._fields))
        letter = Claimed(*session.execute(chosen).one())
    assert letter.payload is not None
    packet = write(letter, content_from(letter.payload), now, load())
    message = message_from_bytes(packet.data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "bien-nhan-2024-000001.json"
    text = attached.get_content().decode()
    assert verify(text, trusted=signer.public_key).authenticity is Authenticity.GENUINE
    altered = text.replace("p-2", "p-3")
    assert verify(altered, trusted=signer.public_key).authenticity is Authenticity.ALTERED
    body = message.get_body(("plain",))
    assert body is not None
    assert "bien-nhan-2024-000001.json" in body.get_content()
