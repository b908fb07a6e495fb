"""What a dossier consists of becomes what the draft asks for."""

import pytest

from documents.reading.draft import draft
from documents.reading.matching import Directory
from documents.reading.result import Wanted
from dondoc.plan.model import PlanFile
from dondoc.plan.source import parse_plan
from dondoc.units.rows import UnitRow
from tests.documents.reading.test_grammar import read_text

HEAD = (
    "Số: 12/HD-SNV",
    "An Bình, ngày 02 tháng 01 năm 2024",
    "HƯỚNG DẪN",
    "Hồ sơ khen thưởng năm 2024",
)
DUE = "Hồ sơ đề nghị khen thưởng gửi về Sở Nội vụ trước ngày 15/11/2024."


def parts(*clauses: str) -> list[tuple[str, int, str | None]]:
    found = read_text(*HEAD, *clauses).milestones[-1]
    return [(part.name, part.copies, part.only) for part in found.components]


def plan_of(*clauses: str, directory: Directory | None = None) -> PlanFile:
    return parse_plan(draft(read_text(*HEAD, *clauses), directory=directory, year=2024).text)


def test_list_below_with_sets_copies_and_a_condition() -> None:
    said = parts(
        "1. Hồ sơ đề nghị khen thưởng gồm 02 bộ, mỗi bộ gồm:",
        "a) 01 tờ trình của đơn vị;",
        "b) 02 bản báo cáo thành tích của tập thể, cá nhân;",
        "c) Đối với doanh nghiệp: thêm văn bản xác nhận hoàn thành nghĩa vụ thuế.",
        f"2. {DUE}",
    )

    assert said == [
        ("Tờ trình của đơn vị", 2, None),
        ("Báo cáo thành tích của tập thể, cá nhân", 4, None),
        ("Văn bản xác nhận hoàn thành nghĩa vụ thuế", 2, "doanh nghiệp"),
    ]


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        (
            "Hồ sơ gồm: tờ trình, danh sách trích ngang và 03 bản báo cáo thành tích.",
            [("Tờ trình", 0), ("Danh sách trích ngang", 0), ("Báo cáo thành tích", 3)],
        ),
        (
            "Hồ sơ: tờ trình, biên bản, báo cáo (mỗi loại 02 bản); gửi kèm file mềm.",
            [("Tờ trình", 2), ("Biên bản", 2), ("Báo cáo", 2)],
        ),
        (
            "Hồ sơ trình khen thưởng bao gồm: Tờ trình (01 bản), Báo cáo thành tích (02 bản).",
            [("Tờ trình", 1), ("Báo cáo thành tích", 2)],
        ),
    ],
)
def test_list_in_one_sentence(clause: str, said: list[tuple[str, int]]) -> None:
    assert [(name, copies) for name, copies, _ in parts(clause, DUE)] == said


def test_paper_without_a_list_has_no_parts() -> None:
    assert parts(DUE) == []


def test_electronic_copy_in_its_own_words() -> None:
    found = read_text(
        *HEAD, "Hồ sơ gồm: tờ trình, báo cáo thành tích.",
        "Bản điện tử (định dạng .docx, .pdf) gửi về địa chỉ tdkt@anbinh.gov.vn.", DUE,
    ).milestones[-1]  # fmt: skip

    assert (
        found.electronic == "Bản điện tử (định dạng .docx, .pdf) gửi về địa chỉ tdkt@anbinh.gov.vn"
    )
    assert found.components[0] == Wanted(name="Tờ trình", types=("docx", "pdf"))


def test_list_of_another_section_is_not_taken() -> None:
    found = read_text(
        *HEAD, "I. KHEN THƯỞNG CÔNG TRẠNG", f"1. {DUE}", "II. SÁNG KIẾN",
        "1. Hồ sơ gồm: đơn đăng ký, bản mô tả.", "2. Hồ sơ sáng kiến gửi trước ngày 30/9/2024.",
        "III. KỶ NIỆM CHƯƠNG", "1. Hồ sơ gồm: danh sách, bản khai thành tích.",
    ).milestones  # fmt: skip

    assert [[part.name for part in one.components] for one in found] == [
        [],
        ["Đơn đăng ký", "Bản mô tả"],
    ]


def test_draft_asks_for_the_parts() -> None:
    asked = plan_of("Hồ sơ gồm: 01 tờ trình và 02 bản báo cáo thành tích.", DUE).milestones[-1]

    assert [(c.code, c.name, c.paper, c.min_files) for c in asked.hand_in.components] == [
        ("to-trinh", "Tờ trình", 1, 1),
        ("bao-cao-thanh-tich", "Báo cáo thành tích", 2, 1),
    ]


def test_part_for_enterprises_alone() -> None:
    clauses = ("Hồ sơ gồm: tờ trình; đối với doanh nghiệp: xác nhận của cơ quan thuế.", DUE)
    units = [
        UnitRow(code="a", name="Công ty A", kind="doanh nghiệp"),
        UnitRow(code="so-noi-vu", name="Sở Nội vụ", kind="sở"),
    ]

    matched = plan_of(*clauses, directory=Directory(units, on=None)).milestones[-1].hand_in
    unmatched = plan_of(*clauses).milestones[-1].hand_in

    assert [c.only.kinds if c.only else None for c in matched.components] == [
        None,
        ("doanh nghiệp",),
    ]
    assert [(c.only, c.min_files) for c in unmatched.components] == [(None, 1), (None, 0)]


@pytest.mark.parametrize(
    ("clause", "asked"),
    [
        ("Các đơn vị gửi báo cáo sơ kết trước ngày 14/6/2024.", ["bao-cao"]),
        ("Các đơn vị gửi bản đăng ký thi đua trước ngày 14/6/2024.", ["ban-dang-ky"]),
        ("Các cụm tổ chức bình xét thi đua xong trước ngày 14/6/2024.", []),
    ],
)
def test_one_thing_named_is_asked_for(clause: str, asked: list[str]) -> None:
    assert [c.code for c in plan_of(clause).milestones[0].hand_in.components] == asked


def test_least_number_is_a_list_with_a_minimum() -> None:
    clause = "Các đơn vị gửi hồ sơ giới thiệu ít nhất 02 gương điển hình trước ngày 14/6/2024."

    assert [(f.name, f.min) for f in plan_of(clause).milestones[0].hand_in.fields] == [
        ("Gương điển hình", 2)
    ]
