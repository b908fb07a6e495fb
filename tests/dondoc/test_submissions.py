import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.decision import NothingToAccept, NothingToExempt, NotTaken, ReasonMissing
from dondoc.dossier import DossierWrong, offer
from dondoc.queries import milestone_by_code, obligation_of, plan_by_code, unit_by_code
from dondoc.receipts import Authenticity, receipt_text, verify
from dondoc.signing import Signer, open_signer
from dondoc.store import FileStore
from dondoc.submissions import (
    accept,
    exempt,
    prepare,
    record,
    submit,
)
from dondoc.tables import (
    Contact,
    Event,
    Letter,
    Notice,
    NoticeState,
    Obligation,
    ObligationState,
    Reason,
    Role,
    Stage,
    Submission,
)
from tests.cast import local, make_plan, make_units
from tests.papers import pdf

IN_TIME = local(2024, 4, 10)
LATE = local(2024, 4, 17)
HAND_IN = {
    "components": [{"code": "ban-dang-ky", "name": "Bản đăng ký", "types": ["pdf"]}],
    "fields": [{"code": "so", "name": "Số gương", "type": "number"}],
}


class Desk:
    """The office of one test: its database, files and key."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.store = FileStore(folder / "files")
        self.signer: Signer = open_signer(folder)
        self.paper = pdf(folder / "ban-dang-ky.pdf")
        with database.writing() as session:
            plan = make_plan(session, make_units(session))
            plan.milestones[0].body = {**plan.milestones[0].body, "hand_in": HAND_IN}

    def submit(self, at: datetime = IN_TIME, *, complete: bool = True) -> int:
        with self.database.writing() as session:
            return submit(
                session,
                self.store,
                self.signer,
                owed(session),
                files=[offer("ban-dang-ky", self.paper)],
                fields={"so": "2"} if complete else {},
                actor="thu",
                now=at,
            ).id

    def decide(self, decision: Callable[..., None], *facts: Any, now: datetime = LATE) -> None:
        with self.database.writing() as session:
            decision(session, owed(session), *facts, actor="noi-vu", now=now)

    def state(self) -> ObligationState:
        with self.database.reading() as session:
            return owed(session).state


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path / "data")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()


def owed(session: Session) -> Obligation:
    plan = plan_by_code(session, "ke-hoach")
    milestone = milestone_by_code(session, plan, "dang-ky")
    return obligation_of(session, milestone, unit_by_code(session, "p-1"))


def plan_notices(session: Session, obligation: Obligation, *stages: Stage) -> None:
    officer = obligation.unit.contacts[0]
    session.add_all(
        Notice(
            plan_id=obligation.occurrence.milestone.plan_id,
            obligation_id=obligation.id,
            contact_id=officer.id,
            stage=stage,
            step=f"T-{stage}",
            planned_at=IN_TIME,
        )
        for stage in stages
    )


def test_a_complete_version_fulfils_the_obligation(desk: Desk) -> None:
    with desk.database.writing() as session:
        plan_notices(session, owed(session), Stage.REMIND, Stage.OVERDUE)

    id_ = desk.submit()

    with desk.database.reading() as session:
        obligation = owed(session)
        assert obligation.state is ObligationState.SUBMITTED
        assert obligation.first_complete_at == IN_TIME
        submission = session.get_one(Submission, id_)
        assert (submission.version, submission.complete, submission.fields) == (1, True, {"so": 2})
        assert [(file.name, file.component) for file in submission.files] == [
            ("ban-dang-ky.pdf", "ban-dang-ky")
        ]
        assert {(notice.state, notice.reason) for notice in session.scalars(select(Notice))} == {
            (NoticeState.SKIPPED, Reason.SUBMITTED)
        }
        assert [event.action for event in session.scalars(select(Event))] == ["submit"]


def test_an_incomplete_version_is_received_and_still_owed(desk: Desk) -> None:
    with desk.database.writing() as session:
        plan_notices(session, owed(session), Stage.REMIND)

    id_ = desk.submit(complete=False)

    with desk.database.reading() as session:
        assert owed(session).state is ObligationState.OPEN
        assert owed(session).first_complete_at is None
        assert session.scalars(select(Notice.state)).all() == [NoticeState.PLANNED]
        submission = session.get_one(Submission, id_)
        assert submission.missing == {
            "so": {"vi": "Số gương: chưa điền", "en": "Số gương: not filled in"}
        }
        assert submission.receipt is not None
        facts = verify(receipt_text(submission.receipt, desk.signer)).facts
        assert (facts["verdict"], facts["late_days"]) == ("incomplete", 0)


def test_timeliness_is_that_of_the_first_complete_version(desk: Desk) -> None:
    desk.submit(IN_TIME)
    id_ = desk.submit(LATE)

    with desk.database.reading() as session:
        submission = session.get_one(Submission, id_)
        assert submission.version == 2
        assert submission.receipt is not None
        assert owed(session).first_complete_at == IN_TIME
        facts = verify(receipt_text(submission.receipt, desk.signer)).facts
        assert (facts["verdict"], facts["version"]) == ("on_time", 2)


def test_the_time_of_the_first_version_is_an_instant_whatever_the_clocks_zone(desk: Desk) -> None:
    there = datetime(2024, 4, 15, 23, 59, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))

    desk.submit(there)

    with desk.database.reading() as session:
        assert owed(session).first_complete_at == there


def test_a_receipt_proves_unit_time_and_files(desk: Desk) -> None:
    id_ = desk.submit(LATE)

    with desk.database.reading() as session:
        receipt = session.get_one(Submission, id_).receipt
        assert receipt is not None
        text = receipt_text(receipt, desk.signer)
    verified = verify(text, trusted=desk.signer.public_key)
    assert verified.authenticity is Authenticity.GENUINE
    facts = verified.facts
    assert facts["number"] == f"2024-{id_:06d}"
    assert facts["unit"] == {"code": "p-1", "name": "Ủy ban nhân dân phường Một"}
    assert facts["received_at"] == "2024-04-17T09:00:00+07:00"
    assert (facts["verdict"], facts["late_days"]) == ("late", 2)
    with desk.store.open(facts["files"][0]["sha256"]) as file:
        assert file.read() == desk.paper.read_bytes()


def test_working_days_are_counted_by_the_callers_calendar(desk: Desk) -> None:
    with desk.database.writing() as session:
        prepared = prepare(
            session, desk.store, owed(session), [offer("ban-dang-ky", desk.paper)], {"so": "1"}
        )
        submission = record(
            session,
            desk.signer,
            owed(session),
            prepared,
            actor="thu",
            now=LATE,
            late_days=lambda late_at, at: (at - late_at).days + 40,
        )
        assert submission.receipt is not None
        facts = verify(receipt_text(submission.receipt, desk.signer)).facts
    assert (facts["late_days"], facts["late_days_are"]) == (41, "working")


def test_the_receipt_letter_is_urgent_and_goes_to_the_officer(desk: Desk) -> None:
    id_ = desk.submit()

    with desk.database.reading() as session:
        letter = session.scalars(select(Letter)).one()
        assert letter.key == f"receipt:{id_}"
        assert (letter.address, letter.urgent) == ("p-1@quan.example", True)
        assert letter.message_id == f"<receipt-{id_}.{desk.signer.installation}@dondoc>"


def test_without_an_officer_the_head_gets_the_receipt_and_without_anybody_none(
    desk: Desk,
) -> None:
    vacate(desk.database, Role.OFFICER)
    desk.submit()
    vacate(desk.database, Role.HEAD)
    desk.submit()

    with desk.database.reading() as session:
        assert session.scalars(select(Letter.address)).all() == ["head.p-1@quan.example"]


def vacate(database: Database, role: Role) -> None:
    with database.writing() as session:
        seats = [seat for seat in owed(session).unit.contacts if seat.role is role]
        for seat in seats:
            session.get_one(Contact, seat.id).email = None


def test_what_cannot_be_taken_leaves_no_trace(desk: Desk) -> None:
    desk.paper.write_bytes(b"no pdf")

    with pytest.raises(DossierWrong):
        desk.submit()

    assert not desk.store.folder.exists()
    with desk.database.reading() as session:
        assert session.scalars(select(Submission)).all() == []
        assert session.scalars(select(Letter)).all() == []


def test_accepting_ends_everything_planned(desk: Desk) -> None:
    desk.submit()
    with desk.database.writing() as session:
        plan_notices(session, owed(session), Stage.REVIEW)

    desk.decide(accept)

    with desk.database.reading() as session:
        assert owed(session).state is ObligationState.ACCEPTED
        assert owed(session).decided_at == LATE
        assert session.scalars(select(Notice.reason)).all() == [Reason.REVIEWED]
        event = session.scalars(select(Event).where(Event.action == "accept")).one()
        assert (event.actor, event.subject) == ("noi-vu", "ke-hoach/dang-ky/p-1")
    with pytest.raises(NotTaken, match="accepted; nothing more"):
        desk.submit()


def test_only_what_waits_for_review_is_accepted(desk: Desk) -> None:
    with pytest.raises(NothingToAccept, match="not handed in"):
        desk.decide(accept)
    desk.submit()
    desk.decide(accept)
    with pytest.raises(NothingToAccept, match="accepted"):
        desk.decide(accept)


def test_an_exempt_unit_is_left_alone(desk: Desk) -> None:
    with desk.database.writing() as session:
        plan_notices(session, owed(session), Stage.REMIND)

    desk.decide(exempt, " mới thành lập ")

    with desk.database.reading() as session:
        obligation = owed(session)
        assert (obligation.state, obligation.exempt_reason) == (
            ObligationState.EXEMPT,
            "mới thành lập",
        )
        assert session.scalars(select(Notice.reason)).all() == [Reason.EXEMPT]
        event = session.scalars(select(Event)).one()
        assert (event.reason, event.facts) == ("mới thành lập", {"occurrence": "2024-04-15"})
    with pytest.raises(NotTaken, match="exempt"):
        desk.submit()


def test_exempting_needs_a_reason_and_something_owed(desk: Desk) -> None:
    with pytest.raises(ReasonMissing):
        desk.decide(exempt, "  ")
    desk.submit()
    with pytest.raises(NothingToExempt, match="waiting for review"):
        desk.decide(exempt, "x")
    assert desk.state() is ObligationState.SUBMITTED


def test_two_versions_at_once_get_two_numbers(desk: Desk) -> None:
    threads = [threading.Thread(target=desk.submit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with desk.database.reading() as session:
        versions = session.scalars(select(Submission.version).order_by(Submission.version)).all()
        assert versions == [1, 2, 3, 4]
        assert len(session.scalars(select(Letter)).all()) == 4


@pytest.mark.parametrize(
    ("after", "verdict"),
    [(timedelta(microseconds=-1), "on_time"), (timedelta(0), "late"), (timedelta(1), "late")],
)
def test_lateness_begins_at_its_instant(desk: Desk, after: timedelta, verdict: str) -> None:
    with desk.database.reading() as session:
        late_at = owed(session).late_at
    id_ = desk.submit(late_at + after)

    with desk.database.reading() as session:
        receipt = session.get_one(Submission, id_).receipt
        assert receipt is not None
        assert verify(receipt_text(receipt, desk.signer)).facts["verdict"] == verdict


def test_within_an_extension_is_on_time_and_told_so(desk: Desk) -> None:
    with desk.database.writing() as session:
        obligation = owed(session)
        obligation.late_at += timedelta(days=7)
        obligation.last_on += timedelta(days=7)
        obligation.extension_reason = "lũ lụt"
    id_ = desk.submit(LATE)

    with desk.database.reading() as session:
        receipt = session.get_one(Submission, id_).receipt
        assert receipt is not None
        assert verify(receipt_text(receipt, desk.signer)).facts["verdict"] == "on_time_extended"
        letter = session.scalars(select(Letter)).one()
        assert letter.payload is not None
        told = letter.payload["receipt"]
        assert (told["verdict"], told["extended_from"]) == ("on_time_extended", "2024-04-15")
