"""Every row of the grammar reads its own example; any date in any wording is read back."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.reading.folding import fold
from documents.reading.formats.text import lines_of
from documents.reading.grammar import LEADS, SHAPES, Lead, Row, phrases_in
from documents.reading.leaving import LEAVINGS, Leaving
from documents.reading.reader import read
from documents.reading.result import Found, Reading
from documents.reading.source import Source
from documents.reading.times import Time

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2025, 12, 31))


def read_text(*paragraphs: str) -> Reading:
    return read(Source(name="x.txt", format="text", lines=lines_of("\n\n".join(paragraphs))))


def plan_with(clause: str, year: int = 2024) -> list[Found]:
    head = (
        "Số: 12/KH-UBND",
        f"An Bình, ngày 02 tháng 01 năm {year}",
        "KẾ HOẠCH",
        f"Phong trào thi đua năm {year}",
    )
    return list(read_text(*head, clause).milestones)


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row.name)
def test_shape_reads_its_example(row: Row) -> None:
    found = phrases_in(fold(row.example))

    assert [phrase.row.name for phrase in found] == [row.name]
    assert _meaning(found[0].time) == row.gives


@pytest.mark.parametrize("lead", LEADS, ids=lambda lead: lead.name)
def test_lead_stands_before_its_example(lead: Lead) -> None:
    found = phrases_in(fold(lead.example))

    assert [phrase.lead and phrase.lead.name for phrase in found] == [lead.name]


@pytest.mark.parametrize("leaving", LEAVINGS, ids=lambda row: row.example[:40])
def test_leaving_leaves_its_example(leaving: Leaving) -> None:
    milestones = plan_with(f"Các đơn vị lập danh sách: {leaving.example}.", year=2024)

    assert [one.due for one in milestones] in ([], ["2024-07-20"], ["2025-07-20"])


def _meaning(time: Time) -> object:
    if time.rule is not None:
        return time.rule
    if time.yearly:
        return time.as_rule()
    year = (time.year or 2024) + time.after_years
    end = time.last(year).isoformat()
    return (
        end if time.start is None else [time.start.first(time.start.year or year).isoformat(), end]
    )


WRITTEN = {
    "figures": "{d:02d}/{m:02d}/{y}",
    "bare figures": "{d}/{m}/{y}",
    "words": "{d:02d} tháng {m:02d} năm {y}",
    "dashes": "{d:02d}-{m:02d}-{y}",
    "points": "{d:02d}.{m:02d}.{y}",
    "half words": "{d} tháng {m}/{y}",
}
WORDINGS = {
    "trước ngày": False, "xong trước ngày": False, "chậm nhất là ngày": True, "chậm nhất": True, "không muộn hơn ngày": True,
    "không quá ngày": True, "đến hết ngày": True, "hạn cuối là ngày": True, "hạn chót": True, "muộn nhất vào ngày": True,
}  # fmt: skip


@given(
    day=DAYS, written=st.sampled_from(sorted(WRITTEN)), wording=st.sampled_from(sorted(WORDINGS))
)
def test_any_date_in_any_wording_is_read_back(day: date, written: str, wording: str) -> None:
    said = WRITTEN[written].format(d=day.day, m=day.month, y=day.year)

    milestones = plan_with(f"Các đơn vị gửi báo cáo kết quả về Phòng Nội vụ {wording} {said}.")

    assert [(one.due, one.inclusive, one.kind) for one in milestones] == [
        (day.isoformat(), WORDINGS[wording], "report")
    ]


@given(day=DAYS, wording=st.sampled_from(sorted(WORDINGS)))
def test_any_yearly_date_is_a_rule(day: date, wording: str) -> None:
    clause = f"Các đơn vị gửi báo cáo về Sở Nội vụ {wording} {day.day:02d}/{day.month} hằng năm."

    assert [one.due for one in plan_with(clause)] == [
        {"every": "year", "month": day.month, "day": day.day}
    ]


@given(start=DAYS, length=st.integers(min_value=1, max_value=60))
def test_any_window_is_read_back(start: date, length: int) -> None:
    end = date.fromordinal(start.toordinal() + length)
    clause = f"Các đơn vị nộp hồ sơ từ ngày {start:%d/%m/%Y} đến ngày {end:%d/%m/%Y}."

    assert [(one.window_start, one.due) for one in plan_with(clause)] == [
        (start.isoformat(), end.isoformat())
    ]


PAPERS = (
    "Kế hoạch số {n}/KH-UBND",
    "Quyết định số {n}/QĐ-UBND",
    "Nghị định số {n}/2023/NĐ-CP",
    "Công văn số {n}/SNV-TĐKT",
    "Chỉ thị số {n}-CT/TW",
)
CITING = (
    "Căn cứ {paper} ngày {day} của Ủy ban nhân dân tỉnh về báo cáo;", "Các đơn vị gửi báo cáo theo {paper} ngày {day} của tỉnh.",
    "Thực hiện {paper} ngày {day} về việc nộp hồ sơ.", "Hồ sơ khen thưởng thực hiện theo {paper} ngày {day}.",
)  # fmt: skip


@given(
    day=DAYS, paper=st.sampled_from(PAPERS), citing=st.sampled_from(CITING),
    number=st.integers(min_value=1, max_value=9999), written=st.sampled_from(["figures", "bare figures", "words"]),
)  # fmt: skip
def test_no_citation_is_taken(
    day: date, paper: str, citing: str, number: int, written: str
) -> None:
    said = WRITTEN[written].format(d=day.day, m=day.month, y=day.year)

    assert plan_with(citing.format(paper=paper.format(n=number), day=said)) == []


@given(day=DAYS, age=st.integers(min_value=5, max_value=100))
def test_no_anniversary_is_taken(day: date, age: int) -> None:
    first = f"{day.day}/{day.month}/{day.year - age}"
    clause = f"Các đơn vị lập thành tích chào mừng kỷ niệm {age} năm Ngày truyền thống ({first} - {day.day}/{day.month}/{day.year}), báo cáo kết quả."

    assert plan_with(clause) == []


def test_examples_are_words_of_the_genre() -> None:
    assert all(re.search(r"\d|quý|tháng|năm", row.example) for row in SHAPES)
