from hypothesis import given
from hypothesis import strategies as st

from notifications.layout import WIDTH, clip, fill, paragraphs, tidy

WORDS = st.lists(st.text("aăâbcđê", min_size=1, max_size=30), max_size=60).map(" ".join)


@given(WORDS, st.integers(0, 20))
def test_fill_keeps_every_word_within_the_width(text: str, margin: int) -> None:
    filled = fill(text, "-" * margin)

    assert filled.replace("-", "").split() == text.split()
    assert all(len(line) <= WIDTH for line in filled.splitlines())


def test_fill_hangs_below_its_label() -> None:
    filled = fill("một hai " * 12, "Thời hạn: ")

    first, second = filled.splitlines()
    assert first.startswith("Thời hạn: một")
    assert second.startswith("          hai")


def test_fill_leaves_a_long_word_whole() -> None:
    assert fill("a " + "b" * 100) == "a\n" + "b" * 100


def test_paragraphs_stay_apart() -> None:
    assert paragraphs(" a\nb\n\n\n c ") == "a b\n\nc"


def test_clip_cuts_at_a_word() -> None:
    assert clip("một hai ba", 8) == "một hai…"
    assert clip("một  hai\nba", 10) == "một hai ba"


def test_tidy_joins_empty_lines_and_keeps_indents() -> None:
    assert tidy("\na  \n\n \n\n   b\n\n") == "a\n\n   b\n"
