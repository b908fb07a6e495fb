"""The consolidated report as a workbook: a summary with rates, and a line per obligation."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from documents.csv_table import csv_pieces
from documents.long_sheet import Line, Shown, model, pieces
from documents.printed import due_format, long_date, long_moment
from documents.sheet import (
    COUNT,
    DATE,
    DAYS,
    MOMENT,
    RATE,
    Look,
    Value,
    cell,
    filtered,
    head,
    open_sheet,
)
from dondoc.consolidation import Delivered, Report
from dondoc.tally import Tally
from dondoc.timeliness import PUNCTUAL
from dondoc.verdicts import WORDS as VERDICTS
from dondoc.words import Language, Words

SUMMARY = Words("Tổng hợp", "Summary")
DETAIL = Words("Chi tiết", "Detail")
NATION = Words("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM")
MOTTO = Words("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
TITLE = Words("TỔNG HỢP KẾT QUẢ THỰC HIỆN CÁC MỐC CỦA KẾ HOẠCH", "RESULTS BY MILESTONE OF THE PLAN")
BASIS = Words("{title} (Kế hoạch số {number} {issued})", "{title} (plan {number} {issued})")
UNNUMBERED = Words("{title} (Kế hoạch {issued})", "{title} (plan {issued})")
COUNTED = Words("Số liệu tính đến {at}", "Counted at {at}")
ONLY = Words("Mốc: {name}", "Milestone: {name}")
BY_MILESTONE = Words("I. Theo mốc", "I. By milestone")
BY_GROUP = Words("II. Theo cụm, khối (các mốc đã đến hạn)", "II. By group (elapsed dates)")
TOTAL = Words("Cộng các mốc đã đến hạn", "Total of elapsed dates")
UNGROUPED = Words("(không thuộc cụm, khối)", "(no group)")
SILENT = Words(" (đã qua khi phát động, không tính)", " (past at launch, not counted)")

FIGURES = (
    Words("Phải nộp", "Expected"),
    Words("Được miễn", "Exempt"),
    Words("Đã gửi bài", "Received"),
    Words("Đã nộp đủ", "Complete"),
    Words("Thiếu, có lý do", "Incomplete with reasons"),
    Words("Đúng hạn", "On time"),
    Words("Đúng hạn gia hạn", "On time, extended"),
    Words("Muộn", "Late"),
    Words("Quá hạn, chưa nộp", "Overdue"),
    Words("Tỷ lệ hoàn thành", "Completeness"),
    Words("Tỷ lệ đúng hạn", "Timeliness"),
    Words("Số ngày lịch muộn bình quân", "Mean calendar days late"),
    Words("Số ngày lịch muộn trung vị", "Median calendar days late"),
)
FIGURE_FORMATS = (*[COUNT] * 9, RATE, RATE, DAYS, DAYS)
MILESTONE_HEAD = (
    Words("TT", "No."),
    Words("Mốc", "Milestone"),
    Words("Kỳ", "Occurrence"),
    Words("Thời hạn", "Due"),
)
GROUP_HEAD = (
    Words("TT", "No."),
    Words("Cụm, khối", "Group"),
    Words("Mã", "Code"),
    Words("Số đơn vị", "Units"),
)
SUMMARY_WIDTHS = (5, 44, 18, 16, *[11] * len(FIGURES))
LAST = get_column_letter(len(SUMMARY_WIDTHS))

DETAIL_HEAD = (
    (Words("TT", "No."), 7),
    (Words("Mã đơn vị", "Unit code"), 16),
    (Words("Tên đơn vị", "Unit"), 38),
    (Words("Cụm, khối", "Group"), 22),
    (Words("Mã mốc", "Milestone code"), 18),
    (Words("Mốc", "Milestone"), 36),
    (Words("Kỳ", "Occurrence"), 16),
    (Words("Căn cứ", "Clause"), 16),
    (Words("Nguyên văn", "Wording"), 40),
    (Words("Thời hạn", "Due"), 17),
    (Words("Gia hạn đến", "Extended to"), 13),
    (Words("Nhận lúc", "Received"), 17),
    (Words("Lần nộp", "Version"), 9),
    (Words("Tình trạng", "State"), 22),
    (Words("So với hạn", "Timeliness"), 18),
    (Words("Số ngày lịch muộn", "Calendar days late"), 10),
    (Words("Số tệp", "Files"), 8),
    (Words("Bản giấy", "Paper originals"), 32),
    (Words("Ghi chú", "Remark"), 40),
)
SHEET_ROWS = 1_000_000
"""A sheet ends at 1,048,576 rows; what is more goes to the next."""


def write_consolidated(
    path: Path, report: Report, rows: Iterable[Delivered], language: Language
) -> None:
    """Complete or not at all: the file appears under its name when it is whole. Raises OSError
    where it cannot be written, before any work is done."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            stream.writelines(workbook(report, rows, language))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def workbook(report: Report, rows: Iterable[Delivered], language: Language) -> Iterator[bytes]:
    """Piece by piece, while `rows`, as many as `report` counts, are taken; none is kept."""
    book = Workbook(write_only=True)
    _summary(book, report, language)
    formats = _number_formats(report, language)
    cells = (_line(number, row, language) for number, row in enumerate(rows, 1))
    lines: dict[str, Iterable[Line]] = {}
    for number, start in enumerate(range(0, max(1, report.count), SHEET_ROWS), 1):
        title = DETAIL.text(language) + (f" {number}" if number > 1 else "")
        sheet = _detail(book, title, report, language)
        filtered(sheet, 1, min(report.count - start, SHEET_ROWS) + 1, len(DETAIL_HEAD))
        model(sheet, formats)
        lines[title] = islice(cells, SHEET_ROWS)
    return pieces(book, lines, formats)


def _number_formats(report: Report, language: Language) -> list[str]:
    """Of the lines; every date of the plan is shown as it was printed."""
    printed = (
        due_format(one.due_on, one.granularity, language, inclusive=one.inclusive)
        for one in report.totals.columns
    )
    return list(dict.fromkeys((DATE, MOMENT, *printed)))


def _summary(book: Workbook, report: Report, language: Language) -> None:
    sheet = open_sheet(book, SUMMARY.text(language), SUMMARY_WIDTHS, footer=report.plan)
    rows = [*_title(sheet, report, language), []]
    rows.append([cell(sheet, BY_MILESTONE.text(language), Look(bold=True))])
    rows.append(head(sheet, _texts((*MILESTONE_HEAD, *FIGURES), language)))
    sheet.freeze_panes = f"C{len(rows) + 1}"
    sheet.print_title_rows = f"{len(rows)}:{len(rows)}"
    rows += _by_milestone(sheet, report, language)
    rows += [[], [cell(sheet, BY_GROUP.text(language), Look(bold=True))]]
    rows.append(head(sheet, _texts((*GROUP_HEAD, *FIGURES), language)))
    rows += _by_group(sheet, report, language)
    for row in rows:
        sheet.append(row)


def _title(sheet: Any, report: Report, language: Language) -> Iterator[list[Any]]:
    """The issuer on the left, the nation's name and motto on the right, then the title."""
    issued = "" if report.issued is None else long_date(report.issued, language)
    basis = BASIS if report.number else UNNUMBERED
    titled = basis.text(language, number=report.number, issued=issued, title=report.title)
    titled = " ".join(titled.split()).replace(" )", ")")
    right = len(SUMMARY_WIDTHS) // 2
    yield _two(sheet, report.issuer.upper(), NATION.text(language), right, Look(bold=True))
    yield _two(sheet, "", MOTTO.text(language), right, Look(bold=True, underline=True))
    yield []
    yield _across(sheet, 4, TITLE.text(language), Look(bold=True, size=14, align="center"))
    yield _across(sheet, 5, titled, Look(bold=True, align="center"))
    counted = COUNTED.text(language, at=long_moment(report.counted_at, language))
    if report.milestone is not None:
        counted = f"{ONLY.text(language, name=report.milestone)}. {counted}"
    yield _across(sheet, 6, counted, Look(italic=True, align="center"))


def _two(sheet: Any, left: str, right: str, place: int, look: Look) -> list[Any]:
    look = look._replace(align="center")
    row: list[Any] = [None] * len(SUMMARY_WIDTHS)
    number = 1 if left else 2
    sheet.merged_cells.add(f"A{number}:C{number}")
    sheet.merged_cells.add(f"I{number}:{LAST}{number}")
    row[0], row[place] = cell(sheet, left, look), cell(sheet, right, look)
    return row


def _across(sheet: Any, number: int, words: str, look: Look) -> list[Any]:
    sheet.merged_cells.add(f"A{number}:{LAST}{number}")
    return [cell(sheet, words, look)]


def _by_milestone(sheet: Any, report: Report, language: Language) -> Iterator[list[Any]]:
    box, bold = Look(box=True, size=11), Look(box=True, size=11, bold=True)
    for number, column in enumerate(report.totals.columns, 1):
        due = due_format(column.due_on, column.granularity, language, inclusive=column.inclusive)
        name = column.name + (SILENT.text(language) if column.silent else "")
        yield [
            cell(sheet, number, box),
            cell(sheet, name, box),
            cell(sheet, column.label, box),
            cell(sheet, column.due_on, box, number_format=due),
            *_figures(sheet, column.tally, box),
        ]
    yield [
        cell(sheet, "", bold),
        cell(sheet, TOTAL.text(language), bold),
        cell(sheet, "", bold),
        cell(sheet, "", bold),
        *_figures(sheet, report.totals.tally, bold),
    ]


def _by_group(sheet: Any, report: Report, language: Language) -> Iterator[list[Any]]:
    box = Look(box=True, size=11)
    for number, group in enumerate(report.totals.groups, 1):
        yield [
            cell(sheet, number, box),
            cell(sheet, group.name or UNGROUPED.text(language), box),
            cell(sheet, group.code, box),
            cell(sheet, group.units, box, number_format=COUNT),
            *_figures(sheet, group.tally, box),
        ]


def _figures(sheet: Any, tally: Tally, look: Look) -> list[Any]:
    figures: tuple[Value, ...] = (
        tally.expected,
        tally.exempt,
        tally.received,
        tally.complete,
        tally.incomplete,
        tally.on_time,
        tally.on_time_extended,
        tally.late,
        tally.overdue,
        _share(tally.completeness),
        _share(tally.timeliness),
        tally.mean_days_late,
        tally.median_days_late,
    )
    look = look._replace(align="right")
    return [
        cell(sheet, figure, look, number_format=shown)
        for figure, shown in zip(figures, FIGURE_FORMATS, strict=True)
    ]


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100


def _detail(book: Workbook, title: str, report: Report, language: Language) -> Any:
    """A sheet of its own, with its head."""
    footer = f"{report.title} · {long_moment(report.counted_at, language)}"
    sheet = open_sheet(book, title, [width for _, width in DETAIL_HEAD], footer=footer)
    sheet.freeze_panes = "D2"
    sheet.print_title_rows = "1:1"
    sheet.append(head(sheet, _texts([words for words, _ in DETAIL_HEAD], language)))
    return sheet


def _line(number: int, row: Delivered, language: Language) -> Line:
    due = due_format(row.due_on, row.granularity, language, inclusive=row.inclusive)
    at = row.received_at
    return (
        *_asked(number, row),
        Shown(row.due_on, due),
        None if row.extended_to is None else Shown(row.extended_to, DATE),
        None if at is None else Shown(at.replace(tzinfo=None), MOMENT),
        *_came(row, language),
    )


def _asked(number: int, row: Delivered) -> Line:
    return (
        number,
        row.unit,
        row.unit_name,
        row.groups,
        row.milestone,
        row.name,
        row.occurrence,
        row.clause_where,
        row.clause,
    )


def _came(row: Delivered, language: Language) -> Line:
    return (
        row.version,
        VERDICTS[row.verdict].text(language),
        row.punctual and PUNCTUAL[row.punctual].text(language),
        row.days_late,
        row.files,
        row.paper and row.paper.said.text(language),
        row.remark.text(language),
    )


def detail(rows: Iterable[Delivered], language: Language) -> Iterator[bytes]:
    """The lines alone, as CSV, made as they come."""
    heading = [words.text(language) for words, _ in DETAIL_HEAD]
    cells = (_plain_line(number, row, language) for number, row in enumerate(rows, 1))
    return csv_pieces(chain([heading], cells))


def _plain_line(number: int, row: Delivered, language: Language) -> list[str]:
    received = row.received_at
    values = (
        *_asked(number, row),
        row.due_on.isoformat(),
        row.extended_to and row.extended_to.isoformat(),
        received and received.isoformat(timespec="minutes"),
        *_came(row, language),
    )
    return ["" if value is None else str(value) for value in values]


def _texts(words: Sequence[Words], language: Language) -> list[str]:
    return [one.text(language) for one in words]
