from datetime import date, time

import pytest

from dondoc.plan.differing import OTHER, Differences, differences
from dondoc.plan.model import PlanFile
from dondoc.plan.source import parse_plan

PLAN = """
code: thi-dua
number: 12/KH-UBND
title: Kế hoạch thi đua
issuer: UBND quận
period: {from: 2024-01-01, to: 2024-12-31}
standing_office: noi-vu
events: [{code: ket-thuc, name: Kết thúc đợt thi đua}]
milestones:
  - code: dang-ky
    name: Đăng ký
    kind: register
    due: 2024-04-15
    audience: {kinds: [phường], except: [p-9]}
    hand_in:
      components: [{code: to-trinh, name: Tờ trình, types: [pdf]}]
    clause: {text: chậm nhất ngày 15/4/2024, where: Mục IV.1}
  - code: bao-cao
    name: Báo cáo quý
    kind: report
    due: {every: quarter, day: 10, of: after, exceptions: [{period: Q4, day: 20, month: 11}]}
    inclusive: false
    audience: all
    clause: {text: hằng quý, where: Mục V}
  - code: tong-ket
    name: Tổng kết
    kind: review
    due: {after: ket-thuc, working_days: 3}
    audience: {heads_of: all}
    clause: {text: trong 03 ngày làm việc, where: Mục VI}
"""


def changed(*pairs: tuple[str, str]) -> Differences:
    text = PLAN
    for old, new in pairs:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return differences(parse_plan(PLAN), parse_plan(text))


def said(found: Differences) -> list[tuple[str, str, str, str]]:
    return [
        (one.code, alteration.label.vi, alteration.before.vi, alteration.after.vi)
        for one in found.altered
        for alteration in one.alterations
    ]


def test_same_plan_has_no_differences() -> None:
    found = differences(parse_plan(PLAN), parse_plan("# chú thích\n" + PLAN))
    assert not found
    assert found.milestones == ()


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("due: 2024-04-15", "due: 2024-04-22", "15/04/2024", "22/04/2024"),
        (
            "due: 2024-04-15",
            "due: 2024-04\n    inclusive: false",
            "15/04/2024",
            "trước tháng 4/2024",
        ),
        (
            "{every: quarter, day: 10, of: after, exceptions: [{period: Q4, day: 20, month: 11}]}",
            "{every: month, day: last, month: last}",
            "trước hằng quý, ngày 10 tháng đầu của kỳ sau, riêng Q4 ngày 20/11",
            "trước hằng tháng, ngày cuối tháng cuối",
        ),
        (
            "{after: ket-thuc, working_days: 3}",
            "{after: ket-thuc, weeks: 2}",
            "03 ngày làm việc sau «Kết thúc đợt thi đua»",
            "02 tuần sau «Kết thúc đợt thi đua»",
        ),
    ],
)
def test_a_moved_date_is_said_as_the_document_says_it(
    old: str, new: str, before: str, after: str
) -> None:
    ((_, label, was, now),) = said(changed((old, new)))
    assert (label, was, now) == ("hạn", before, after)


def test_audience_and_what_must_be_handed_in() -> None:
    found = changed(
        ("{kinds: [phường], except: [p-9]}", "{groups: [cum-1], units: [p-1, p-2]}"),
        ("{code: to-trinh, name: Tờ trình, types: [pdf]}", "{code: bieu, name: Biểu, paper: 2}"),
        ("audience: {heads_of: all}", "audience: all"),
    )
    assert said(found) == [
        ("dang-ky", "đối tượng", "loại phường; trừ p-9", "cụm, khối cum-1; đơn vị p-1, p-2"),
        ("dang-ky", "phải nộp", "Tờ trình (pdf), 1–10 tệp, đến 50 MB", "–"),
        ("dang-ky", "phải nộp", "–", "Biểu, 1–10 tệp, đến 50 MB, 02 bản giấy"),
        ("tong-ket", "đối tượng", "mọi trưởng cụm, khối", "mọi đơn vị"),
    ]
    assert found.altered[0].fields == {"audience", "hand_in"}


def test_milestones_come_and_go() -> None:
    plan = parse_plan(PLAN)
    kept, *rest = plan.milestones
    fresh = kept.model_copy(update={"code": "moi"})
    found = differences(plan, plan.model_copy(update={"milestones": (fresh, *rest)}))
    assert ([one.code for one in found.added], [one.code for one in found.dropped]) == (
        ["moi"],
        ["dang-ky"],
    )
    assert found.milestones == ("moi", "dang-ky")


def test_the_order_of_milestones_is_no_difference() -> None:
    plan = parse_plan(PLAN)
    turned = plan.model_copy(update={"milestones": plan.milestones[::-1]})
    assert not differences(plan, turned)


def test_what_comes_from_the_header_is_told_once() -> None:
    found = changed(
        (
            "standing_office: noi-vu",
            "standing_office: van-phong\npolicies: {cadence: {at: '09:00'}}",
        )
    )
    assert not found.altered
    assert [(one.field, one.after.vi) for one in found.header] == [
        ("standing_office", "van-phong"),
        (
            "policies.cadence",
            "trước hạn 14, 7, 3, 1, 0 ngày; quá hạn 1, 3 ngày, rồi cứ 3 ngày làm việc, "
            "nhiều nhất 5 lần; lúc 09:00",
        ),
    ]


def test_an_own_cadence_is_told_at_its_milestone() -> None:
    found = changed(("    audience: all\n", "    audience: all\n    escalation: []\n"))
    assert said(found) == [
        (
            "bao-cao",
            "báo cáo cấp trên",
            "thủ trưởng sau 2 ngày làm việc; trưởng cụm, khối sau 4 ngày làm việc; "
            "cơ quan thường trực sau 6 ngày làm việc; lãnh đạo cấp trên sau 10 ngày làm việc",
            "không",
        )
    ]


HEADER_CHANGES = {
    "number": "13/KH-UBND",
    "issued": date(2024, 1, 2),
    "board": "ubnd",
    "language": "en",
}


@pytest.mark.parametrize("field", HEADER_CHANGES)
def test_every_part_of_the_header_is_told(field: str) -> None:
    plan = parse_plan(PLAN)
    found = differences(plan, plan.model_copy(update={field: HEADER_CHANGES[field]}))
    assert [one.field for one in found.header] == [field]


def test_what_has_no_phrase_of_its_own_is_told_all_the_same() -> None:
    plan: PlanFile = parse_plan(PLAN)
    later = plan.milestones[2].due.model_copy(update={"opens_before": 5})
    moved = plan.milestones[2].model_copy(update={"due": later})
    found = differences(plan, plan.model_copy(update={"milestones": (*plan.milestones[:2], moved)}))
    assert found.altered[0].alterations == (OTHER,)
    per_unit = plan.events[0].model_copy(update={"per": "unit"})
    assert differences(plan, plan.model_copy(update={"events": (per_unit,)})).header == (OTHER,)


def test_a_time_is_written_as_people_write_it() -> None:
    plan = parse_plan(PLAN)
    cadence = plan.policies.cadence.model_copy(update={"at": time(7, 5), "after": ()})
    policies = plan.policies.model_copy(update={"cadence": cadence})
    (told,) = differences(plan, plan.model_copy(update={"policies": policies})).header
    assert told.after.en == (
        "14, 7, 3, 1, 0 days before; – days late, then every 3 working days, at most 5 times; "
        "at 07:05"
    )
