"""Words put into the gaps of a letter are the letter that was encoded with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dondoc.words import Language
from notifications.alternative import EDGE, alternative, seven_bit
from notifications.content import Rendered
from notifications.examples import example, example_link
from notifications.forms import Form, Meanings, Values, cut
from notifications.rendering import NAMES, common, own_words, sheet

OWN = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Co")), max_size=30
) | st.sampled_from(
    [EDGE, EDGE[:4], EDGE[4:], "\0", "\r", "\r\n", ".", "\n.", "ế" * 300, "a" * 998, "a" * 999]
)


def alone(text: str, html: str, *, wide: bool) -> bytes:
    return alternative(cut(text, None), cut(html, None)).fill({}, wide=wide)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("wide", [True, False])
def test_every_letter_is_filled_in_as_if_it_were_its_readers_alone(
    name: str, language: Language, wide: bool
) -> None:
    content, link = example(name, language), example_link(name)
    shared = sheet(content, link, common(content, link, answered=False), answered=False)
    own = own_words(content, link)
    rendered = shared.fill(own)

    assert shared.body.fill(own, wide=wide) == alone(rendered.text, rendered.html, wide=wide)
    assert (b"8bit" in shared.body.fill(own, wide=wide)) is wide


@given(before=OWN, first=OWN, between=OWN, second=OWN)
def test_whatever_stands_in_a_gap_the_words_are_the_same(
    before: str, first: str, between: str, second: str
) -> None:
    text, html, own = _form(before, between), _form(between, before), {"a": first, "b": second}
    filled = Rendered("", text.fill(own), html.fill(own))
    body = alternative(text, html)

    assert seven_bit(body.fill(own, wide=True)) == body.fill(own, wide=False)
    assert body.fill(own, wide=False) == alone(filled.text, filled.html, wide=False)
    if b"8bit" in body.fill(own, wide=True):
        assert body.fill(own, wide=True) == alone(filled.text, filled.html, wide=True)
    assert b"\n." not in body.fill(own, wide=True)


@pytest.mark.parametrize("bad", ["a" * 999, "ế" * 400, "a\rb", "a\0b", EDGE])
def test_a_gap_whose_words_could_not_stand_is_sent_in_base64(bad: str) -> None:
    body = alternative(_form("Kính gửi ", "\n"), _form("<p>", "</p>"))

    assert b"8bit" in body.fill({"a": "bà Hoa", "b": "Phường"}, wide=True)
    assert body.fill({"a": bad, "b": "Phường"}, wide=True).isascii()


def test_an_edge_that_comes_about_between_words_and_gap_is_sent_in_base64() -> None:
    body = alternative(_form(f"--{EDGE[:5]}", EDGE[7:]), _form("", ""))

    assert body.fill({"a": EDGE[5:7], "b": ""}, wide=True).isascii()


@pytest.mark.parametrize(
    ("before", "first", "between"),
    [
        (".", "bà Hoa", ""),
        ("Kính gửi\n.", "bà Hoa", ""),
        ("", ".bà Hoa", ""),
        ("Kính gửi ", "bà Hoa\n.", ""),
        ("Kính gửi ", "bà Hoa\n", "."),
        ("Kính gửi\n", "", "."),
    ],
)
def test_where_a_line_would_begin_with_a_dot_the_letter_is_sent_in_base64(
    before: str, first: str, between: str
) -> None:
    body = alternative(_form(before, between), _form("<p>", "</p>"))

    assert body.fill({"a": first, "b": "Phường"}, wide=True).isascii()


def test_a_dot_within_a_line_stands() -> None:
    body = alternative(_form("Kính gửi ", "."), _form("<p>.", ".</p>"))

    assert b"8bit" in body.fill({"a": "bà Hoa.", "b": "Phường"}, wide=True)


def _form(before: str, between: str) -> Form:
    """Both names, the first of them twice."""
    meanings = Meanings()
    first, second = meanings.own("a"), meanings.own("b")
    return cut(f"{before}{first}{between}{second}{first}\n", meanings)


def test_values_are_asked_for_once_however_often_they_stand() -> None:
    asked: list[Values] = []

    def meaning(values: Values) -> str:
        asked.append(values)
        return "bà Hoa"

    form = Form(("Kính gửi ", ", ", "\n"), (meaning, meaning))
    alternative(form, form).fill({}, wide=True)

    assert len(asked) == 1
