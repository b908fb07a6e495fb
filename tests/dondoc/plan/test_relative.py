"""Due dates that hang on events, in a plan file: read, said, refused with their lines."""

import pytest

from dondoc.plan.hanging import event_behind, hanging_on, rule_words
from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.model import PlanFile
from dondoc.plan.relative import Counted, Per, Relative, said
from dondoc.plan.source import parse_plan
from dondoc.plan.timeline import occurrences
from dondoc.words import Language

GOOD = """\
code: thi-dua
title: Kế hoạch
issuer: UBND
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
events:
  - {code: ket-thuc, name: Kết thúc đợt thi đua}
  - {code: dai-hoi, name: Đại hội, per: unit}
milestones:
  - code: bao-cao
    name: Báo cáo đợt thi đua
    kind: report
    due: {after: ket-thuc, working_days: 3}
    audience: all
    clause: {text: a}
  - code: tong-hop
    name: Tổng hợp
    kind: report
    due: {after: bao-cao, days: 10}
    audience: all
    clause: {text: b}
  - code: nam
    name: Cả năm
    kind: report
    due: 2024-11-15
    audience: all
    clause: {text: c}
"""
FIRST = "{after: ket-thuc, working_days: 3}"


def told(text: str) -> list[tuple[int, str]]:
    with pytest.raises(PlanWrong) as raised:
        parse_plan(text)
    return [(one.line, one.text(Language.VI)) for one in raised.value.mistakes]


def due(rule: str) -> list[tuple[int, str]]:
    return told(GOOD.replace(FIRST, rule))


def milestone(plan: PlanFile, code: str) -> Relative:
    (found,) = [one.due for one in plan.milestones if one.code == code]
    assert isinstance(found, Relative)
    return found


def test_events_are_read() -> None:
    plan = parse_plan(GOOD)
    assert [(one.code, one.per) for one in plan.events] == [
        ("ket-thuc", Per.PLAN),
        ("dai-hoi", Per.UNIT),
    ]
    rule = milestone(plan, "bao-cao")
    assert (rule.anchor, rule.counted, rule.count) == ("ket-thuc", Counted.WORKING_DAYS, 3)
    assert occurrences(plan.milestones[0], plan.period) == []


def test_counted_back_is_negative() -> None:
    assert Relative(before="a", weeks=2).count == -2


@pytest.mark.parametrize(
    ("rule", "vi", "en"),
    [
        (
            Relative(after="a", working_days=3),
            "03 ngày làm việc sau «A»",
            "3 working days after “A”",
        ),
        (Relative(before="a", days=1), "01 ngày trước «A»", "1 day before “A”"),
        (Relative(after="a", weeks=12), "12 tuần sau «A»", "12 weeks after “A”"),
        (Relative(after="a", months=1), "01 tháng sau «A»", "1 month after “A”"),
        (Relative(before="a", days=0), "đúng ngày «A»", "on the day of “A”"),
    ],
)
def test_said(rule: Relative, vi: str, en: str) -> None:
    assert said(rule, "A") == (vi, en)


def test_chain_leads_to_its_event() -> None:
    plan = parse_plan(GOOD)
    behind = [event_behind(plan, one) for one in plan.milestones]
    assert [event and event.code for event in behind] == ["ket-thuc", "ket-thuc", None]
    assert [one.code for one in hanging_on(plan, "ket-thuc")] == ["bao-cao", "tong-hop"]
    assert hanging_on(plan, "dai-hoi") == []


def test_rule_in_the_plans_words() -> None:
    plan = parse_plan(GOOD)
    words = [rule_words(plan, one) for one in plan.milestones]
    assert [one.vi for one in words] == [
        "03 ngày làm việc sau «Kết thúc đợt thi đua»",
        "10 ngày sau «Báo cáo đợt thi đua»",
        "",
    ]


def test_unknown_anchor_names_the_nearest() -> None:
    assert due("{after: ket-thu, working_days: 3}") == [
        (
            13,
            "milestones[bao-cao].due.after: không có sự kiện hay mốc ket-thu. "
            "Có phải là: ket-thuc?",
        )
    ]


def test_unknown_anchor_like_no_other_lists_what_there_is() -> None:
    ((line, text),) = due("{before: xyzxyz, days: 3}")
    assert (line, text) == (
        13,
        "milestones[bao-cao].due.before: không có sự kiện hay mốc xyzxyz. "
        "Có thể dùng: ket-thuc, dai-hoi, tong-hop, nam",
    )


def test_dates_in_a_circle() -> None:
    assert due("{after: tong-hop, days: 3}") == [
        (
            13,
            "milestones[bao-cao].due.after: hạn chạy vòng: bao-cao → tong-hop → bao-cao",
        ),
        (
            19,
            "milestones[tong-hop].due.after: hạn chạy vòng: tong-hop → bao-cao → tong-hop",
        ),
    ]
    assert due("{after: bao-cao, days: 3}") == [
        (13, "milestones[bao-cao].due.after: hạn chạy vòng: bao-cao → bao-cao")
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "{after: ket-thuc, before: dai-hoi, days: 3}",
        "{working_days: 3}",
    ],
)
def test_one_anchor(rule: str) -> None:
    assert due(rule) == [
        (
            13,
            "milestones[bao-cao].due: cần đúng một trong after và before. "
            "Hãy nêu mã sự kiện hoặc mã mốc",
        )
    ]


@pytest.mark.parametrize("rule", ["{after: ket-thuc}", "{after: ket-thuc, days: 3, weeks: 1}"])
def test_one_count(rule: str) -> None:
    assert due(rule) == [
        (
            13,
            "milestones[bao-cao].due: cần đúng một trong days, working_days, weeks, months. "
            "Ví dụ {after: …, working_days: 3}",
        )
    ]


def test_misspelt_keys() -> None:
    assert due("{aftr: ket-thuc, working_day: 3}") == [
        (13, "milestones[bao-cao].due.aftr: không có khóa aftr. Có phải là: after?"),
        (
            13,
            "milestones[bao-cao].due.working_day: không có khóa working_day. "
            "Có phải là: working_days?",
        ),
    ]


def test_count_that_is_none() -> None:
    assert due("{after: ket-thuc, working_days: 0}") == [
        (13, "milestones[bao-cao].due.working_days: «0»: phải từ 1")
    ]
    assert due("{after: ket-thuc, working_days: ba}") == [
        (13, "milestones[bao-cao].due.working_days: phải là số nguyên")
    ]


def test_code_of_an_event_and_a_milestone() -> None:
    assert told(GOOD.replace("code: dai-hoi", "code: nam")) == [
        (22, "milestones[nam].code: mã nam đã dùng ở dòng 8. Hãy đặt mã khác")
    ]


def test_fixed_window_and_granularity_are_refused() -> None:
    text = GOOD.replace(FIRST, f"{FIRST}\n    opens: 2024-05-01")
    assert told(text) == [
        (
            14,
            "milestones[bao-cao].opens: hạn tính từ sự kiện không dùng opens. "
            "Hãy dùng due.opens_before: số ngày",
        )
    ]
    text = GOOD.replace(FIRST, f"{FIRST}\n    granularity: month")
    assert told(text) == [
        (
            14,
            "milestones[bao-cao].granularity: hạn tính từ sự kiện là một ngày. Hãy bỏ granularity",
        )
    ]


def test_loose_end_is_told_among_other_mistakes() -> None:
    text = GOOD.replace("after: bao-cao", "after: bao-cáo").replace("kind: report", "kind: x", 1)
    assert [line for line, _ in told(text)] == [12, 19, 19]


def test_plan_made_by_a_program_is_checked_too() -> None:
    plan = parse_plan(GOOD)
    with pytest.raises(ValueError, match="no event or milestone ket-thuc"):
        PlanFile.model_validate({**dict(plan), "number": "1", "events": ()})
