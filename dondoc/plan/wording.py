"""What validation found, in sentences: pydantic's error types, Vietnamese first."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pydantic_core import ErrorDetails

from dondoc.plan.mistakes import NOTHING, Unfit
from dondoc.words import Words

CODE = Words(
    "Mã chỉ gồm chữ thường không dấu, chữ số và gạch nối: bao-cao-so-ket",
    "A code is lower-case letters, digits and hyphens: mid-year-report",
)
PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": CODE,
    r"^[^\s,;]+$": Words("Mã không có dấu cách, dấu phẩy", "A code has no space or comma"),
    r"^[^\r\n\x00]+$": Words("Hãy viết trên một dòng", "Write it on one line"),
    r"^[a-z0-9]{1,8}$": Words("Đuôi tệp như pdf, docx, xlsx", "A file ending: pdf, docx, xlsx"),
}
PERIOD_NAME = Words(
    "Hãy viết Q4, H1, M07, hoặc của một năm: 2025-Q4", "Write Q4, H1, M07, or of one year: 2025-Q4"
)
KINDS = {
    "string_type": Words("phải là chữ", "must be text"),
    "int_parsing": Words("phải là số nguyên", "must be a whole number"),
    "int_type": Words("phải là số nguyên", "must be a whole number"),
    "int_from_float": Words("phải là số nguyên", "must be a whole number"),
    "float_parsing": Words("phải là số", "must be a number"),
    "float_type": Words("phải là số", "must be a number"),
    "finite_number": Words("phải là số hữu hạn", "must be a finite number"),
    "bool_parsing": Words("phải là true hoặc false", "must be true or false"),
    "bool_type": Words("phải là true hoặc false", "must be true or false"),
    "tuple_type": Words("phải là danh sách", "must be a list"),
    "model_type": Words("phải có các khóa bên dưới", "must have keys below it"),
    "model_attributes_type": Words("phải có các khóa bên dưới", "must have keys below it"),
    "recursion_loop": Words("lồng nhau quá sâu", "nested too deeply"),
}
LIST = Words("Ví dụ: [a, b]", "Such as [a, b]")


class Said(NamedTuple):
    wrong: Words
    right: Words = NOTHING


def said(error: ErrorDetails) -> Said:
    """For every error type there is a sentence; pydantic's own words are the last resort."""
    facts = error.get("ctx", {})
    broken = facts.get("error")
    if isinstance(broken, Unfit):
        return Said(broken.wrong, broken.right)
    kind = error["type"]
    if error["input"] is None and kind not in ("missing", "value_error"):
        return Said(Words("đang để trống", "is empty"), _right(kind, facts))
    if kind in KINDS:
        return Said(KINDS[kind], _right(kind, facts))
    if kind in PHRASES:
        return Said(PHRASES[kind](error, facts), _right(kind, facts))
    return Said(Words(f"không hợp lệ ({error['msg']})", f"is not valid ({error['msg']})"))


def _right(kind: str, facts: Mapping[str, Any]) -> Words:
    if kind == "tuple_type":
        return LIST
    if kind == "string_pattern_mismatch":
        return PATTERNS.get(facts["pattern"], PERIOD_NAME)
    return NOTHING


def _bound(vi: str, en: str, key: str) -> Callable[[ErrorDetails, Mapping[str, Any]], Words]:
    def phrase(error: ErrorDetails, facts: Mapping[str, Any]) -> Words:
        shown = _shown(error["input"])
        return Words(f"{shown}: {vi} {facts[key]}", f"{shown}: {en} {facts[key]}")

    return phrase


def _missing(_error: ErrorDetails, _facts: Mapping[str, Any]) -> Words:
    return Words("còn thiếu", "is missing")


def _choice(error: ErrorDetails, facts: Mapping[str, Any]) -> Words:
    shown, known = _shown(error["input"]), facts["expected"].replace("'", "")
    either = known.replace(" or ", " hoặc ")
    return Words(f"{shown} không dùng được; chỉ có {either}", f"{shown} is none of {known}")


def _pattern(error: ErrorDetails, _facts: Mapping[str, Any]) -> Words:
    shown = _shown(error["input"])
    return Words(f"{shown} viết không đúng", f"{shown} is not written as it should be")


def _long(_error: ErrorDetails, facts: Mapping[str, Any]) -> Words:
    most = facts["max_length"]
    return Words(f"dài quá {most}", f"longer than {most}")


def _empty(_error: ErrorDetails, _facts: Mapping[str, Any]) -> Words:
    return Words("đang để trống", "is empty")


def _shown(value: object) -> str:
    text = " ".join(str(value).split())
    return f"«{text[:60]}…»" if len(text) > 60 else f"«{text}»"


PHRASES: dict[str, Callable[[ErrorDetails, Mapping[str, Any]], Words]] = {
    "missing": _missing,
    "literal_error": _choice,
    "enum": _choice,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _empty,
    "string_too_long": _long,
    "greater_than_equal": _bound("phải từ", "must be at least", "ge"),
    "greater_than": _bound("phải lớn hơn", "must be more than", "gt"),
    "less_than_equal": _bound("không được quá", "must be at most", "le"),
    "less_than": _bound("phải nhỏ hơn", "must be less than", "lt"),
}
