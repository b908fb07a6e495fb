"""District 7's year 2024, rehearsed: each labelled milestone reminds, is due and escalates on the
right days, and the quarter that had passed at launch stays silent."""

import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.main import app

SAMPLE = Path(__file__).parents[2] / "samples" / "quan-7-2024"

Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def letters() -> Lines:
    return rehearse(SAMPLE / "plan.yaml")


def rehearse(*arguments: object) -> Lines:
    result = CliRunner().invoke(app, ["rehearse", *map(str, arguments), "--json"])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def days(letters: Lines, milestone: str, due: str) -> tuple[list[str], list[str]]:
    """The days on which units were told of the milestone's date: until it, and after it. Without
    the announcement."""
    told: dict[bool, set[str]] = {False: set(), True: set()}
    for letter in letters:
        if letter["letter"] not in ("announcement", "escalation", "digest"):
            for item in letter["items"]:
                if (item["milestone"], item["due"]) == (milestone, due):
                    told[item["days_left"] < 0].add(letter["at"][:10])
    return sorted(told[False]), sorted(told[True])


def escalated(letters: Lines, milestone: str, due: str) -> list[str]:
    return sorted(
        {
            letter["at"][:10]
            for letter in letters
            if letter["level"] and (milestone, due) in _spoken_of(letter)
        }
    )


def _spoken_of(letter: dict[str, Any]) -> set[tuple[str, str]]:
    return {(item["milestone"], item["due"]) for item in letter["items"]}


def test_registration_by_15_april(letters: Lines) -> None:
    """A Monday, so that T-3 and T-1 are both the Friday before; the window opened on 30/3, so
    T-14 still lies within it; 18/4 is Giỗ Tổ, so T+3 moves to the 19th."""
    before, after = days(letters, "dang-ky-thi-dua", "2024-04-15")
    assert before == ["2024-04-01", "2024-04-08", "2024-04-12", "2024-04-15"]
    assert after == ["2024-04-16", "2024-04-19", "2024-04-24", "2024-05-02", "2024-05-06"]
    assert escalated(letters, "dang-ky-thi-dua", "2024-04-15") == [
        "2024-04-17",
        "2024-04-22",
        "2024-04-24",
        "2024-05-03",
    ]


def test_mid_year_report_before_19_may(letters: Lines) -> None:
    """trước ngày 19/5, a Sunday: the Saturday is the last day, Friday is aimed at, and nobody is
    late before Tuesday."""
    before, after = days(letters, "bao-cao-so-ket", "2024-05-19")
    assert before == ["2024-05-03", "2024-05-10", "2024-05-14", "2024-05-16", "2024-05-17"]
    assert after[0] == "2024-05-21"


def test_year_end_reports_around_15_november(letters: Lines) -> None:
    """One before the 15th, one on it."""
    before, after = days(letters, "bao-cao-tong-ket", "2024-11-15")
    assert (before[-1], after[0]) == ("2024-11-14", "2024-11-15")
    before, after = days(letters, "bao-cao-nam", "2024-11-15")
    assert (before[-1], after[0]) == ("2024-11-15", "2024-11-18")


def test_ward_ranking_by_saturday_30_november(letters: Lines) -> None:
    """Due on a Saturday: aimed at Friday, late only after Monday has ended."""
    before, after = days(letters, "cham-diem-khoi-phuong", "2024-11-30")
    assert (before[-1], after[0]) == ("2024-11-29", "2024-12-03")


def test_exemplars_every_quarter_but_the_elapsed_one(letters: Lines) -> None:
    spoken = {
        item["due"]
        for letter in letters
        for item in letter["items"]
        if item["milestone"] == "guong-dien-hinh-quy"
    }
    assert spoken == {"2024-04-10", "2024-07-10", "2024-10-10"}


def test_one_letter_a_person_a_day(letters: Lines) -> None:
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for letter in letters:
        seen[letter["to"], letter["at"][:10]] += 1
    assert max(seen.values()) == 1


def test_letters_leave_at_eight_on_working_days(letters: Lines) -> None:
    assert {letter["at"][11:] for letter in letters} == {"08:00:00+07:00"}
    swapped = date(2024, 5, 4)  # a worked Saturday
    weekends = {
        letter["at"][:10]
        for letter in letters
        if date.fromisoformat(letter["at"][:10]).weekday() > 4
    }
    assert weekends <= {swapped.isoformat()}


def test_same_input_same_bytes(letters: Lines) -> None:
    assert rehearse(SAMPLE / "plan.yaml") == letters


def test_scenario_of_a_bad_may(tmp_path: Path) -> None:
    """The service is down for three days around T-7, the mail server refuses one unit, another
    gets a week more, the rest deliver in time."""
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(
        """
submit:
  - {milestone: bao-cao-so-ket, days: -3, except: [mttq, quan-doan, phong-y-te]}
extend:
  - milestone: bao-cao-so-ket
    units: [quan-doan]
    on: 2024-05-16
    until: 2024-05-24
    reason: đang tổ chức đại hội
down:
  - {from: 2024-05-09T12:00, to: 2024-05-13T07:00}
refuse:
  - {from: 2024-05-01, to: 2024-06-30, units: [phong-y-te]}
""",
        encoding="utf-8",
    )
    letters = rehearse(SAMPLE / "plan.yaml", "--scenario", scenario)
    may = [
        letter
        for letter in letters
        if letter["at"] > "2024-05" and ("bao-cao-so-ket", "2024-05-19") in _spoken_of(letter)
    ]

    assert not [letter for letter in may if "2024-05-09" < letter["at"][:10] < "2024-05-13"]
    caught_up = [letter for letter in may if letter["at"].startswith("2024-05-13T08:00")]
    assert len(caught_up) == 46
    overdue = {letter["unit"] for letter in may if letter["letter"] == "overdue"}
    assert overdue == {"mttq"}
    told = {letter["unit"] for letter in may if letter["letter"] == "escalation"}
    assert "mttq" in told
    assert "phong-y-te" not in {letter["unit"] for letter in may}
    extended = [
        letter["at"][:10]
        for letter in letters
        if ("bao-cao-so-ket", "2024-05-24") in _spoken_of(letter)
    ]
    assert extended[:3] == ["2024-05-16", "2024-05-17", "2024-05-21"]
