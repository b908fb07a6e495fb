"""From a reminder to its receipt, by way of an answer with the report attached."""

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.history import EventLine, history
from dondoc.queries import unit_by_code
from dondoc.tables import Reply, ReplyState, Submission
from notifications.parcel import Outgoing
from notifications.returned.gathering import Gathered
from tests.cast import local
from tests.notifications.replies.office import CAME, Answered
from tests.notifications.replies.programs import outlook
from tests.portal.at_home import PDF, REPORT, at_home
from tests.portal.house import Browser, House
from tests.portal.server import Server


@pytest.fixture
def answered(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answered:
    return Answered(database, tmp_path, monkeypatch)


@pytest.fixture
def house(answered: Answered, server: Server) -> Iterator[House]:
    yield from at_home(answered, server)


def _text(letter: Outgoing) -> str:
    body = message_from_bytes(letter.data, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _link(letter: Outgoing) -> str:
    """The path the letter's link has at the portal."""
    found = re.search(r"http://nop\.quan7\.test(/\S+)", _text(letter))
    assert found is not None
    return found[1]


def _press(browser: Browser, path: str, shown: str) -> str:
    """What the page's form holds, as the button Hand in sends it."""
    fields = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', shown) for name in ("shown", "revision")
    }
    return browser.send(path, fields | {"do": ["submit"]}).text


def test_a_report_attached_to_the_answer_is_handed_in_by_one_press(
    answered: Answered, house: House
) -> None:
    reminder = answered.office.server.received[0]
    assert reminder.recipient == "p-1@quan.example"
    assert "Có thể trả lời thư này kèm tệp báo cáo" in _text(reminder)

    assert answered.answer([REPORT], program=outlook) == Gathered(answered=1)
    answered.office.beat(CAME)
    back = answered.office.server.received[-1]
    assert back.recipient == "p-1@quan.example"
    assert "chưa phải là nộp" in " ".join(_text(back).split())

    clerk = house.browser(language="vi")
    page = clerk.get(_link(back))
    owed = house.obligation("p-1")
    assert page.url.path == f"/unit/obligations/{owed}"
    assert "Nhận qua thư lúc" in page.text
    house.later(hours=3)
    receipt = _press(clerk, page.url.path, page.text)
    assert "Giấy biên nhận" in receipt

    with answered.database.reading() as session:
        (version,) = session.scalars(select(Submission))
        assert (version.received_at, version.complete) == (house.now, True)
        assert [file.name for file in version.files] == [REPORT[0]]
        lines = history(session, unit_by_code(session, "p-1"))
        actions = [(one.action, one.actor) for one in lines if isinstance(one, EventLine)]
    assert actions[-2:] == [("mailed", "p-1@quan.example"), ("submit", "p-1@quan.example")]

    official = house.visitor("official")
    page = official.get(f"/office/obligations/{owed}")
    assert "the mail server took 1 of 1 of these files" in page.text
    assert "files received by mail, in the draft" in page.text

    for day in range(3, 20):
        answered.office.beat(local(2024, 4, day, 8))
    assert answered.office.verdicts("p-1")["T-7"] == ("skipped", "submitted")
    later = [one for one in answered.office.server.received if one.recipient == back.recipient][2:]
    assert [message_from_bytes(one.data)["X-Dondoc-Letter"] for one in later] == ["receipt"]


def test_what_is_not_clear_is_placed_by_the_unit(answered: Answered, house: House) -> None:
    subject = f"Re: {answered.letters('reminder')[1].subject}"
    files = [("scan.pdf", PDF), ("anh.exe", b"MZ"), ("khac.pdf", PDF + b"x")]
    assert answered.answer(files, unit="p-2", subject=subject) == Gathered(unplaced=1)
    (reply,) = answered.replies()
    unit = house.visitor("other_unit")

    assert "scan.pdf; anh.exe; khac.pdf" in unit.get("/unit").text
    page = unit.get(f"/unit/replies/{reply.id}")
    first, second, third = reply.files
    owed = house.obligation("p-2", "so-ket")
    assert f'<option value="{owed}:bao-cao">' in page.text
    refused = unit.post(
        f"/unit/replies/{reply.id}",
        {f"file:{first.id}": f"{owed}:bao-cao", f"file:{second.id}": f"{owed}:bao-cao"},
    )
    assert refused.status_code == 400
    assert "anh.exe: must be pdf or docx" in refused.text
    done = unit.post(
        f"/unit/replies/{reply.id}", {f"file:{second.id}": "aside", f"file:{third.id}": "aside"}
    )

    assert done.url.path == "/unit"
    assert "scan.pdf" not in done.text
    assert answered.drafts() == [("p-2", "bao-cao", "scan.pdf")]
    (reply,) = answered.replies()
    assert (reply.state, reply.settled_by) == (ReplyState.DRAFTED, "p-2@quan.example")


def test_nobody_places_files_for_another_unit(answered: Answered, house: House) -> None:
    answered.answer([("scan.pdf", PDF)], unit="p-2", subject="x")
    (reply,) = answered.replies()
    stranger, own = house.visitor("unit"), house.visitor("other_unit")
    elsewhere = f"{house.obligation('p-1')}:ban-dang-ky"

    assert stranger.get(f"/unit/replies/{reply.id}").status_code == 404
    for chosen in (elsewhere, "x:y", "999999:bao-cao", ":"):
        answer = own.post(f"/unit/replies/{reply.id}", {f"file:{reply.files[0].id}": chosen})
        assert answer.status_code == 404
    assert answered.drafts() == []


def test_the_office_sees_what_nobody_could_place_and_sees_to_it(
    answered: Answered, house: House
) -> None:
    answered.answer([REPORT], to=answered.path(), sender="ai@elsewhere.test", text="<b>xin</b>")
    (reply,) = answered.replies()
    official, other = house.visitor("official"), house.visitor("other_official")

    today = official.get("/office").text
    assert "Answers nobody could place" in today
    assert f'href="/office/replies/{reply.id}"' in today
    assert "Answers nobody could place" not in other.get("/office").text
    page = official.get(f"/office/replies/{reply.id}").text
    assert "ai@elsewhere.test" in page
    assert "&lt;b&gt;xin&lt;/b&gt;" in page
    file = official.get(f"/office/replies/{reply.id}/files/{reply.files[0].id}")
    assert file.content == PDF
    (back,) = answered.letters("received")
    assert official.get(f"/office/letters/{back.id}").status_code == 200
    assert other.get(f"/office/letters/{back.id}").status_code == 404
    official.post(f"/office/replies/{reply.id}/settle")

    assert "Answers nobody could place" not in official.get("/office").text
    with answered.database.reading() as session:
        (row,) = session.scalars(select(Reply))
    assert (row.state, row.settled_by) == (ReplyState.SETTLED, "official@quan.example")


def test_evidence_is_of_what_was_handed_in_alone(answered: Answered, house: House) -> None:
    """Taken out of the draft again, or replaced by another file, the mail proves nothing."""
    answered.answer([REPORT])
    unit = house.visitor("unit")
    owed = house.obligation("p-1")
    page = unit.get(f"/unit/obligations/{owed}")
    key = re.findall(r'value="remove:([0-9a-f]{32})"', page.text)[0]
    unit.send(
        page.url.path,
        {"revision": "0", "do": f"remove:{key}"},
    )
    page = unit.get(f"/unit/obligations/{owed}")
    assert "Received by mail" not in page.text
    file = ("file:ban-dang-ky", ("khac.pdf", PDF + b"x", "application/pdf"))
    house.now += timedelta(hours=1)
    unit.send(page.url.path, {"revision": "0", "do": "submit"}, [file])

    with answered.database.reading() as session:
        assert len(session.scalars(select(Submission)).all()) == 1
    page = house.visitor("official").get(f"/office/obligations/{owed}")
    assert "the mail server took" not in page.text
