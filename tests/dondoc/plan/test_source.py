"""A plan file with mistakes: every one at once, with its line and what would be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.plan.mistakes import PlanWrong
from dondoc.plan.source import parse_plan, parse_source
from dondoc.words import Language

GOOD = """\
dondoc: 1
code: quan-7
title: Kế hoạch
issuer: UBND
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
milestones:
  - code: so-ket
    name: Sơ kết
    kind: report
    due: 2024-05-19
    inclusive: false
    audience: all
    clause: {text: trước ngày 19/5/2024, where: Mục IV.3}
"""


def told(text: str) -> list[tuple[int, str]]:
    """Line and Vietnamese text of each mistake."""
    with pytest.raises(PlanWrong) as raised:
        parse_plan(text)
    return [(one.line, one.text(Language.VI)) for one in raised.value.mistakes]


def with_milestone(**lines: str) -> str:
    """The good plan, its milestone's keys replaced or added."""
    kept = [line for line in GOOD.splitlines() if line.split(":")[0].strip() not in lines]
    return "\n".join(kept + [f"    {key}: {value}" for key, value in lines.items()]) + "\n"


def test_good_plan() -> None:
    plan = parse_plan(GOOD)
    assert (plan.code, [one.code for one in plan.milestones]) == ("quan-7", ["so-ket"])


def test_scalars_stay_as_written() -> None:
    text = GOOD.replace("title: Kế hoạch", "title: 2024").replace("Sơ kết", "no")
    plan = parse_plan(text.replace("dondoc: 1\n", "dondoc: 1\nnumber: 05\n"))
    assert (plan.number, plan.title, plan.milestones[0].name) == ("05", "2024", "no")


def test_every_mistake_at_once_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace("code: quan-7", "code: Quận 7")
        .replace("to: 2024-12-31", "to: 2024-12-32")
        .replace("kind: report", "kind: raport")
        .replace("due: 2024-05-19", "due: 2024-06-31")
    )
    assert told(text) == [
        (
            2,
            "code: «Quận 7» viết không đúng. Mã chỉ gồm chữ thường không dấu, chữ số và gạch "
            "nối: bao-cao-so-ket",
        ),
        (5, "period.to: không có ngày 32/12/2024. Tháng 12/2024 có 31 ngày"),
        (
            10,
            "milestones[so-ket].kind: «raport» không dùng được; chỉ có register, report, "
            "dossier, exemplar, review, plan hoặc other",
        ),
        (11, "milestones[so-ket].due: không có ngày 31/6/2024. Tháng 6/2024 có 30 ngày"),
    ]


def test_english_beside_it() -> None:
    with pytest.raises(PlanWrong) as raised:
        parse_plan(GOOD.replace("issuer: UBND\n", ""), "quan-7.yaml")
    assert raised.value.text(Language.EN) == (
        "quan-7.yaml has mistakes (1):\nquan-7.yaml:1: issuer: is missing"
    )
    assert raised.value.exit_status == 2


def test_unknown_key_names_the_nearest() -> None:
    assert told(GOOD.replace("title:", "titel:")) == [
        (3, "titel: không có khóa titel. Có phải là: title?")
    ]
    assert told(with_milestone(clause="{text: a, were: b}")) == [
        (
            14,
            "milestones[so-ket].clause.were: không có khóa were. Có phải là: where?",
        )
    ]


def test_unknown_key_like_no_other_lists_the_known_ones() -> None:
    assert told(with_milestone(clause="{text: a, zzz: b}")) == [
        (14, "milestones[so-ket].clause.zzz: không có khóa zzz. Có thể dùng: text, where")
    ]


def test_unknown_key_of_a_rule() -> None:
    assert told(with_milestone(due="{evry: quarter, day: 10}")) == [
        (14, "milestones[so-ket].due.evry: không có khóa evry. Có phải là: every?")
    ]


def test_window_that_ends_before_it_opens() -> None:
    expected = "milestones[so-ket].opens: mở ngày 2024-05-20, sau hạn 2024-05-19"
    text = with_milestone(opens="2024-05-20")
    assert told(text) == [(15, expected)]
    among_others = told(text.replace("kind: report", "kind: x"))
    assert among_others[1] == (15, expected)
    assert len(among_others) == 2


def test_window_may_open_on_the_day_it_ends() -> None:
    assert parse_plan(with_milestone(opens="2024-05-19")).milestones[0].opens is not None


def test_recurring_milestone_has_no_single_opening() -> None:
    text = with_milestone(due="{every: quarter, day: 10}", opens="2024-05-19")
    assert told(text) == [
        (
            15,
            "milestones[so-ket].opens: mốc lặp lại không dùng opens. "
            "Hãy dùng due.opens_before: số ngày",
        )
    ]


def test_code_used_twice_names_both_lines() -> None:
    again = GOOD[GOOD.index("  - code") :]
    assert told(GOOD + again) == [
        (15, "milestones[so-ket].code: mã so-ket đã dùng ở dòng 8. Hãy đặt mã khác")
    ]


def test_component_code_used_twice() -> None:
    text = with_milestone(
        hand_in="{components: [{code: a, name: A}], fields: [{code: a, name: B}]}"
    )
    assert told(text) == [
        (15, "milestones[so-ket].hand_in.fields[a].code: mã a đã dùng ở dòng 15. Hãy đặt mã khác")
    ]


def test_period_reversed() -> None:
    assert told(GOOD.replace("from: 2024-01-01", "from: 2025-01-01")) == [
        (
            5,
            "period: bắt đầu 2025-01-01 sau khi kết thúc 2024-12-31. Ngày from phải trước ngày to",
        )
    ]


def test_duplicate_key_names_both_lines() -> None:
    text = GOOD.replace("    kind: report\n", "    kind: report\n    kind: plan\n")
    assert told(text) == [
        (
            11,
            "milestones[so-ket]: khóa kind xuất hiện hai lần, lần đầu ở dòng 10. Hãy bỏ một chỗ",
        )
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ({"due": "31/6/2024"}, "due: không có ngày 31/6/2024. Tháng 6/2024 có 30 ngày"),
        ({"due": "19/5/2024"}, "due: ngày 19/5/2024 viết sai kiểu. Hãy viết: 2024-05-19"),
        ({"due": "{every: month, day: 45}"}, "due.day: «45»: không được quá 31. Hoặc last"),
        (
            {"granularity": "quarter"},
            "due: hạn 2024-05-19 không phải ngày cuối của quarter. Ngày cuối là 2024-06-30",
        ),
        (
            {"audience": "{}"},
            "audience: không nêu ai phải thực hiện. "
            "Hãy nêu all, kinds, groups, heads_of hoặc units",
        ),
        ({"audience": "everybody"}, "audience: phải có các khóa bên dưới"),
        (
            {"audience": "{heads_of: cum-1}"},
            "audience.heads_of: phải là danh sách. Ví dụ: [a, b]. Hoặc all",
        ),
        ({"name": ""}, "name: đang để trống"),
        ({"inclusive": "có"}, "inclusive: phải là true hoặc false"),
        (
            {"cadence": "{at: 800}"},
            "cadence.at: không phải là giờ: 800. Hãy viết giờ:phút, ví dụ 08:00",
        ),
        (
            {"cadence": "{at: 24:00}"},
            "cadence.at: không phải là giờ: 24:00. Hãy viết giờ:phút, ví dụ 08:00",
        ),
        (
            {"escalation": "[{to: board, after: 2}, {to: head, after: 3}]"},
            "escalation: các cấp phải cao dần và muộn dần. "
            "Thứ tự: head, group_head, standing_office, board",
        ),
        (
            {"hand_in": "{components: [{code: a, name: A, min_files: 3, max_files: 2}]}"},
            "hand_in.components[a].min_files: min_files 3 lớn hơn max_files 2",
        ),
        (
            {"hand_in": "{fields: [{code: a, name: A, min: 3, max: 2, type: list}]}"},
            "hand_in.fields[a]: min 3 lớn hơn max 2",
        ),
        (
            {"hand_in": "{fields: [{code: a, name: A, type: choice}]}"},
            "hand_in.fields[a]: choices chỉ dùng cho type: choice, và ở đó phải có",
        ),
    ],
)
def test_mistake_in_a_milestone(lines: dict[str, str], said: str) -> None:
    assert [text for _line, text in told(with_milestone(**lines))] == [f"milestones[so-ket].{said}"]


def test_time_zone_that_is_none() -> None:
    assert told(GOOD + "timezone: Asia/Saigonn\n") == [
        (15, "timezone: không có múi giờ Asia/Saigonn. Ví dụ: Asia/Ho_Chi_Minh")
    ]


def test_a_later_format_is_refused() -> None:
    assert told(GOOD.replace("dondoc: 1", "dondoc: 2")) == [
        (1, "dondoc: không đọc được kiểu tệp 2. Phiên bản này đọc kiểu 1")
    ]


def test_plan_of_all_wrong_types_is_still_told() -> None:
    text = "code: []\ntitle: {}\nperiod: 3\nmilestones: x\nundated: [1]\npolicies: no\n"
    found = [text for _line, text in told(text)]
    assert found == [
        "issuer: còn thiếu",
        "standing_office: còn thiếu",
        "code: phải là chữ",
        "title: phải là chữ",
        "period: phải có các khóa bên dưới",
        "milestones: phải là danh sách. Ví dụ: [a, b]",
        "undated[1]: phải có các khóa bên dưới",
        "policies: phải có các khóa bên dưới",
    ]


def test_very_many_mistakes_are_counted() -> None:
    many = "".join(f"k{number}: x\n" for number in range(1000))
    with pytest.raises(PlanWrong) as raised:
        parse_plan(GOOD + many)
    assert len(raised.value.mistakes) == 1000
    assert raised.value.text(Language.VI).endswith("… và 800 lỗi nữa")


def test_source_knows_the_place_of_everything() -> None:
    source = parse_source(GOOD)
    place = source.tree.place(("milestones", 0, "due"))
    assert (place.line, place.column) == (11, 10)
    assert GOOD[place.start : place.end] == "2024-05-19"


@given(st.text(max_size=200))
def test_any_text_is_a_plan_or_told(text: str) -> None:
    with pytest.raises(PlanWrong):
        parse_plan(text)


def mistakes(text: str) -> int:
    """How many; 0 for a good plan. Whatever else is raised fails the test."""
    try:
        parse_plan(text)
    except PlanWrong as wrong:
        return len(wrong.mistakes)
    return 0


@given(st.integers(0, len(GOOD) - 1), st.text(min_size=1, max_size=3))
def test_a_good_plan_damaged_anywhere_is_a_plan_or_told(at: int, junk: str) -> None:
    assert mistakes(GOOD[:at] + junk + GOOD[at + len(junk) :]) < 20


@given(st.integers(0, GOOD.index("noi-vu")))
def test_truncated_before_it_is_whole_it_is_told(at: int) -> None:
    assert mistakes(GOOD[:at]) > 0
