"""A unit hands in with parts missing and says why: received, but not complete."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlalchemy import select

from dondoc.consolidation import consolidated
from dondoc.database import Database
from dondoc.decision import Decision
from dondoc.dossier import Aside, DossierWrong, offer
from dondoc.history import EventLine, history
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.receipts import verdict
from dondoc.signing import open_signer
from dondoc.standing import standing
from dondoc.store import FileStore
from dondoc.submissions import accept, prepare, record
from dondoc.tables import Letter, ObligationState
from dondoc.tally import Tally
from dondoc.timeliness import Punctual
from dondoc.verdicts import Verdict
from dondoc.withdrawing import withdraw_submission
from dondoc.words import Language
from notifications.content import Bucket, content_from
from schedules.collection import collect
from schedules.extending import extend
from schedules.returning import Wanted, give_back
from tests.cast import local
from tests.office import PLAN, Office, owed

LAUNCH = local(2024, 3, 29)
RECEIVED = local(2024, 4, 10)
AFTER = local(2024, 4, 22)
P1 = "p-1@quan.example"
WHY = {"to-trinh": "đang trình ký"}
ASKED = PLAN.replace(
    "    clause:",
    "    hand_in:\n"
    "      components: [{code: to-trinh, name: Tờ trình}, {code: danh-sach, name: Danh sách}]\n"
    "    clause:",
)


class Desk:
    """p-1's, where it puts its dossier together."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office, self.folder = office, folder
        self.store, self.signer = FileStore(folder / "files"), open_signer(folder)

    def hands_in(self, at: datetime, *parts: str, why: Mapping[str, str] | None = None) -> str:
        """The receipt's verdict."""
        with self.office.database.writing() as session:
            obligation = owed(session)
            files = [offer(part, self._file(part)) for part in parts]
            said = Aside(missing=why or {})
            prepared = prepare(session, self.store, obligation, files, {}, said=said)
            made = record(session, self.signer, obligation, prepared, actor=P1, now=at)
            return verdict(made).verdict

    def _file(self, part: str) -> Path:
        path = self.folder / f"{part}.txt"
        path.write_text("nội dung", encoding="utf-8")
        return path


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(ASKED, at=LAUNCH)
    return office


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Desk:
    return Desk(office, tmp_path)


class Seen(NamedTuple):
    verdict: Verdict
    tally: Tally


def seen(office: Office, at: datetime) -> Seen:
    """p-1's cell, and what its date counts."""
    with office.database.reading() as session:
        found = standing(session, plan_by_code(session, "thi-dua"), at)
    cells = {line.code: line.cells[0] for line in found.units}
    return Seen(cells["p-1"], found.rates.columns[0].tally)


def decide(at: datetime) -> Decision:
    return Decision(actor="an", reason="theo đề nghị", now=at)


def test_it_is_received_and_neither_complete_nor_late(office: Office, desk: Desk) -> None:
    assert desk.hands_in(RECEIVED, "danh-sach", why=WHY) == "incomplete_with_reason"
    found = seen(office, AFTER)
    assert found.verdict is Verdict.INCOMPLETE
    counted = found.tally
    assert (counted.expected, counted.received, counted.complete, counted.incomplete) == (
        2,
        1,
        0,
        1,
    )
    assert (counted.overdue, counted.late, counted.waiting) == (1, 0, 1)
    with office.database.reading() as session:
        assert owed(session).state is ObligationState.INCOMPLETE
        assert not owed(session).overdue(AFTER, date(2024, 4, 22))
        report = consolidated(session, plan_by_code(session, "thi-dua"), now=AFTER)
    row = next(row for row in report.rows if row.unit == "p-1")
    assert (row.punctual, row.days_late) == (Punctual.INCOMPLETE, None)
    assert (row.version, row.files, row.received_at) == (1, 1, RECEIVED)


def test_reminders_say_only_what_is_missing_and_nobody_is_called_late(
    office: Office, desk: Desk
) -> None:
    office.beat(local(2024, 4, 9))
    desk.hands_in(RECEIVED, "danh-sach", why=WHY)
    for day in range(10, 30):
        office.beat(local(2024, 4, day))
    about = [item for one in office.contents(P1) for item in one.items if one.today.day >= 10]
    assert {item.bucket for item in about} == {Bucket.INCOMPLETE}
    assert {item.lacking for item in about} == {(("Tờ trình", "đang trình ký"),)}
    told = [one.today for one in office.contents(P1) if one.items and one.today.month == 4]
    assert [day for day in told if day >= date(2024, 4, 10)] == [
        date(2024, 4, 12),
        date(2024, 4, 15),
    ]
    upward = [one for letter in office.contents("head.p-1@quan.example") for one in letter.pressed]
    assert {one.unit for one in upward} == {"p-2"}, "whose group it heads"
    verdicts = office.verdicts("p-1")
    assert verdicts["T+1"] == verdicts["L1"] == ("skipped", "received")


def test_the_receipt_says_what_is_missing_and_why(office: Office, desk: Desk) -> None:
    desk.hands_in(RECEIVED, "danh-sach", why=WHY)
    with office.database.reading() as session:
        letter = session.scalars(select(Letter).where(Letter.name == "receipt")).one()
        receipt = content_from(letter.payload or {}).receipt
    assert receipt is not None
    assert receipt.verdict == "incomplete_with_reason"
    assert receipt.missing == ("Tờ trình: chưa có tệp (lý do: đang trình ký)",)
    with office.database.reading() as session:
        lines = history(session, unit_by_code(session, "p-1"))
    said = [line for line in lines if isinstance(line, EventLine)]
    assert [line.said.vi for line in said] == ["nộp, còn thiếu có lý do"]
    assert "còn thiếu: to-trinh: đang trình ký" in [one.vi for one in said[0].told]


def test_accepted_as_it_is_it_stays_incomplete(office: Office, desk: Desk) -> None:
    desk.hands_in(RECEIVED, "danh-sach", why=WHY)
    with office.database.writing() as session:
        accept(session, owed(session), actor="an", now=local(2024, 4, 11))
    found = seen(office, AFTER)
    assert found.verdict is Verdict.ACCEPTED_INCOMPLETE
    assert (found.tally.complete, found.tally.incomplete, found.tally.overdue) == (0, 1, 1)
    for day in range(11, 30):
        office.beat(local(2024, 4, day))
    assert office.verdicts("p-1")["T-0"] == ("skipped", "accepted")


def test_returned_it_is_corrected_by_a_date_of_its_own(office: Office, desk: Desk) -> None:
    desk.hands_in(RECEIVED, "danh-sach", why=WHY)
    with office.database.writing() as session:
        wanted = Wanted(until=date(2024, 4, 18), parts={"to-trinh": "cần có chữ ký"})
        give_back(session, owed(session), wanted, decide(local(2024, 4, 11)), hours=office.hours)
    desk.hands_in(local(2024, 4, 12), "danh-sach", why={"to-trinh": "vẫn chưa ký"})
    assert seen(office, AFTER).verdict is Verdict.INCOMPLETE
    office.beat(local(2024, 4, 17))
    last = office.contents(P1)[-1].items[0]
    assert (last.bucket, last.last_on) == (Bucket.INCOMPLETE, date(2024, 4, 18))
    assert desk.hands_in(local(2024, 4, 18), "danh-sach", "to-trinh") == "late"
    with office.database.reading() as session:
        assert owed(session).state is ObligationState.RESUBMITTED


def test_the_rest_comes_in_time_and_it_is_on_time(office: Office, desk: Desk) -> None:
    desk.hands_in(RECEIVED, "danh-sach", why=WHY)
    assert desk.hands_in(local(2024, 4, 12), "danh-sach", "to-trinh") == "on_time"
    found = seen(office, AFTER)
    assert (found.verdict, found.tally.incomplete, found.tally.on_time) == (Verdict.SUBMITTED, 0, 1)


def test_an_extension_holds_for_what_is_missing(office: Office, desk: Desk) -> None:
    desk.hands_in(RECEIVED, "danh-sach", why=WHY)
    with office.database.writing() as session:
        until = date(2024, 4, 26)
        extend(session, owed(session), until, decide(local(2024, 4, 11)), hours=office.hours)
    assert desk.hands_in(local(2024, 4, 24), "danh-sach", "to-trinh") == "on_time_extended"


def test_taken_back_it_is_owed_and_reminded_as_before(office: Office, desk: Desk) -> None:
    before = office.verdicts("p-1")
    desk.hands_in(RECEIVED, "danh-sach", why=WHY)
    with office.database.writing() as session:
        withdraw_submission(session, owed(session), decide(RECEIVED))
    assert office.verdicts("p-1") == before
    assert seen(office, AFTER).verdict is Verdict.OVERDUE


def test_the_close_counts_it_as_received(office: Office, desk: Desk) -> None:
    desk.hands_in(RECEIVED, "danh-sach", why=WHY)
    with office.database.writing() as session:
        closed = collect(session, hours=office.hours, now=local(2024, 4, 16)).closed
    assert [(one.expected, one.received, one.late) for one in closed] == [(2, 1, 1)]


@pytest.mark.parametrize(
    ("parts", "why", "said"),
    [
        (("danh-sach",), {"to-trinh": "x", "danh-sach": "y"}, "danh-sach: không thiếu"),
        (("danh-sach",), {"to-trin": "x"}, "to-trin: không thiếu"),
        ((), {"to-trinh": "x"}, "Danh sách: chưa có tệp; chưa ghi lý do"),
        ((), {"to-trinh": "x", "danh-sach": "y"}, "chưa có tệp hay mục nào"),
        (("danh-sach",), {"to-trinh": "x" * 1001}, "to-trinh: lý do dài quá"),
    ],
)
def test_reasons_that_do_not_fit_are_refused(
    office: Office, desk: Desk, parts: tuple[str, ...], why: dict[str, str], said: str
) -> None:
    with pytest.raises(DossierWrong) as refused:
        desk.hands_in(RECEIVED, *parts, why=why)
    assert said in refused.value.text(Language.VI)
    with office.database.reading() as session:
        assert owed(session).state is ObligationState.OPEN


def test_without_a_reason_it_is_owed_as_before(office: Office, desk: Desk) -> None:
    assert desk.hands_in(RECEIVED, "danh-sach") == "incomplete"
    assert seen(office, AFTER).verdict is Verdict.OVERDUE


def test_less_than_before_takes_nothing_back(office: Office, desk: Desk) -> None:
    desk.hands_in(RECEIVED, "danh-sach", "to-trinh")
    desk.hands_in(local(2024, 4, 11), "danh-sach", why=WHY)
    assert seen(office, AFTER).verdict is Verdict.SUBMITTED
