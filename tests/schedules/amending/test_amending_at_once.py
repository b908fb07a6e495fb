"""Two at the same time, on both databases: the rows decide who was first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from dondoc.database import Database
from dondoc.decision import NotTaken
from dondoc.dossier import Checked
from dondoc.queries import plan_by_code
from dondoc.record import verify
from dondoc.signing import Signer, open_signer
from dondoc.submissions import Prepared, record
from dondoc.tables import Obligation, ObligationState, Submission, Version
from schedules.amending.refusing import ChangedMeanwhile, WouldOrphan
from tests.amended import APRIL, LAUNCH, PLAN, altered, amended, owed, without
from tests.office import Office

WHOLE = Prepared(checked=Checked(), stored=())


@pytest.fixture
def office(database: Database) -> Office:
    office = Office(database)
    office.launch(PLAN, at=LAUNCH)
    return office


@pytest.fixture
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return open_signer(tmp_path_factory.mktemp("keys"))


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each returns, or raises."""
    ready = Barrier(len(acts))

    def start(act: Callable[[], object]) -> object:
        ready.wait()
        try:
            return act()
        except (ChangedMeanwhile, WouldOrphan, NotTaken) as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


def test_of_two_amendments_one_is_told(office: Office) -> None:
    later = altered(("due: 2024-05-15", "due: 2024-05-22"))
    other = altered(("due: 2024-11-15", "due: 2024-11-20"))
    done = at_once(
        lambda: amended(office, later, expected=1), lambda: amended(office, other, expected=1)
    )
    assert sorted(isinstance(one, ChangedMeanwhile) for one in done) == [False, True]
    with office.database.reading() as session:
        assert plan_by_code(session, "thi-dua").revision == 2
        assert session.scalar(select(func.count()).select_from(Version)) == 2
        assert verify(session).broken is None


def test_a_submission_and_its_milestones_end_never_both_happen(
    office: Office, signer: Signer
) -> None:
    def hand_in() -> None:
        with office.database.writing() as session:
            record(session, signer, owed(session, "p-2"), WHOLE, actor="p-2", now=APRIL)

    at_once(hand_in, lambda: amended(office, without("dang-ky")))
    with office.database.reading() as session:
        orphans = session.scalar(
            select(func.count())
            .select_from(Submission)
            .join(Obligation, Obligation.id == Submission.obligation_id)
            .where(Obligation.dropped_in.is_not(None))
        )
        obligation = owed(session, "p-2")
        dropped = obligation.occurrence.dropped_in is not None
    assert orphans == 0
    assert dropped is (obligation.state is ObligationState.EXEMPT)
    assert dropped is not (obligation.state is ObligationState.SUBMITTED)
