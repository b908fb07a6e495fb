"""A form with files from a browser without scripts: each file goes to disk while it comes."""

from contextlib import ExitStack
from secrets import token_hex
from typing import BinaryIO, NamedTuple

from fastapi import Request
from starlette.exceptions import HTTPException

from dondoc.dossier import MEGABYTE
from dondoc.drafts import base_name
from dondoc.plan.model import Component
from dondoc.uploads import Uploads
from dondoc.words import Words
from portal.context import portal_of
from portal.forms import LONGEST_FIELD, MOST_FIELDS, refuse_foreign, token_in
from portal.multipart import Begin, Event, Piece, events

FILE = "file:"
AT_A_TIME = 1 << 18
"""bytes held until a thread writes them down"""


class Arrived(NamedTuple):
    """A whole file, under a key of its own in the folder of uploads."""

    component: str
    name: str
    size: int
    key: str


class _Gathered:
    """What came and was not worth a thread yet."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._size = 0

    def add(self, some: list[Event]) -> int:
        """How many bytes of files and fields there are now."""
        self._events += some
        self._size += sum(len(one.data) for one in some if isinstance(one, Piece))
        return self._size

    def taken(self) -> list[Event]:
        events, self._events, self._size = self._events, [], 0
        return events


class Intake:
    """`parts` are the components that take files, by code. What does not fit is not written, and
    `refused` says why. Leaving the `with` discards what nobody took."""

    def __init__(self, request: Request, uploads: Uploads, parts: dict[str, Component]) -> None:
        self.fields: dict[str, list[str]] = {}
        self.arrived: list[Arrived] = []
        self.refused: list[Words] = []
        self._request = request
        self._uploads = uploads
        self._parts = parts
        self._begun: list[str] = []
        self._part: Begin | None = None
        self._text = bytearray()
        self._open: ExitStack | None = None
        self._file: BinaryIO | None = None
        self._size = 0
        self._count = 0

    async def read(self) -> None:
        """Raises FormForeign before the first file is written."""
        aside, gathered = portal_of(self._request).aside, _Gathered()
        try:
            async for some in events(self._request):
                if gathered.add(some) >= AT_A_TIME:
                    await aside(self._take, gathered.taken())
            await aside(self._take, gathered.taken())
        finally:
            await aside(self._close)
        self._refuse_foreign()

    def discard(self) -> None:
        for key in self._begun:
            self._uploads.discard(key)

    def _take(self, some: list[Event]) -> None:
        for event in some:
            if isinstance(event, Begin):
                self._begin(event)
            elif isinstance(event, Piece):
                self._add(event.data)
            else:
                self._end()

    def _begin(self, part: Begin) -> None:
        self._count += 1
        if self._count > MOST_FIELDS:
            raise HTTPException(413)
        self._part, self._size = part, 0
        self._text.clear()
        if part.filename:
            self._refuse_foreign()
            if part.name.removeprefix(FILE) in self._parts:
                key = token_hex(16)
                self._begun.append(key)
                self._open = ExitStack()
                self._file = self._open.enter_context(self._uploads.appending(key))

    def _add(self, data: bytes) -> None:
        self._size += len(data)
        if self._part is not None and self._part.filename is None:
            if self._size > LONGEST_FIELD:
                raise HTTPException(413)
            self._text += data
        elif self._file is not None and self._size <= self._most():
            self._file.write(data)

    def _end(self) -> None:
        part = self._part
        if part is None:
            return
        if part.filename is None:
            text = self._text.decode("utf-8", "replace").replace("\r\n", "\n")
            self.fields.setdefault(part.name, []).append(text)
        elif self._file is not None:
            self._close()
            self._end_file(part, base_name(part.filename))

    def _end_file(self, part: Begin, name: str) -> None:
        code = part.name.removeprefix(FILE)
        if self._size > self._most():
            most = self._parts[code].max_mb
            shown = f"{name[:80]}: {self._size / MEGABYTE:.3g} MB"
            self.refused.append(
                Words(f"{shown}, nhiều nhất {most:g} MB", f"{shown}, at most {most:g} MB")
            )
            return
        self.arrived.append(Arrived(code, name, self._size, self._begun[-1]))

    def _most(self) -> float:
        code = "" if self._part is None else self._part.name.removeprefix(FILE)
        return self._parts[code].max_mb * MEGABYTE

    def _close(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = self._file = None

    def _refuse_foreign(self) -> None:
        """The token stands first in the form."""
        refuse_foreign(self._request, token_in(self._request, self.fields))
