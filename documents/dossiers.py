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
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from documents.csv_table import guarded
from documents.pipe import Pipe
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


def dossiers(
    submissions: Iterable[Submission], store: FileStore, *, zone: ZoneInfo
) -> Iterator[bytes]:
    """The zip, piece by piece; memory does not grow with the files, only by a line for each."""
    pipe = Pipe()
    with ZipFile(pipe, "w") as archive:
        packer = _Packer(archive, pipe, store, zone)
        for one in submissions:
            yield from packer.pack(one)
        packer.end()
    yield pipe.taken()


class _Packer:
    """`_listed` and `_sums` grow by a line for each file."""

    def __init__(self, archive: ZipFile, pipe: Pipe, store: FileStore, zone: ZoneInfo) -> None:
        self._archive = archive
        self._pipe = pipe
        self._store = store
        self._zone = zone
        self._listed = StringIO("\ufeff")
        self._listed.seek(0, 2)
        self._manifest = csv.writer(self._listed)
        self._manifest.writerow(HEAD)
        self._sums = StringIO()
        self._latest: datetime | None = None

    def pack(self, one: Submission) -> Iterator[bytes]:
        folder = _folder(one)
        self.text(f"{folder}/noi-dung.json", _said(one), one.received_at)
        for number, file in enumerate(one.files, 1):
            path = f"{folder}/{number:02}-{plain(file.component)}-{plain(file.name)}"
            state = yield from self._copy(file.sha256, path, one.received_at)
            self._list(path, one, file, state)
        yield self._pipe.taken()

    def end(self) -> None:
        at = self._latest or datetime.now(self._zone)
        self.text("manifest.csv", self._listed.getvalue(), at)
        self.text("SHA256SUMS", self._sums.getvalue(), at)

    def _list(self, path: str, one: Submission, file: SubmittedFile, state: str) -> None:
        line = _line(path, one, file, state, self._zone)
        self._manifest.writerow(guarded(str(cell)) for cell in line)
        if state != GONE:
            self._sums.write(f"{file.sha256}  {path}\n")
        self._latest = max(self._latest or one.received_at, one.received_at)

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


def _line(
    path: str, one: Submission, file: SubmittedFile, state: str, zone: ZoneInfo
) -> tuple[object, ...]:
    """In the order of `HEAD`."""
    owed = one.obligation
    return (
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
