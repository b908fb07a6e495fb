from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from dondoc.fields import ValueWrong, given, lacking, parse
from dondoc.plan.model import FieldType, FormField


def field(type_: FieldType, **about: Any) -> FormField:
    return FormField(code="f", name="Mục", type=type_, **about)


TEXT = field(FieldType.TEXT)
NUMBER = field(FieldType.NUMBER, min=0, max=100)
DATE = field(FieldType.DATE)
CHOICE = field(FieldType.CHOICE, choices=("Tập thể", "Cá nhân"))
LIST = field(FieldType.LIST, min=2, max=3)


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (TEXT, " Nguyễn Văn A ", "Nguyễn Văn A"),
        (NUMBER, "12", 12),
        (NUMBER, "12,5", 12.5),
        (NUMBER, "12.5", 12.5),
        (NUMBER, "0", 0),
        (NUMBER, "100", 100),
        (DATE, "15/11/2024", "2024-11-15"),
        (DATE, "2024-11-15", "2024-11-15"),
        (CHOICE, "tập THỂ", "Tập thể"),
        (LIST, "A; B\nC;", ["A", "B", "C"]),
        (LIST, ["A", "B;C"], ["A", "B", "C"]),
    ],
)
def test_values_are_parsed_by_type(asked: FormField, typed: Any, value: Any) -> None:
    assert parse(asked, given({"f": typed}, asked)) == value


@pytest.mark.parametrize(
    ("asked", "typed", "said"),
    [
        (TEXT, ["a", "b"], "takes one value"),
        (TEXT, "a\0", "holds an invalid character"),
        (TEXT, "a" * 10_001, "over 10000 characters"),
        (NUMBER, "mười", "'mười' is not a number"),
        (NUMBER, "1.234.567", "'1.234.567' is not a number"),
        (NUMBER, "nan", "'nan' is not a number"),
        (NUMBER, "-1", "-1 is below 0"),
        (NUMBER, "100,1", "100,1 is above 100"),
        (DATE, "31/2/2024", "'31/2/2024' is not a date; write 2026-11-15"),
        (CHOICE, "Đơn vị", "'Đơn vị' is none of: Tập thể, Cá nhân"),
        (LIST, "A;B;C;D", "at most 3 entries"),
    ],
)
def test_values_that_cannot_be_taken(asked: FormField, typed: Any, said: str) -> None:
    with pytest.raises(ValueWrong, match=r".") as caught:
        parse(asked, given({"f": typed}, asked))
    assert caught.value.words.en == said


@pytest.mark.parametrize(
    ("asked", "value", "said"),
    [
        (TEXT, None, "Mục: not filled in"),
        (TEXT, "x", None),
        (LIST, None, "Mục: at least 2, there are 0"),
        (LIST, ["A"], "Mục: at least 2, there are 1"),
        (LIST, ["A", "B"], None),
        (field(FieldType.TEXT, required=False), None, None),
        (field(FieldType.LIST, required=False, min=2), None, None),
        (field(FieldType.LIST, required=False, min=2), ["A"], "Mục: at least 2, there are 1"),
    ],
)
def test_what_a_field_lacks(asked: FormField, value: Any, said: str | None) -> None:
    lack = lacking(asked, value)
    assert (lack and lack.en) == said


@examples(st.sampled_from([TEXT, NUMBER, DATE, CHOICE, LIST]), st.text(min_size=1))
def test_any_text_is_parsed_or_refused(asked: FormField, typed: str) -> None:
    assert all(_sensible(asked, entries) for entries in [given({"f": typed}, asked)] if entries)


def _sensible(asked: FormField, entries: list[str]) -> bool:
    try:
        value = parse(asked, entries)
    except ValueWrong as error:
        return all(error.words)
    return value not in ("", [])
