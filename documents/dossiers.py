"""Everything that was handed in for a milestone, as one zip with a manifest, made while it is sent.

<unit>/<occurrence>/lan-<version>/ holds a version's files under plain names beside `noi-dung.json`,
what was filled in. `manifest.csv` has a line for each file, with its own name and its SHA-256 as it
was when it was handed in; a file that is gone or is not what it was is named there, not hidden.
`SHA256SUMS` is what `sha256sum -c` reads.
"""

import csv
import json
from collections.abc import Generator, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from io import StringIO
from typing import NamedTuple
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from documents.csv_table import guarded
from dondoc.filenames import plain
from dondoc.store import CHUNK, FileStore, NotStored
from dondoc.tables import Submission, SubmittedFile

HEAD = (
    "path",
    "unit",
    "unit_name",
    "milestone",
    "occurrence",
    "version",
    "received_at",
    "complete",
    "receipt",
    "component",
    "name",
    "size",
    "sha256",
    "state",
)
WHOLE, DAMAGED, GONE = "ok", "damaged", "missing"


class Filed(NamedTuple):
    """A file's place in the zip, what was read there, and how that compares with the receipt."""

    path: str
    submission: Submission
    file: SubmittedFile
    state: str


def dossiers(
    submissions: Iterable[Submission], store: FileStore, *, zone: ZoneInfo
) -> Iterator[bytes]:
    """The zip, piece by piece; memory does not grow with the files, only with their number."""
    pipe = _Pipe()
    filed: list[Filed] = []
    with ZipFile(pipe, "w") as archive:
        packer = _Packer(archive, pipe, store, zone)
        for one in submissions:
            filed += yield from packer.pack(one)
        at = max((one.submission.received_at for one in filed), default=datetime.now(zone))
        packer.text("manifest.csv", _manifest(filed, zone), at)
        packer.text("SHA256SUMS", _sums(filed), at)
    yield pipe.taken()


class _Pipe:
    """What a zip is written to and taken from; it cannot be gone back in."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._place = 0

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        self._place += len(data)
        return len(data)

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """There is nothing to close."""

    def taken(self) -> bytes:
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


class _Packer:
    def __init__(self, archive: ZipFile, pipe: _Pipe, store: FileStore, zone: ZoneInfo) -> None:
        self._archive = archive
        self._pipe = pipe
        self._store = store
        self._zone = zone

    def pack(self, one: Submission) -> Generator[bytes, None, list[Filed]]:
        folder = _folder(one)
        self.text(f"{folder}/noi-dung.json", _said(one), one.received_at)
        filed = []
        for number, file in enumerate(one.files, 1):
            path = f"{folder}/{number:02}-{plain(file.component)}-{plain(file.name)}"
            state = yield from self._copy(file.sha256, path, one.received_at)
            filed.append(Filed(path, one, file, state))
        yield self._pipe.taken()
        return filed

    def text(self, path: str, text: str, at: datetime) -> None:
        info = self._info(path, at)
        info.compress_type = ZIP_DEFLATED
        self._archive.writestr(info, text.encode())

    def _copy(self, stored: str, path: str, at: datetime) -> Generator[bytes, None, str]:
        """Returns how the file compares with what was handed in. Papers are packed already."""
        try:
            source = self._store.open(stored)
        except NotStored:
            return GONE
        digest = sha256()
        info = self._info(path, at)
        with source, self._archive.open(info, "w", force_zip64=True) as target:
            for piece in iter(lambda: source.read(CHUNK), b""):
                digest.update(piece)
                target.write(piece)
                yield self._pipe.taken()
        return WHOLE if digest.hexdigest() == stored else DAMAGED

    def _info(self, path: str, at: datetime) -> ZipInfo:
        local = at.astimezone(self._zone)
        info = ZipInfo(path, date_time=(local.year, *local.timetuple()[1:6]))
        info.compress_type = ZIP_STORED
        info.external_attr = 0o644 << 16
        return info


def _folder(one: Submission) -> str:
    owed = one.obligation
    return "/".join((plain(owed.unit.code), plain(owed.occurrence.key), f"lan-{one.version}"))


def _said(one: Submission) -> str:
    facts = {
        "version": one.version,
        "received_at": one.received_at.isoformat(),
        "received_by": one.received_by,
        "complete": one.complete,
        "receipt": one.receipt and one.receipt.number,
        "fields": one.fields,
        "not_applicable": one.waived,
        "missing": one.missing,
    }
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"


def _manifest(filed: Iterable[Filed], zone: ZoneInfo) -> str:
    text = StringIO("\ufeff")
    text.seek(0, 2)
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for path, one, file, state in filed:
        owed = one.obligation
        line = (
            path,
            owed.unit.code,
            owed.unit.name,
            owed.occurrence.milestone.code,
            owed.occurrence.key,
            one.version,
            one.received_at.astimezone(zone).isoformat(timespec="seconds"),
            "yes" if one.complete else "no",
            "" if one.receipt is None else one.receipt.number,
            file.component,
            file.name,
            file.size,
            file.sha256,
            state,
        )
        writer.writerow(guarded(str(cell)) for cell in line)
    return text.getvalue()


def _sums(filed: Iterable[Filed]) -> str:
    return "".join(f"{one.file.sha256}  {one.path}\n" for one in filed if one.state != GONE)
