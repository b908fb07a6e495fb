from datetime import date

import pytest

from dondoc.plan.model import Granularity
from dondoc.words import Language
from notifications import wording
from notifications.content import Bucket, Item, StandsFor
from notifications.examples import example

VI, EN = Language.VI, Language.EN
PLAIN = example("reminder", VI).items[0].but({"inclusive": True})


def item(due: date, **changes: object) -> Item:
    facts = {"due": due, "last_on": due, "extended_from": None}
    return PLAIN.but(facts | changes)


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (date(2024, 4, 15), "thứ Hai, 15/4/2024", "Monday, 15 April 2024"),
        (date(2024, 2, 5), "thứ Hai, 05/02/2024", "Monday, 5 February 2024"),
        (date(2024, 3, 8), "thứ Sáu, 08/3/2024", "Friday, 8 March 2024"),
        (date(2024, 12, 1), "Chủ nhật, 01/12/2024", "Sunday, 1 December 2024"),
    ],
)
def test_day_is_written_as_an_office_does(day: date, vi: str, en: str) -> None:
    assert wording.dated(day, VI) == vi
    assert wording.dated(day, EN) == en


def test_due_on_a_day() -> None:
    assert wording.due(item(date(2024, 4, 15)), VI) == "thứ Hai, 15/4/2024"
    assert wording.due(item(date(2024, 4, 15)), EN) == "Monday, 15 April 2024"


def test_due_before_a_day_names_the_last_that_counts() -> None:
    before = item(date(2024, 4, 15), inclusive=False, last_on=date(2024, 4, 14))

    assert wording.due(before, VI) == "trước ngày 15/4/2024 (hết ngày 14/4, Chủ nhật)"
    assert wording.due(before, EN) == "before 15 April 2024 (by the end of Sunday, 14 April)"


@pytest.mark.parametrize(
    ("granularity", "due", "vi", "en"),
    [
        (
            Granularity.MONTH,
            date(2024, 11, 30),
            "trong tháng 11/2024 (hết ngày 30/11, thứ Bảy)",
            "in November 2024 (by the end of Saturday, 30 November)",
        ),
        (
            Granularity.QUARTER,
            date(2025, 3, 31),
            "trong quý I/2025 (hết ngày 31/3, thứ Hai)",
            "in Q1 2025 (by the end of Monday, 31 March)",
        ),
        (
            Granularity.YEAR,
            date(2024, 12, 31),
            "trong năm 2024 (hết ngày 31/12, thứ Ba)",
            "in 2024 (by the end of Tuesday, 31 December)",
        ),
    ],
)
def test_due_in_a_named_period(granularity: str, due: date, vi: str, en: str) -> None:
    assert wording.due(item(due, granularity=granularity), VI) == vi
    assert wording.due(item(due, granularity=granularity), EN) == en


def test_extended_due_has_both_dates() -> None:
    extended = item(date(2024, 5, 22), extended_from=date(2024, 5, 8))

    assert wording.due(extended, VI) == (
        "gia hạn đến thứ Tư, 22/5/2024 (hạn theo kế hoạch: 08/5/2024)"
    )


@pytest.mark.parametrize(
    ("left", "late", "bucket", "vi", "en"),
    [
        (14, 0, Bucket.LATER, "còn 14 ngày", "14 days left"),
        (1, 0, Bucket.WEEK, "còn 1 ngày", "1 day left"),
        (
            2,
            0,
            Bucket.TODAY,
            "hôm nay là ngày làm việc cuối cùng trước hạn",
            "today is the last working day before the deadline",
        ),
        (0, 0, Bucket.TODAY, "hôm nay là ngày cuối cùng", "today is the last day"),
        (-1, 0, Bucket.OVERDUE, "đã qua hạn 1 ngày", "1 day past the date"),
        (-2, 0, Bucket.OVERDUE, "đã qua hạn 2 ngày", "2 days past the date"),
        (-3, 1, Bucket.OVERDUE, "quá hạn 1 ngày làm việc", "1 working day late"),
        (-6, 3, Bucket.OVERDUE, "quá hạn 3 ngày làm việc", "3 working days late"),
    ],
)
def test_standing_counts_days(left: int, late: int, bucket: Bucket, vi: str, en: str) -> None:
    stands = item(date(2024, 5, 16), days_left=left, late_days=late, bucket=bucket)

    assert wording.standing(stands, VI) == vi
    assert wording.standing(stands, EN) == en


@pytest.mark.parametrize(
    ("n", "vi", "en"),
    [(0, "0", "0"), (3, "03", "3"), (9, "09", "9"), (10, "10", "10"), (12345, "12.345", "12,345")],
)
def test_count(n: int, vi: str, en: str) -> None:
    assert wording.count(n, VI) == vi
    assert wording.count(n, EN) == en


@pytest.mark.parametrize(
    ("n", "vi", "en"),
    [
        (999, "999 B", "999 B"),
        (1_000, "1 kB", "1 kB"),
        (1_250, "1,2 kB", "1.2 kB"),
        (2_500_000, "2,5 MB", "2.5 MB"),
    ],
)
def test_size(n: int, vi: str, en: str) -> None:
    assert wording.size(n, VI) == vi
    assert wording.size(n, EN) == en


def test_percent_reaches_100_only_when_all_are_in() -> None:
    assert wording.percent(999, 1000, VI) == "99 %"
    assert wording.percent(1000, 1000, VI) == "100 %"
    assert wording.percent(0, 0, VI) == "chưa đến hạn"


def test_instant_names_its_offset() -> None:
    assert wording.instant("2024-05-16T09:15:04+07:00", VI) == "09:15 ngày 16/5/2024 (UTC+07:00)"
    assert wording.instant("2024-05-16T09:15:04+07:00", EN) == "09:15 on 16 May 2024 (UTC+07:00)"


@pytest.mark.parametrize(
    ("note", "vi", "en"),
    [
        ("vacant: head", "khuyết: thủ trưởng đơn vị", "vacant: head of the unit"),
        ("group_head", "bỏ qua: trưởng cụm, khối", "passed over: head of the group"),
        (
            "vacant: head; group_head",
            "khuyết: thủ trưởng đơn vị; bỏ qua: trưởng cụm, khối",
            "vacant: head of the unit; passed over: head of the group",
        ),
    ],
)
def test_notes_of_rows_are_said_for_people(note: str, vi: str, en: str) -> None:
    assert wording.note(note, VI) == vi
    assert wording.note(note, EN) == en


AWAY = StandsFor(
    name="bà Bình",
    role="officer",
    unit_name="Phường Một",
    absence="leave",
    from_on=date(2024, 2, 1),
    to_on=date(2024, 7, 31),
)


@pytest.mark.parametrize(
    ("changes", "vi"),
    [
        (
            {},
            "Gửi ông An thay bà Bình (cán bộ đầu mối) đang nghỉ từ ngày 01/02/2024 "
            "đến hết ngày 31/7/2024.",
        ),
        (
            {"name": ""},
            "Gửi ông An thay cán bộ đầu mối đang nghỉ từ ngày 01/02/2024 đến hết ngày 31/7/2024.",
        ),
        (
            {"absence": "refused", "from_on": None, "to_on": None},
            "Gửi ông An thay bà Bình (cán bộ đầu mối): hộp thư của vị trí này hiện không nhận "
            "được thư.",
        ),
        (
            {"name": "", "absence": "vacant", "role": "head", "from_on": None, "to_on": None},
            "Gửi ông An thay thủ trưởng: vị trí này đang khuyết.",
        ),
        (
            {"unit_name": "Phường Hai", "absence": "vacant", "from_on": None, "to_on": None},
            "Gửi ông An thay bà Bình (cán bộ đầu mối, Phường Hai): vị trí này đang khuyết.",
        ),
    ],
)
def test_letter_to_a_deputy_names_both(changes: dict[str, object], vi: str) -> None:
    assert wording.instead(AWAY.but(changes), VI, "ông An", "Phường Một") == vi


def test_deputy_without_a_name() -> None:
    said = wording.instead(AWAY, EN, "", "Phường Một")
    assert said.startswith("To the deputy in place of bà Bình (officer), on leave from 1 Feb")
