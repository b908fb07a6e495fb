from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from dondoc.database import Database
from dondoc.errors import NotFound
from dondoc.queries import milestone_by_code, obligation_of, plan_by_code, unit_by_code
from dondoc.tables import Plan, Version
from dondoc.versions import clause_of, version, versions
from tests.cast import local
from tests.office import PLAN, Office

LAUNCH = local(2024, 3, 29)
SECOND = PLAN.replace("chậm nhất ngày 15/4/2024", "chậm nhất ngày 22/4/2024")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    Office(database).launch(at=LAUNCH)
    with database.writing() as session:
        yield session


def amended(session: Session) -> Plan:
    plan = plan_by_code(session, "thi-dua")
    plan.revision, plan.source = 2, SECOND
    row = Version(
        plan_id=plan.id, number=2, at=local(2024, 4, 2), actor="an", reason="dời", source=SECOND
    )
    session.add(row)
    session.flush()
    return plan


def test_launch_is_the_first_version(session: Session) -> None:
    (first,) = versions(session, plan_by_code(session, "thi-dua"))
    assert (first.number, first.at, first.actor, first.changes) == (1, LAUNCH, "dondoc", None)
    assert version(session, plan_by_code(session, "thi-dua"), 1).source == PLAN


def test_each_version_is_told_against_the_one_before(session: Session) -> None:
    plan = amended(session)
    first, second = versions(session, plan)
    assert second.changes is not None
    assert (second.number, second.reason, second.changes.milestones) == (2, "dời", ("dang-ky",))
    assert versions(session, plan, after=1) == [second]
    assert first.changes is None


def test_an_obligation_keeps_the_clause_it_stands_on(session: Session) -> None:
    plan = amended(session)
    milestone = milestone_by_code(session, plan, "dang-ky")
    old = obligation_of(session, milestone, unit_by_code(session, "p-1"))
    new = obligation_of(session, milestone, unit_by_code(session, "p-2"))
    new.plan_version = 2
    assert clause_of(session, old).text == "chậm nhất ngày 15/4/2024"
    assert clause_of(session, new).text == "chậm nhất ngày 22/4/2024"


def test_unknown_version_is_named(session: Session) -> None:
    with pytest.raises(NotFound, match=r"There is no version .7.\. There are: 1–1"):
        version(session, plan_by_code(session, "thi-dua"), 7)
