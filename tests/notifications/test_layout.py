from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from notifications.forms import Meanings, cut
from notifications.layout import WIDTH, clip, fill, filling, paragraphs, tidy

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


@given(
    words=st.lists(st.text("ab \n"), min_size=2, max_size=4),
    said=st.lists(st.text("abc đ", min_size=1, max_size=40), min_size=3, max_size=3),
    first=st.integers(0, 80),
    indent=st.none() | st.integers(0, 80),
)
def test_filling_puts_words_into_gaps_as_if_they_had_stood_there(
    words: list[str], said: list[str], first: int, indent: int | None
) -> None:
    own = [" ".join(one.split()) or "x" for one in said[: len(words) - 1]]
    meanings = Meanings()
    blanks = [meanings.own(str(n)) for n in range(len(own))]
    blank = meanings.prepared(filling, _between(words, blanks), "-" * first, indent)
    form = cut(blank, meanings)

    for values in (own, own, ["a\nb", *own[1:]]):
        named = {str(n): one for n, one in enumerate(values)}
        assert form.fill(named) == fill(_between(words, values), "-" * first, indent)


def _between(words: list[str], said: list[str]) -> str:
    return "".join(chain(*zip(words, said, strict=False), words[-1:]))
