"""The values of a form, parsed by the type the plan gives each field."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dondoc.plan.model import FieldType, FormField
from dondoc.words import Words

LONGEST = 10_000
MOST_ITEMS = 1_000
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,15}([.,]\d{1,6})?", re.ASCII)

Given = Mapping[str, str | Sequence[str]]
Value = str | int | float | list[str]


class ValueWrong(ValueError):
    def __init__(self, words: Words) -> None:
        self.words = words
        super().__init__(words.en)


def given(fields: Given, field: FormField) -> list[str]:
    """What was typed for the field, without blank entries; an entry of a list may hold several,
    one a line or separated by ;"""
    value = fields.get(field.code, ())
    entries = [value] if isinstance(value, str) else list(value)
    if field.type is FieldType.LIST:
        entries = [part for entry in entries for part in re.split(r"[;\n]", entry)]
    return [entry.strip() for entry in entries if entry.strip()]


def parse(field: FormField, entries: Sequence[str]) -> Value:
    """JSON can hold the value; dates are ISO text. Raises ValueWrong."""
    _refuse_long(field, entries)
    if field.type is FieldType.LIST:
        return list(entries)
    if len(entries) > 1:
        raise ValueWrong(Words("chỉ nhận một giá trị", "takes one value"))
    parsers = {
        FieldType.TEXT: _text,
        FieldType.NUMBER: _number,
        FieldType.DATE: _date,
        FieldType.CHOICE: _choice,
    }
    value: Any = parsers[field.type](field, entries[0])
    return value  # type: ignore[no-any-return]


def lacking(field: FormField, value: Value | None) -> Words | None:
    """What a required or too short field still lacks."""
    if field.type is FieldType.LIST and field.min is not None:
        count = len(value) if isinstance(value, list) else 0
        if count < field.min and (count or field.required):
            least = math.ceil(field.min)
            return Words(
                f"{field.name}: ít nhất {least:02d} mục, mới có {count:02d}",
                f"{field.name}: at least {least}, there are {count}",
            )
    if value is None and field.required:
        return Words(f"{field.name}: chưa điền", f"{field.name}: not filled in")
    return None


def _refuse_long(field: FormField, entries: Sequence[str]) -> None:
    most = MOST_ITEMS if field.max is None else int(field.max)
    if field.type is FieldType.LIST and len(entries) > most:
        raise ValueWrong(Words(f"nhiều nhất {most} mục", f"at most {most} entries"))
    if sum(map(len, entries)) > LONGEST * (10 if field.type is FieldType.LIST else 1):
        raise ValueWrong(Words(f"dài quá {LONGEST} ký tự", f"over {LONGEST} characters"))
    if any("\0" in entry for entry in entries):
        raise ValueWrong(Words("có ký tự không hợp lệ", "holds an invalid character"))


def _text(_field: FormField, text: str) -> str:
    return text


def _number(field: FormField, text: str) -> int | float:
    if not _NUMBER.fullmatch(text):
        raise ValueWrong(Words(f"{text!r} không phải là số", f"{text!r} is not a number"))
    value = float(text.replace(",", "."))
    if field.min is not None and value < field.min:
        raise ValueWrong(Words(f"{text} nhỏ hơn {field.min:g}", f"{text} is below {field.min:g}"))
    if field.max is not None and value > field.max:
        raise ValueWrong(Words(f"{text} lớn hơn {field.max:g}", f"{text} is above {field.max:g}"))
    return int(value) if value.is_integer() else value


def _date(_field: FormField, text: str) -> str:
    match = _DAY.fullmatch(text)
    try:
        if match is not None:
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueWrong(
            Words(
                f"{text!r} không phải là ngày; hãy viết 15/11/2026",
                f"{text!r} is not a date; write 2026-11-15",
            )
        ) from error


def _choice(field: FormField, text: str) -> str:
    for choice in field.choices:
        if choice.casefold() == text.casefold():
            return choice
    listed = ", ".join(field.choices)
    raise ValueWrong(Words(f"{text!r} không có trong: {listed}", f"{text!r} is none of: {listed}"))
