import pytest

from dondoc.steps import step_said


@pytest.mark.parametrize(
    ("step", "vi", "en"),
    [
        ("T-14", "trước 14 ngày", "14 days before"),
        ("T-1", "trước 1 ngày", "1 day before"),
        ("T-0", "ngày cuối", "the last day"),
        ("T+1", "sau 1 ngày", "1 day after"),
        ("T+3+6wd", "sau 3 ngày và 6 ngày làm việc", "3 days and 6 working days after"),
        ("T+1+5wd", "sau 1 ngày và 5 ngày làm việc", "1 day and 5 working days after"),
        ("L2", "trưởng cụm, khối", "head of the group"),
        ("review-v2-T-0", "lần nộp 2, ngày cuối", "version 2, the last day"),
        ("changed-3", "phiên bản 3", "version 3"),
        ("manual-L2-20240415T080000000000", "theo yêu cầu", "on demand"),
        ("announce", "", ""),
        ("D-2026-11-23", "", ""),
    ],
)
def test_a_step_is_said_in_words(step: str, vi: str, en: str) -> None:
    assert step_said(step) == (vi, en)
