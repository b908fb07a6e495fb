from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from sqlalchemy import select, update

from dondoc.access.links import end_links
from dondoc.access.seal import seal_of
from dondoc.database import Database
from dondoc.signing import open_signer
from dondoc.submissions import exempt
from dondoc.tables import (
    Contact,
    Letter,
    Obligation,
    ObligationState,
    ReplyCause,
    ReplyState,
    Role,
    Submission,
    Unit,
)
from notifications.content import content_from
from notifications.replies.taking import Come, open_desk, take
from notifications.replies.telling import A_DAY, QUESTIONS_A_DAY
from notifications.returned.gathering import Gathered
from notifications.returned.path import return_path
from tests.cast import local
from tests.notifications.replies.office import ADDRESS, CAME, Answered
from tests.notifications.replies.programs import PROGRAMS, TOOK, Sent, gmail, received
from tests.notifications.returned.messages import PATH, own_words, report
from tests.papers import content

PDF, DOCX = content("pdf"), content("docx")
REPORT = ("Bản đăng ký thi đua của phường.pdf", PDF)


@pytest.fixture
def answered(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answered:
    return Answered(database, tmp_path, monkeypatch)


@pytest.fixture
def light(sqlite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Answered:
    return Answered(sqlite, tmp_path, monkeypatch)


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_file_goes_into_the_draft_of_what_the_letter_was_about(
    light: Answered, program: str
) -> None:
    assert light.answer([REPORT], program=PROGRAMS[program]) == Gathered(answered=1)

    (reply,) = light.replies()
    assert (reply.state, reply.cause, reply.mailed_at) == (ReplyState.DRAFTED, None, TOOK)
    assert (reply.sender, reply.letter_id is None) == ("p-1@quan.example", False)
    assert light.drafts() == [("p-1", "ban-dang-ky", REPORT[0])]


def test_a_letter_tells_what_was_taken_and_what_was_not(answered: Answered) -> None:
    answered.answer([REPORT, ("ảnh.jpg", content("jpg")), ("lớn.pdf", PDF + b" " * 1_000_000)])

    (letter,) = answered.letters("received")
    assert (letter.address, letter.urgent, letter.retry_at) == ("p-1@quan.example", True, CAME)
    answered.office.beat(CAME)
    (told,) = [one for one in answered.office.server.received if b"received" in one.data][-1:]
    assert told.recipient == "p-1@quan.example"
    facts = content_from(letter.payload or {}).received
    assert facts is not None
    assert facts.drafts[0].files == (REPORT[0],)
    assert facts.drafts[0].missing == ()
    assert facts.refused == (
        ("ảnh.jpg", "ảnh.jpg: cần tệp pdf, docx"),
        ("lớn.pdf", "lớn.pdf: 1 MB, nhiều nhất 1 MB"),
    )
    assert facts.mailed == "2024-04-02T09:00:00+07:00"


def test_an_answer_hands_nothing_in(answered: Answered) -> None:
    answered.answer([REPORT])

    with answered.database.reading() as session:
        assert session.scalars(select(Submission)).all() == []
        states = set(session.scalars(select(Obligation.state)))
    assert states == {ObligationState.OPEN}


def test_of_several_the_one_that_is_named_gets_the_file(answered: Answered) -> None:
    found = answered.answer([("dang ky.pdf", PDF), ("so-ket ban chinh.docx", DOCX)], unit="p-2")

    assert found == Gathered(answered=1)
    assert answered.drafts() == [
        ("p-2", "ban-dang-ky", "dang ky.pdf"),
        ("p-2", "bao-cao", "so-ket ban chinh.docx"),
    ]


@pytest.mark.parametrize(
    ("name", "cause", "known"),
    [("scan.pdf", ReplyCause.SEVERAL, False), ("so ket.pdf", ReplyCause.PART, True)],
)
def test_what_is_not_clear_waits_and_is_not_guessed(
    light: Answered, name: str, cause: ReplyCause, known: bool
) -> None:
    subject = f"Re: {light.letters('reminder')[1].subject}"

    assert light.answer([(name, PDF)], unit="p-2", subject=subject) == Gathered(unplaced=1)

    (reply,) = light.replies()
    assert (reply.state, reply.cause) == (ReplyState.WAITING, cause)
    assert (reply.files[0].obligation_id is not None, reply.files[0].component) == (known, None)
    assert light.drafts() == []
    facts = content_from(light.letters("received")[0].payload or {}).received
    assert facts is not None
    assert facts.unplaced == (name,)


def test_no_part_for_a_file_is_said(light: Answered) -> None:
    assert light.answer([("so ket.exe", b"MZ")], unit="p-2") == Gathered(answered=1)

    (reply,) = light.replies()
    assert reply.state is ReplyState.REFUSED
    assert "so ket.exe" in str(reply.files[0].refused)


def test_a_question_goes_to_the_office_once(answered: Answered) -> None:
    assert answered.answer(text="Có cần ký số không?") == Gathered(asked=1)
    assert answered.answer(text="Có cần ký số không?") == Gathered()

    (letter,) = answered.letters("question")
    assert letter.address == "noi-vu@quan.example"
    answered.office.beat(CAME)
    sent = answered.office.server.received[-1]
    assert sent.recipient == "noi-vu@quan.example"
    assert b"Reply-To: p-1@quan.example\r\n" in sent.data
    asked = content_from(letter.payload or {}).question
    assert asked is not None
    assert (asked.sender, asked.text) == ("p-1@quan.example", "Có cần ký số không?")
    assert asked.unit_name == "Ủy ban nhân dân phường Một"
    assert answered.letters("received") == []


def test_the_same_message_counts_once(answered: Answered) -> None:
    assert answered.answer([REPORT]) == Gathered(answered=1)
    assert answered.answer([REPORT]) == Gathered()

    assert len(answered.replies()) == len(answered.letters("received")) == 1
    assert len(answered.drafts()) == 1


def test_a_second_answer_adds_to_the_draft_and_replaces_what_has_its_name(
    answered: Answered,
) -> None:
    answered.answer([REPORT])
    answered.answer([(REPORT[0].upper(), PDF + b"\n"), ("b.docx", DOCX)], number="2")

    assert [name for *_, name in answered.drafts()] == [REPORT[0].upper(), "b.docx"]


def test_from_another_seat_of_the_unit_it_is_the_units_own(light: Answered) -> None:
    to = light.path()

    light.answer([REPORT], to=to, sender="HEAD.p-1@quan.example")

    assert light.drafts() == [("p-1", "ban-dang-ky", REPORT[0])]
    assert [one.address for one in light.letters("received")] == ["head.p-1@quan.example"]


def test_a_stranger_puts_nothing_into_a_draft(light: Answered) -> None:
    found = light.answer([REPORT], to=light.path(), sender="mallory@elsewhere.test")

    assert found == Gathered(unplaced=1)
    assert light.drafts() == []
    (reply,) = light.replies()
    assert (reply.cause, reply.files[0].waiting) == (ReplyCause.STRANGER, True)
    facts = content_from(light.letters("received")[0].payload or {}).received
    assert facts is not None
    assert facts.because == "người gửi không phải địa chỉ nào của đơn vị"
    assert [one.address for one in light.letters("received")] == ["p-1@quan.example"]


def test_another_unit_is_a_stranger(light: Answered) -> None:
    to = light.path()

    assert light.answer([REPORT], to=to, sender="p-2@quan.example") == Gathered(unplaced=1)
    assert light.drafts() == []


def test_a_forged_path_reaches_nobodys_draft(light: Answered) -> None:
    (letter, _) = light.letters("reminder")
    seal = seal_of(open_signer(light.settings.data / "elsewhere"))
    forged = light.path().replace(f"+{letter.id}-", f"+{letter.id + 1}-")
    bounce = return_path(letter.id, address=ADDRESS, seal=seal_of(open_signer(light.settings.data)))
    elsewhere = return_path(letter.id, address=ADDRESS, seal=seal)

    for number, to in enumerate((forged, elsewhere, bounce, ADDRESS, f"tra-loi+x@{ADDRESS[8:]}")):
        assert light.answer([REPORT], to=to, number=str(number)) == Gathered(unread=1)

    assert light.drafts() == []
    replies = light.replies()
    assert {one.cause for one in replies} == {ReplyCause.NO_LETTER}
    assert {len(one.files) for one in replies} == {1}
    with light.database.reading() as session:
        office = session.scalar(select(Unit.id).where(Unit.code == "noi-vu"))
    assert {one.office_id for one in replies} == {office}
    assert light.letters("received") == []


def test_mail_that_is_not_for_the_address_is_left_alone(light: Answered) -> None:
    found = light.answer([REPORT], to="thidua@quan7.test")

    assert found == Gathered(foreign=1)
    assert light.replies() == []


def test_a_bounce_of_the_reply_path_refuses_no_letter(light: Answered) -> None:
    """Whoever got the letter knows its reply path; a report to it proves nothing."""
    light.comes(report("5.1.1").replace(PATH, light.path()).encode())

    assert light.gather() == Gathered(noted=1)
    assert {one.state.value for one in light.letters("reminder")} == {"sent"}


def _ended(light: Answered) -> None:
    with light.database.writing() as session:
        end_links(session, "p-1@quan.example")


def _somebody_else(light: Answered) -> None:
    with light.database.writing() as session:
        seat = update(Contact).where(Contact.email == "p-1@quan.example")
        session.execute(seat.values(email="new@quan.example"))


@pytest.mark.parametrize("change", [_ended, _somebody_else])
def test_a_path_ends_with_the_link_of_its_letter(light: Answered, change: object) -> None:
    assert callable(change)
    change(light)

    assert light.answer([REPORT]) == Gathered(unread=1)

    (reply,) = light.replies()
    assert (reply.cause, reply.letter_id is None) == (ReplyCause.EXPIRED, False)
    assert light.drafts() == []
    assert [one.name for one in light.letters("question")] == ["question"]


@pytest.mark.parametrize(("days", "expired"), [(90, False), (91, True)])
def test_a_path_ends_after_the_days_of_a_link(light: Answered, days: int, expired: bool) -> None:
    sent = light.letters("reminder")[0].sent_at
    assert sent is not None
    light.comes(gmail(Sent(to=light.path(), files=[REPORT])))

    found = light.gather(sent + timedelta(days=days))

    assert found == (Gathered(unread=1) if expired else Gathered(answered=1))


def test_what_is_no_longer_open_waits_for_somebody(light: Answered) -> None:
    with light.database.writing() as session:
        for owed in session.scalars(select(Obligation)):
            exempt(session, owed, "đã sáp nhập", actor="test", now=CAME)

    assert light.answer([REPORT]) == Gathered(unplaced=1)

    (reply,) = light.replies()
    assert (reply.cause, reply.files[0].waiting) == (ReplyCause.NONE_OPEN, True)


@pytest.mark.parametrize(
    "more",
    [
        "Auto-Submitted: auto-replied\n",
        "X-Autoreply: yes\n",
        "X-Dondoc-Letter: reminder\n",
        "Precedence: bulk\n",
    ],
)
def test_nothing_automatic_is_answered(light: Answered, more: str) -> None:
    light.comes(gmail(Sent(to=light.path(), more=more)))

    assert light.gather() == Gathered(noted=1)
    assert light.letters("received") == light.letters("question") == []
    assert "trả lời tự động" in (light.letters("reminder")[0].answer or "")


def test_away_is_noted_and_not_passed_on(light: Answered) -> None:
    away = own_words("Trả lời tự động: đi công tác", "Tôi đi vắng.", sender="p-1@quan.example")
    light.comes(away.replace(PATH, light.path()).encode())

    assert light.gather() == Gathered(noted=1)
    assert light.letters("question") == []


def test_files_that_come_automatically_are_taken_and_not_answered(light: Answered) -> None:
    more = "X-Auto-Response-Suppress: All\n"

    assert light.answer([REPORT], more=more) == Gathered(answered=1)
    assert len(light.drafts()) == 1
    assert light.letters("received") == []


def test_two_programs_do_not_answer_each_other_for_long(light: Answered) -> None:
    for number in range(A_DAY + 5):
        light.answer([(f"{number}.exe", b"MZ")], number=str(number))

    back = light.letters("received")
    assert len(back) == A_DAY
    assert {one.retry_at - CAME for one in back[1:]} == {timedelta(minutes=1)}
    assert len(light.replies()) == A_DAY + 5


def test_an_answer_to_the_letter_back_belongs_to_the_same(light: Answered) -> None:
    light.answer([("sai.exe", b"MZ")])
    light.office.beat(CAME)
    (back,) = light.letters("received")

    light.answer([REPORT], to=light.path_of(back.id), number="2")

    assert light.drafts() == [("p-1", "ban-dang-ky", REPORT[0])]
    assert [one.letter_id for one in light.replies()] == [light.letters("reminder")[0].id] * 2


def test_a_message_too_large_is_said_and_not_read(
    light: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.returned.mailbox.LARGEST", 5_000)
    monkeypatch.setattr("notifications.returned.mailbox.BEGINNING", 2_000)

    assert light.answer([(REPORT[0], PDF + b" " * 9_000)]) == Gathered(unread=1)

    (reply,) = light.replies()
    assert (reply.cause, reply.files) == (ReplyCause.TOO_LARGE, [])
    facts = content_from(light.letters("received")[0].payload or {}).received
    assert facts is not None
    assert facts.why == "thư quá lớn"
    assert len(light.letters("question")) == 1


def test_what_outlook_wraps_is_refused_with_advice(light: Answered) -> None:
    assert light.answer([("winmail.dat", b"\x78\x9f\x3e\x22")]) == Gathered(answered=1)

    (reply,) = light.replies()
    assert reply.state is ReplyState.REFUSED
    assert "Outlook" in str(reply.files[0].refused)


def test_encrypted_mail_is_told_to_both(light: Answered) -> None:
    raw = (
        f"{received()}From: p-1@quan.example\nTo: {light.path()}\nMessage-ID: <1@x>\n"
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nMIIB"
    )
    light.comes(raw.encode())

    assert light.gather() == Gathered(unread=1)
    assert light.replies()[0].cause is ReplyCause.SEALED
    assert len(light.letters("received")) == len(light.letters("question")) == 1


def test_an_archive_that_would_swell_is_refused(light: Answered) -> None:
    bomb = BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        for number in range(11):
            archive.writestr(f"word/{number}", b"\0" * 100_000_000)
    data = bomb.getvalue()[:900_000] if len(bomb.getvalue()) > 1_000_000 else bomb.getvalue()

    assert light.answer([("bom.docx", data)]) == Gathered(answered=1)
    assert light.replies()[0].state is ReplyState.REFUSED
    assert light.drafts() == []


@pytest.mark.parametrize(
    "took",
    ["Mon, 1 Apr 2024 07:59:00 +0700", "Tue, 2 Apr 2024 09:11:00 +0700", "soon"],
)
def test_a_time_that_cannot_be_is_no_evidence(light: Answered, took: str) -> None:
    light.answer([REPORT], took=took)

    assert [one.mailed_at for one in light.replies()] == [None]


def test_a_question_nobody_can_be_asked_waits(light: Answered) -> None:
    with light.database.writing() as session:
        office = select(Unit.id).where(Unit.code == "noi-vu")
        seats = update(Contact).where(Contact.unit_id == office.scalar_subquery())
        session.execute(seats.values(email=None))

    assert light.answer(text="Có cần ký số không?") == Gathered(unread=1)
    assert light.replies()[0].cause is ReplyCause.NO_READER


def test_without_the_address_nothing_is_read_as_an_answer(
    light: Answered, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = light.path()
    monkeypatch.setattr(light, "settings", light.settings.model_copy(update={"reply_address": ""}))

    assert light.answer([REPORT], to=path) == Gathered(foreign=1)
    assert light.replies() == []


def test_letters_say_that_they_may_be_answered_only_where_they_may(light: Answered) -> None:
    light.office.beat(local(2024, 4, 8, 8))
    sent = {one.recipient: one.data.decode() for one in light.office.server.received}

    assert "Có thể trả lời thư này kèm tệp" in sent["p-1@quan.example"]
    assert f"Reply-To: {light.path()}\r\n" in sent["p-1@quan.example"]


def test_one_person_of_two_units_answers_for_both(light: Answered) -> None:
    with light.database.writing() as session:
        p_2 = select(Unit.id).where(Unit.code == "p-2").scalar_subquery()
        seat = update(Contact).where(Contact.unit_id == p_2, Contact.role == Role.OFFICER)
        session.execute(seat.values(email="p-1@quan.example"))
    with light.database.reading() as session:
        letters = session.scalars(select(Letter).where(Letter.name == "reminder")).all()

    assert light.answer([("dang ky.pdf", PDF)]) == Gathered(answered=1)
    assert {one.address for one in letters} == {"p-1@quan.example", "p-2@quan.example"}
    assert light.drafts() == [("p-1", "ban-dang-ky", "dang ky.pdf")]


def test_who_asks_too_often_is_heard_and_not_passed_on(light: Answered) -> None:
    for number in range(QUESTIONS_A_DAY + 2):
        light.answer(text="?", number=str(number))

    assert len(light.letters("question")) == QUESTIONS_A_DAY
    assert [one.cause for one in light.replies()][-2:] == [ReplyCause.TOO_MANY] * 2


def test_a_unit_that_was_merged_finds_its_files_waiting(light: Answered) -> None:
    with light.database.writing() as session:
        owed = session.scalars(select(Obligation).join(Unit).where(Unit.code == "p-1")).one()
        owed.state = ObligationState.ENDED

    assert light.answer([REPORT]) == Gathered(unplaced=1)

    (reply,) = light.replies()
    assert (reply.cause, reply.office_id is None) == (ReplyCause.NONE_OPEN, False)


def test_two_that_read_the_mailbox_at_once_count_a_message_once(answered: Answered) -> None:
    raw = gmail(Sent(to=answered.path(), files=[REPORT]))
    desk = open_desk(answered.database, answered.settings, CAME)
    letter = answered.letters("reminder")[0].id

    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda _: take(desk, Come(raw, letter)), range(4))]

    assert sorted(found, key=str) == [None, None, None, ReplyState.DRAFTED]
    assert len(answered.replies()) == len(answered.letters("received")) == 1
    assert len(answered.drafts()) == 1
