"""Vietnamese text in whatever letters it was typed: Unicode, TCVN3 (ABC), VNI or VIQR."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_TCVN3 = dict(zip(
    "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦",
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ", strict=True,
))  # fmt: skip

_TONES = dict(zip("ùøûõï", "\u0301\u0300\u0309\u0303\u0323", strict=True))
_HATS = {"â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323"}  # fmt: skip
_BREVES = {"ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323"}  # fmt: skip
_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

_SPECIMEN = frozenset(
    (
        "của và các ngày năm tháng được thi đua thực hiện báo cáo kế hoạch ủy ban nhân dân phong "
        "trào khen thưởng đơn vị trước về quận phòng hồ sơ gửi tổ chức hội đồng công đề nghị"
    ).split()
)
_VIQR_MARK = re.compile(r"[aeo]\^|[ou]\+|a\(|dd|[aeiouy][`'?~.](?=\w)")
_WORD = re.compile(r"[^\W\d_]+")


_CLEARLY = 0.08


class Decoded(NamedTuple):
    """`encoding` as a person knows it."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return convert(data.decode(name, errors="replace"), "Unicode")
    try:
        return convert(data.decode("utf-8"), "Unicode")
    except UnicodeDecodeError:
        return convert(_single_bytes(data), "cp1252")


def _single_bytes(data: bytes) -> str:
    """Windows letters; the five bytes Windows left undefined stay as they are."""
    return "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in data)


def convert(text: str, encoding: str) -> Decoded:
    """The reading with clearly most Vietnamese words; in doubt (a bad scan) the text as it is."""
    text = unicodedata.normalize("NFC", text)
    options = [Decoded(text, encoding)]
    if any("\u00a1" <= letter <= "\u00ff" for letter in text):
        options += [Decoded(from_tcvn3(text), "TCVN3"), Decoded(from_vni(text), "VNI")]
    if len(_VIQR_MARK.findall(text)) > len(text) / 80:
        options.append(Decoded(from_viqr(text), "VIQR"))
    if encoding == "cp1252":
        windows = unicodedata.normalize(
            "NFC", text.encode("latin-1", "replace").decode("cp1258", "replace")
        )
        options.append(Decoded(windows, "Windows-1258"))
    best = max(options, key=lambda option: _familiar(option.text))
    gain = _familiar(best.text) - _familiar(text)
    return best if gain >= _CLEARLY else options[0]


def _familiar(text: str) -> float:
    words = _WORD.findall(text[:200_000].lower())
    return round(sum(word in _SPECIMEN for word in words) / max(len(words), 1), 3)


def from_tcvn3(text: str) -> str:
    return "".join(_TCVN3.get(letter, letter) for letter in text)


def from_vni(text: str) -> str:
    made: list[str] = []
    for letter in text:
        small, base = letter.lower(), made[-1][-1:] if made else ""
        mark = _vni_mark(base.lower(), small)
        if mark:
            made[-1] = unicodedata.normalize("NFC", made[-1] + mark)
        elif small in _ALONE:
            plain = _ALONE[small]
            made.append(plain.upper() if letter != small else plain)
        else:
            made.append(letter)
    return "".join(made)


def _vni_mark(base: str, letter: str) -> str:
    if base in "aeo" and base and letter in _HATS:
        return _HATS[letter]
    if base == "a" and letter in _BREVES:
        return _BREVES[letter]
    if base and base in "aeouyơư" and letter in _TONES:
        return _TONES[letter]
    return ""


_VIQR_HATS = {"^": "\u0302", "(": "\u0306", "+": "\u031b"}
_VIQR_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_VIQR = re.compile(r"(?P<base>[aeiouyAEIOUY])(?P<hat>[\^(+])?(?P<tone>['`?~.])?|(?P<d>dd|DD|Dd)")


def from_viqr(text: str) -> str:
    return unicodedata.normalize("NFC", _VIQR.sub(lambda m: _viqr_letter(m, text), text))


def _ends_sentence(following: str, hat: str) -> bool:
    """A point or question mark is a tone before a letter, or where the sentence goes on small."""
    if following[:1].isalpha():
        return False
    return not (following[:1] == " " and following[1:].islower()) and not (
        hat and following[:1] in ",;:"
    )


def _viqr_letter(found: re.Match[str], text: str) -> str:
    if found["d"]:
        return "Đ" if found["d"][0] == "D" else "đ"
    tone, hat = found["tone"] or "", found["hat"] or ""
    if tone and tone in ".?" and _ends_sentence(text[found.end() : found.end() + 2], hat):
        return unicodedata.normalize("NFC", found["base"] + _VIQR_HATS.get(hat, "")) + tone
    return found["base"] + _VIQR_HATS.get(hat, "") + _VIQR_TONES.get(tone, "")
