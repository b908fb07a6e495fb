"""A form with files, read as it comes: nothing of it is held in memory but a piece."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.exceptions import HTTPException

LONGEST_HEADER = 8_192


class Begin(NamedTuple):
    """`filename` is None for a field of text."""

    name: str
    filename: str | None


class Piece(NamedTuple):
    data: bytes


class End(NamedTuple):
    pass


Event = Begin | Piece | End


async def events(request: Request) -> AsyncIterator[list[Event]]:
    """What each piece of the body brought. Ends in the 400 page where it is no such form."""
    parser = _Parser(_boundary(request))
    async for chunk in request.stream():
        yield parser.feed(chunk)
    parser.finish()


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 200:
        raise HTTPException(400)
    return boundary


class _Parser:
    def __init__(self, boundary: bytes) -> None:
        self._found: list[Event] = []
        self._header = b""
        self._value = b""
        self._disposition = b""
        self._whole = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._field,
                "on_header_value": self._add_value,
                "on_header_end": self._header_end,
                "on_headers_finished": self._headers_end,
                "on_part_data": self._piece,
                "on_part_end": self._end,
                "on_end": self._all,
            },
        )

    def feed(self, chunk: bytes) -> list[Event]:
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise HTTPException(400) from error
        found, self._found = self._found, []
        return found

    def finish(self) -> None:
        """A body that broke off is no form."""
        if not self._whole:
            raise HTTPException(400)

    def _begin(self) -> None:
        self._disposition = self._header = self._value = b""

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        self._refuse_endless()

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._refuse_endless()

    def _refuse_endless(self) -> None:
        if len(self._header) + len(self._value) > LONGEST_HEADER:
            raise HTTPException(400)

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _headers_end(self) -> None:
        _, options = parse_options_header(self._disposition)
        name, filename = options.get(b"name", b""), options.get(b"filename")
        shown = None if filename is None else filename.decode("utf-8", "replace")
        self._found.append(Begin(name.decode("utf-8", "replace"), shown))

    def _piece(self, data: bytes, start: int, end: int) -> None:
        self._found.append(Piece(data[start:end]))

    def _end(self) -> None:
        self._found.append(End())

    def _all(self) -> None:
        self._whole = True
