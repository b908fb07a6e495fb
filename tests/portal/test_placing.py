"""The office says where files belong that came by mail and that nobody could place."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from dondoc.database import Database
from dondoc.explaining import told
from dondoc.history import EventLine, history
from dondoc.queries import unit_by_code
from dondoc.submissions import exempt
from dondoc.tables import Event, Obligation, Occurrence, Plan, Reply, ReplyCause, ReplyState
from notifications.content import content_from
from tests.notifications.replies.office import CAME, Answered
from tests.portal.at_home import PDF, REPORT, at_home
from tests.portal.house import Browser, House
from tests.portal.server import Server

STRANGER = "ai@elsewhere.test"


@pytest.fixture
def answered(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answered:
    return Answered(database, tmp_path, monkeypatch)


@pytest.fixture
def house(answered: Answered, server: Server) -> Iterator[House]:
    yield from at_home(answered, server)


def stray(answered: Answered, *files: tuple[str, bytes]) -> Reply:
    """An answer to p-1's letter, from an address nobody knows."""
    number = str(len(answered.replies()))
    answered.answer(files or [REPORT], sender=STRANGER, number=number)
    return answered.replies()[-1]


def choices(page: str) -> list[str]:
    return re.findall(r'<option value="(\d+:[^"]+)"', page)


def place(browser: Browser, reply: Reply, chosen: dict[int, str], unit: str = "p-1") -> str:
    fields = {f"file:{file}": where for file, where in chosen.items()}
    answer = browser.post(f"/office/replies/{reply.id}/place", fields | {"unit": unit})
    return answer.text


def test_a_file_is_placed_as_if_the_mail_had_named_it(answered: Answered, house: House) -> None:
    reply = stray(answered)
    official = house.visitor("official")
    owed = house.obligation("p-1")
    where = f"/office/replies/{reply.id}"
    assert choices(official.get(where).text) == [f"{owed}:ban-dang-ky"]

    page = place(official, reply, {reply.files[0].id: f"{owed}:ban-dang-ky"})

    assert "Put into the draft: 1." in page
    assert answered.drafts() == [("p-1", "ban-dang-ky", REPORT[0])]
    (reply,) = answered.replies()
    assert (reply.state, reply.settled_by) == (ReplyState.DRAFTED, "official@quan.example")
    assert "Answers nobody could place" not in official.get("/office").text
    asked, back = answered.letters("received")
    assert (back.address, back.urgent) == ("p-1@quan.example", True)
    facts = content_from(back.payload or {}).received
    assert facts is not None
    assert (facts.sender, facts.placed_by) == (STRANGER, "Phòng Nội vụ")
    assert [(one.name, one.files) for one in facts.drafts] == [
        ("Đăng ký danh hiệu thi đua", (REPORT[0],))
    ]
    assert official.get(f"/office/letters/{back.id}").status_code == 200
    assert house.visitor("other_official").get(f"/office/letters/{back.id}").status_code == 404
    assert asked.key != back.key
    with answered.database.reading() as session:
        lines = history(session, unit_by_code(session, "p-1"))
        (line,) = [one for one in lines if isinstance(one, EventLine) if one.action != "mailed"]
        assert (line.action, line.actor, line.on_behalf) == (
            "mail_placed",
            "official@quan.example",
            "noi-vu",
        )
        assert [one.en for one in told(line)] == [
            f"answer no.: {reply.id}",
            f"sender: {STRANGER}",
            f"files: {REPORT[0]}",
        ]


def test_the_unit_is_written_to_and_presses_hand_in(answered: Answered, house: House) -> None:
    reply = stray(answered)
    owed = house.obligation("p-1")
    place(house.visitor("official"), reply, {reply.files[0].id: f"{owed}:ban-dang-ky"})
    answered.office.beat(CAME)

    letter = answered.office.server.received[-1]
    assert letter.recipient == "p-1@quan.example"
    body = message_from_bytes(letter.data, policy=default).get_body(("plain",))
    assert body is not None
    said = " ".join(str(body.get_content()).split())
    assert "Tệp gửi bằng thư được Phòng Nội vụ xếp vào bản nháp của Ủy ban nhân dân phường" in said
    assert "Đây chưa phải là nộp" in said
    unit = house.visitor("unit")
    page = unit.get(f"/unit/obligations/{owed}")
    assert REPORT[0] in page.text
    with answered.database.reading() as session:
        assert session.scalar(select(Obligation.state).where(Obligation.id == owed)) == "open"


def test_each_file_is_judged_by_itself(answered: Answered, house: House) -> None:
    reply = stray(answered, REPORT, ("anh.exe", b"MZ"), ("giả.pdf", b"no pdf at all"))
    official = house.visitor("official")
    where = f"{house.obligation('p-1')}:ban-dang-ky"

    page = place(official, reply, {file.id: where for file in reply.files})

    assert "Put into the draft: 1." in page
    assert "anh.exe: must be pdf or docx" in page
    assert "giả.pdf" in page
    assert answered.drafts() == [("p-1", "ban-dang-ky", REPORT[0])]
    (reply,) = answered.replies()
    assert reply.state is ReplyState.WAITING
    assert len(answered.letters("received")) == 2

    refused = place(official, reply, {reply.files[1].id: where})
    assert "anh.exe: must be pdf or docx" in refused
    assert len(answered.letters("received")) == 2


def test_a_letter_goes_out_for_each_time_something_is_placed(
    answered: Answered, house: House
) -> None:
    reply = stray(answered, REPORT, ("khác.pdf", PDF + b"x"))
    official = house.visitor("official")
    where = f"{house.obligation('p-1')}:ban-dang-ky"
    for file in reply.files:
        place(official, reply, {file.id: where})

    files = [content_from(one.payload or {}).received for one in answered.letters("received")]
    assert [one.drafts[0].files for one in files[1:] if one] == [(REPORT[0],), ("khác.pdf",)]


def test_an_answer_to_no_letter_is_placed_for_a_unit_that_is_looked_for(
    answered: Answered, house: House
) -> None:
    answered.answer([("so ket.pdf", PDF)], to="tra-loi+0-1-x@quan7.test", sender=STRANGER)
    (reply,) = answered.replies()
    assert (reply.state, reply.cause) == (ReplyState.UNREAD, ReplyCause.NO_LETTER)
    official = house.visitor("official")
    where = f"/office/replies/{reply.id}"
    assert choices(official.get(where).text) == []
    assert "No unit fits" in official.get(where, params={"unit-find": "xyz"}).text

    found = choices(official.get(where, params={"unit-find": "p-2"}).text)
    wanted = f"{house.obligation('p-2', 'so-ket')}:bao-cao"
    assert wanted in found
    place(official, reply, {reply.files[0].id: wanted}, "p-2")

    assert answered.drafts() == [("p-2", "bao-cao", "so ket.pdf")]
    assert [one.address for one in answered.letters("received")] == ["p-2@quan.example"]
    assert answered.replies()[0].state is ReplyState.DRAFTED


def test_what_is_over_takes_no_file_and_says_so(answered: Answered, house: House) -> None:
    reply = stray(answered)
    owed = house.obligation("p-1")
    official = house.visitor("official")
    with answered.database.writing() as session:
        row = session.get_one(Obligation, owed)
        exempt(session, row, "sáp nhập", actor="test", now=house.now)

    page = official.get(f"/office/replies/{reply.id}").text
    assert choices(page) == []
    assert "owes nothing any more that takes files" in page
    assert "Đăng ký danh hiệu thi đua</a>: exempt" in page
    late = place(official, reply, {reply.files[0].id: f"{owed}:ban-dang-ky"})
    assert "exempt; nothing more can be handed in" in late
    assert answered.drafts() == []


def test_what_an_amendment_dropped_takes_no_file(answered: Answered, house: House) -> None:
    reply = stray(answered)
    owed = house.obligation("p-1")
    with answered.database.writing() as session:
        session.get_one(Obligation, owed).dropped_in = 2

    page = place(house.visitor("official"), reply, {reply.files[0].id: f"{owed}:ban-dang-ky"})
    assert "dropped; nothing more can be handed in" in page
    assert answered.drafts() == []


def test_nobody_places_for_another_office(answered: Answered, house: House) -> None:
    """Its plan is not there for the account, and its answers neither."""
    reply = stray(answered)
    with answered.database.writing() as session:
        plan = session.scalars(select(Plan)).one()
        plan.standing_office_id = unit_by_code(session, "tai-chinh").id
    official = house.visitor("official")
    wanted = f"{house.obligation('p-1')}:ban-dang-ky"

    page = official.get(f"/office/replies/{reply.id}")
    assert choices(page.text) == []
    assert "owes nothing under a plan of your office" in page.text
    path = f"/office/replies/{reply.id}/place"
    assert official.post(path, {f"file:{reply.files[0].id}": wanted}).status_code == 404
    assert answered.drafts() == []


@pytest.mark.parametrize("chosen", ["x:y", "999999:bao-cao", ":", "١:bao-cao"])
def test_a_place_that_was_made_up_is_not_there(
    answered: Answered, house: House, chosen: str
) -> None:
    reply = stray(answered)
    path = f"/office/replies/{reply.id}/place"
    official = house.visitor("official")
    official.get("/office")
    assert official.post(path, {f"file:{reply.files[0].id}": chosen}).status_code == 404
    assert official.post(path, {"file:999": f"{house.obligation('p-1')}:x"}).status_code == 404


def test_files_of_another_answer_are_not_placed(answered: Answered, house: House) -> None:
    first, second = stray(answered), stray(answered, ("khác.pdf", PDF + b"x"))
    official = house.visitor("official")
    official.get("/office")
    wanted = f"{house.obligation('p-1')}:ban-dang-ky"
    path = f"/office/replies/{first.id}/place"
    assert official.post(path, {f"file:{second.files[0].id}": wanted}).status_code == 404


def test_no_choice_and_a_second_press_are_told(answered: Answered, house: House) -> None:
    reply = stray(answered)
    official = house.visitor("official")
    wanted = {reply.files[0].id: f"{house.obligation('p-1')}:ban-dang-ky"}
    official.get("/office")
    assert "Choose where at least one of the files belongs" in place(official, reply, {})

    assert place(official, reply, wanted).count("Put into the draft: 1.") == 1
    again = place(official, reply, wanted)
    assert "Somebody has seen to this answer already" in again
    assert len(answered.drafts()) == 1
    with answered.database.reading() as session:
        placed = session.scalars(select(Event).where(Event.action == "mail_placed")).all()
    assert len(placed) == 1


def test_what_the_unit_placed_meanwhile_is_told(answered: Answered, house: House) -> None:
    answered.answer([("scan.pdf", PDF), ("hai.pdf", PDF + b"x")], unit="p-2", subject="x")
    (reply,) = answered.replies()
    wanted = f"{house.obligation('p-2', 'so-ket')}:bao-cao"
    unit = house.visitor("other_unit")
    unit.get("/unit")
    unit.post(f"/unit/replies/{reply.id}", {f"file:{reply.files[0].id}": wanted})

    page = place(house.visitor("official"), reply, {reply.files[0].id: wanted}, "p-2")
    assert "scan.pdf: somebody has placed it, or laid it aside" in page


def test_a_unit_nobody_reads_for_is_told_in_another_way(answered: Answered, house: House) -> None:
    reply = stray(answered)
    with answered.database.writing() as session:
        for contact in unit_by_code(session, "p-1").contacts:
            contact.email = None
    page = place(
        house.visitor("official"),
        reply,
        {reply.files[0].id: f"{house.obligation('p-1')}:ban-dang-ky"},
    )
    assert "no address that gets letters" in page
    assert len(answered.drafts()) == 1


def test_a_reader_of_the_office_looks_and_does_not_place(answered: Answered, house: House) -> None:
    reply = stray(answered)
    page = house.visitor("reader").get(f"/office/replies/{reply.id}").text
    assert "ai@elsewhere.test" in page
    assert "Put into the unit" not in page
    with answered.database.reading() as session:
        assert session.scalars(select(Occurrence)).first() is not None
