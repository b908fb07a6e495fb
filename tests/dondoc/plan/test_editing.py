import pytest

from dondoc.plan.editing import (
    MILESTONES,
    UNDATED,
    NotLineByLine,
    comments_above,
    with_header,
    with_item,
    with_new_milestone,
    without_item,
    without_line,
)
from dondoc.plan.source import parse_source
from tests.portal.drafted import PLAN

SOURCE = parse_source(PLAN)


def differences(text: str) -> tuple[list[str], list[str]]:
    """Lines that went, lines that came."""
    before, after = PLAN.splitlines(), text.splitlines()
    return (
        [line for line in before if line not in after],
        [line for line in after if line not in before],
    )


def test_one_value_changes_and_every_other_line_stays() -> None:
    text = with_item(SOURCE, MILESTONES, 1, {"name": "Báo cáo: cả năm", "inclusive": False})
    assert differences(text) == (
        ["    name: Báo cáo tổng kết"],
        ["    name: 'Báo cáo: cả năm'", "    inclusive: false"],
    )
    assert parse_source(text).plan.milestones[1].inclusive is False


def test_a_key_is_taken_out_and_a_list_written_on_one_line() -> None:
    text = with_item(SOURCE, MILESTONES, 0, {"audience": {"units": ["p-1", "p-2"]}, "due": 2025})
    assert differences(text) == (
        ["    due: 2024-05-19", "    audience: {kinds: [ward]}"],
        ["    due: 2025", "    audience: {units: [p-1, p-2]}"],
    )


def test_a_milestone_goes_with_the_comments_above_it() -> None:
    text = without_item(SOURCE, MILESTONES, 0)
    plan = parse_source(text).plan
    assert [one.code for one in plan.milestones] == ["tong-ket"]
    assert "LƯU Ý" not in text
    assert "# nộp sau Tết" in text


def test_the_last_duty_goes_with_its_key() -> None:
    text = without_item(SOURCE, UNDATED, 0)
    assert "undated" not in text
    assert parse_source(text).plan.undated == ()


def test_a_milestone_is_added_after_the_others() -> None:
    given = {
        "code": "moi",
        "name": "Mới",
        "kind": "report",
        "due": "2024-Q3",
        "audience": "all",
        "clause": {"text": "quý III"},
    }
    plan = parse_source(with_new_milestone(SOURCE, given)).plan
    assert [one.code for one in plan.milestones] == ["so-ket", "tong-ket", "moi"]
    none_left = without_item(parse_source(without_item(SOURCE, MILESTONES, 0)), MILESTONES, 0)
    only = parse_source(with_new_milestone(parse_source(none_left), given)).plan
    assert [one.code for one in only.milestones] == ["moi"]


def test_the_header_changes_where_it_stands() -> None:
    text = with_header(SOURCE, {"board": "ubnd-quan", "number": None, "title": "Đợt: 2"})
    assert differences(text) == (
        ["number: 61/KH-UBND", "title: Đợt thi đua cao điểm"],
        ["title: 'Đợt: 2'", "board: ubnd-quan"],
    )


def test_comments_are_told_with_their_lines() -> None:
    first, second = comments_above(SOURCE, MILESTONES)
    assert [line for line, _ in first] == [10, 11]
    assert [text for _, text in second] == ["nộp sau Tết"]
    assert without_line(PLAN, 10).splitlines()[9].strip().startswith("# LƯU Ý")


def test_milestones_on_one_line_are_changed_as_text() -> None:
    head = PLAN.partition("milestones:")[0]
    item = "{code: a, name: A, kind: report, due: 2024-05-19, audience: all, clause: {text: x}}"
    source = parse_source(f"{head}milestones: [{item}]\n")
    with pytest.raises(NotLineByLine):
        with_item(source, MILESTONES, 0, {"name": "B"})
