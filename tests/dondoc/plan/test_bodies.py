from pathlib import Path

import pytest

from dondoc.plan.bodies import body_of, milestone_from
from dondoc.plan.source import parse_plan, read_plan
from tests.office import PLAN

SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*/plan.yaml"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_a_milestone_is_read_as_it_was_kept(path: Path) -> None:
    for milestone in read_plan(path).milestones:
        assert milestone_from(body_of(milestone)) == milestone


def test_a_clause_without_a_place_is_read_again() -> None:
    (milestone,) = parse_plan(PLAN.replace(', where: "Mục IV.1.a"', "")).milestones
    assert milestone.clause.where == ""
    assert milestone_from(body_of(milestone)) == milestone
