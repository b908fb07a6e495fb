from datetime import date

import pytest

from dondoc.changes import Change, What

DAY = date(2024, 5, 20)


@pytest.mark.parametrize(
    ("change", "text", "said"),
    [
        (Change(was=DAY), "was 2024-05-20", "hạn cũ: 20/05/2024"),
        (
            Change(was=DAY, inclusive=False, what=(What.HAND_IN,)),
            "was before 2024-05-20, hand_in",
            "hạn cũ: trước ngày 20/05/2024; nội dung phải nộp thay đổi",
        ),
        (
            Change(what=(What.HAND_IN, What.COLLECTOR)),
            "hand_in, collector",
            "nội dung phải nộp thay đổi; nơi nhận thay đổi",
        ),
        (Change(what=(What.DROPPED,)), "dropped", "không còn phải nộp"),
        (Change(was=DAY, since=3), "since 3, was 2024-05-20", "hạn cũ: 20/05/2024"),
    ],
)
def test_a_change_is_read_as_it_was_written(change: Change, text: str, said: str) -> None:
    assert change.text == text
    assert Change.read(text) == change
    assert change.said.vi == said


def test_nothing_changed() -> None:
    assert not Change.read(None)
    assert Change().text == ""
