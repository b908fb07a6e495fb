"""Header values and texts of mail as mail programs write them, right or wrong."""

import re
from email.errors import HeaderParseError
from email.header import decode_header
from html.parser import HTMLParser

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_QUOTED = re.compile(
    r"^\s*(-{2,}\s*(original message|forwarded message|thư gốc|thư đã chuyển tiếp).*"
    r"|(on|vào|lúc)\b[^>]{5,200}?>?\s*(wrote|đã viết|viết):\s*"
    r"|_{20,}\s*)$",
    re.IGNORECASE | re.MULTILINE,
)
BREAKS = frozenset(("p", "br", "div", "tr", "li", "h1", "h2", "h3", "blockquote"))
SILENT = frozenset(("style", "script", "head", "title"))


def value(raw: str) -> str:
    """A header's value as the parser gives it, bytes beyond ASCII as surrogates: one line."""
    return line(_words(written(raw)))


def written(raw: str) -> str:
    """Bytes that nobody declared: UTF-8 or, where they are not, Latin-1."""
    data = raw.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def line(text: str) -> str:
    return " ".join(_UNSEEN.sub(" ", text).split())


def decoded(data: bytes, charset: str | None) -> str:
    try:
        return data.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def own_words(text: str) -> str:
    """Without the letter that is answered; all of it, where nothing else is left."""
    kept = _QUOTED.split(text, maxsplit=1)[0]
    lines = [one.rstrip() for one in kept.splitlines() if not one.startswith(">")]
    own = "\n".join(lines).strip()
    return _UNSEEN.sub("", own or text.strip())


def text_of_html(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "\n".join(" ".join(one.split()) for one in "".join(reader.found).splitlines()).strip()


def _words(text: str) -> str:
    """RFC 2047, also where a character is cut in two between encoded words."""
    try:
        parts = decode_header(text)
    except (HeaderParseError, ValueError):
        return text
    return "".join(
        part if isinstance(part, str) else decoded(part, charset) for part, charset in parts
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._silent += tag in SILENT
        if tag in BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in SILENT))

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)
