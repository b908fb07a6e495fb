from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from dondoc.access.seal import seal_of
from dondoc.database import Database
from dondoc.problems import problems
from dondoc.settings import load
from dondoc.signing import open_signer
from dondoc.tables import Cause, Incident, Letter, LetterState
from notifications.opening import write_returning
from notifications.returned.gathering import Gathered, gather, gather_or_tell
from notifications.returned.path import return_path
from tests.cast import local
from tests.notifications.returned.messages import NO_SUCH, PATH, own_words, report
from tests.office import Office

LAUNCH = local(2024, 3, 29)
T_MINUS_14 = local(2024, 4, 1, 8)
BACK = local(2024, 4, 1, 9)
T_PLUS_1 = local(2024, 4, 16, 8)
LEVEL_1 = local(2024, 4, 17, 8)


@pytest.fixture
def office(database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Office:
    (tmp_path / "mail" / "new").mkdir(parents=True)
    monkeypatch.setenv("DONDOC_BOUNCE_ADDRESS", "bounce@quan7.test")
    monkeypatch.setenv("DONDOC_BOUNCE_MAILBOX", f"maildir:{tmp_path / 'mail'}")
    office = Office(database)
    office.post = replace(office.post, write=write_returning(office.settings))
    office.launch(at=LAUNCH)
    office.beat(T_MINUS_14)
    return office


def _sender(office: Office, address: str) -> str:
    """Of the last letter."""
    return [one.sender for one in office.server.received if one.recipient == address][-1]


def _comes_back(office: Office, text: str, *, to: str | None = None) -> Gathered:
    """`text` to the return path of the letter that p-1 got."""
    path = to or _sender(office, "p-1@quan.example")
    folder = Path(office.settings.bounce_mailbox.removeprefix("maildir:")) / "new"
    number = len(list(folder.parent.rglob("*")))
    (folder / f"{number}.mail").write_text(text.replace(PATH, path), encoding="utf-8")
    return gather(office.database, office.settings, now=BACK)


def _letter(office: Office, address: str = "p-1@quan.example") -> Letter:
    with office.database.reading() as session:
        return session.scalars(
            select(Letter).where(Letter.address == address).order_by(Letter.id)
        ).first() or pytest.fail("no letter")


def test_each_letter_has_a_return_path_of_its_own(office: Office) -> None:
    senders = {one.sender for one in office.server.received}

    assert len(senders) == len(office.server.received) == 2
    assert all(sender.startswith("bounce+") for sender in senders)
    assert all(one.data.count(b"From: ") == 1 for one in office.server.received)


def test_a_letter_refused_for_good_did_not_arrive(office: Office) -> None:
    found = _comes_back(office, report("5.1.1", diagnostic=NO_SUCH))

    assert found == Gathered(refused=1)
    letter = _letter(office)
    assert letter.state is LetterState.FAILED
    assert NO_SUCH in (letter.answer or "")
    assert office.verdicts("p-1")["T-14"] == ("failed", "bounced")
    assert office.verdicts("p-2")["T-14"] == ("sent", None)
    with office.database.reading() as session:
        (problem,) = session.scalars(problems())
        assert (problem.unit.code, problem.cause, problem.answer) == ("p-1", Cause.BOUNCED, NO_SUCH)
        kinds = session.scalars(select(Incident.kind)).all()
    assert kinds == ["letter_returned"]


def test_said_twice_it_counts_once(office: Office) -> None:
    _comes_back(office, report("5.1.1", diagnostic=NO_SUCH))
    again = _comes_back(office, report("5.1.1", diagnostic=NO_SUCH))

    assert again == Gathered()
    assert (_letter(office).answer or "").count(NO_SUCH) == 1


@pytest.mark.parametrize(
    "text",
    [
        report("4.2.2", "failed", "452 mailbox full"),
        report("5.4.4", "failed", "routing"),
        report("4.4.1", "delayed", "still trying"),
        own_words("Trả lời tự động: đi công tác", "Tôi đi vắng.", sender="a@p1.test"),
    ],
)
def test_what_may_pass_is_noted_beside_the_letter(office: Office, text: str) -> None:
    before = _letter(office).answer

    assert _comes_back(office, text) == Gathered(noted=1)

    letter = _letter(office)
    assert letter.state is LetterState.SENT
    assert letter.answer != before
    assert office.verdicts("p-1")["T-14"] == ("sent", None)


def test_a_forged_report_changes_nothing(office: Office) -> None:
    letter = _letter(office)
    seal = seal_of(open_signer(office.settings.data / "elsewhere"))
    forged = return_path(letter.id, address="bounce@quan7.test", seal=seal)

    for path in (forged, f"bounce+{letter.id}-@quan7.test", "bounce@quan7.test"):
        assert _comes_back(office, report("5.1.1"), to=path) == Gathered(foreign=1)

    assert _letter(office).state is LetterState.SENT


def test_a_report_that_arrived_says_nothing_new(office: Office) -> None:
    before = _letter(office).answer

    assert _comes_back(office, report("2.1.5", "delivered")) == Gathered()
    assert _letter(office).answer == before


def test_a_unit_whose_letters_all_came_back_is_not_told_upward(office: Office) -> None:
    _comes_back(office, report("5.1.1", diagnostic=NO_SUCH))

    office.beat(T_PLUS_1)
    _comes_back(office, report("5.1.1", diagnostic=NO_SUCH))
    office.beat(LEVEL_1)

    told = {address for address, name in office.letters() if name == "escalation"}
    assert "head.p-2@quan.example" in told
    assert "head.p-1@quan.example" not in told


def test_a_mailbox_out_of_reach_is_told_once_a_day(office: Office, tmp_path: Path) -> None:
    gone = load(bounce_mailbox=f"maildir:{tmp_path / 'gone'}")
    for hours in (0, 1, 25):
        now = BACK + timedelta(hours=hours)
        assert gather_or_tell(office.database, gone, now=now) == Gathered()

    with office.database.reading() as session:
        kinds = session.scalars(select(Incident.kind)).all()
    assert kinds == ["mailbox_unread"] * 2
