from pathlib import Path

import pytest

from dondoc.plan.mistakes import PlanWrong
from schedules.scenario import read_scenario


def test_scenario_is_read(tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(
        "submit:\n  - {milestone: a, days: -2, except: [p-1]}\n"
        "down:\n  - {from: 2024-05-01, to: 2024-05-04T07:00}\n",
        "utf-8",
    )
    scenario = read_scenario(path)
    assert scenario.submit[0].names("p-2")
    assert not scenario.submit[0].names("p-1")
    assert scenario.down[0].start.hour == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("submits: []", "submits"),
        ("submit:\n  - {days: 1}", "milestone"),
        ("down:\n  - {from: 2024-05-04, to: 2024-05-01}", "2024-05-04"),
        ("submit: [", ""),
        ("extend:\n  - {milestone: a, on: 2024-02-30, until: 2024-03-04}", "on"),
    ],
)
def test_every_mistake_is_told_with_the_file(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(PlanWrong) as wrong:
        read_scenario(path)
    assert "scenario.yaml" in str(wrong.value)
    assert said in str(wrong.value)
