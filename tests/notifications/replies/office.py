"""An office whose letters may be answered with files, and its mailbox."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from sqlalchemy import select

from dondoc.access.seal import seal_of
from dondoc.database import Database
from dondoc.signing import open_signer
from dondoc.tables import DraftFile, Letter, Reply
from notifications.links import linker
from notifications.opening import write_returning
from notifications.returned.gathering import Gathered, gather
from notifications.returned.path import reply_path
from notifications.writing import writer
from tests.cast import local
from tests.notifications.replies.programs import Program, Sent, gmail
from tests.office import HEADER, Office

ADDRESS = "tra-loi@quan7.test"
LAUNCH = local(2024, 3, 29)
T_MINUS_14 = local(2024, 4, 1, 8)
CAME = local(2024, 4, 2, 9, 10)
PLAN = (
    HEADER
    + """\
policies: {digest: false, announce: false}
milestones:
  - code: dang-ky
    name: Đăng ký danh hiệu thi đua
    kind: register
    due: 2024-04-15
    audience: {units: [p-1, p-2]}
    clause: {text: "chậm nhất ngày 15/4/2024", where: "Mục IV.1.a"}
    hand_in:
      components:
        - {code: ban-dang-ky, name: Bản đăng ký, types: [pdf, docx], max_files: 2, max_mb: 1}
  - code: so-ket
    name: Báo cáo sơ kết
    kind: report
    due: 2024-04-15
    audience: {units: [p-2]}
    clause: {text: "báo cáo trước ngày 16/4/2024", where: "Mục IV.1.b"}
    hand_in:
      components:
        - {code: bao-cao, name: Bản chính, types: [pdf, docx]}
        - {code: phu-luc, name: Phụ lục, types: [pdf, jpg]}
"""
)


class Answered:
    """p-1 owes one thing, p-2 two; both were reminded, and nobody has handed in."""

    def __init__(self, database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder / "mail"
        (self.folder / "new").mkdir(parents=True)
        monkeypatch.setenv("DONDOC_BOUNCE_MAILBOX", f"maildir:{self.folder}")
        monkeypatch.setenv("DONDOC_REPLY_ADDRESS", ADDRESS)
        monkeypatch.setenv("DONDOC_PORTAL_URL", "http://nop.quan7.test")
        self.office = Office(database)
        self.database, self.settings = database, self.office.settings
        write = write_returning(self.settings, writer(linker(self.settings)))
        self.office.post = replace(self.office.post, write=write)
        self.office.launch(PLAN, at=LAUNCH)
        self.office.beat(T_MINUS_14)

    def path(self, address: str = "p-1@quan.example") -> str:
        """Where the last letter to the address is answered to."""
        sent = [one for one in self.office.server.received if one.recipient == address][-1]
        return str(message_from_bytes(sent.data, policy=default)["Reply-To"])

    def path_of(self, letter: int) -> str:
        seal = seal_of(open_signer(self.settings.data))
        return reply_path(letter, address=ADDRESS, seal=seal)

    def comes(self, raw: bytes) -> None:
        number = len(list(self.folder.rglob("*")))
        (self.folder / "new" / f"{number:04}.mail").write_bytes(raw)

    def gather(self, now: datetime = CAME) -> Gathered:
        return gather(self.database, self.settings, now=now)

    def answer(
        self,
        files: Iterable[tuple[str, bytes]] = (),
        *,
        unit: str = "p-1",
        program: Program = gmail,
        **more: str,
    ) -> Gathered:
        """To the last letter of the unit's officer, by that officer."""
        address = f"{unit}@quan.example"
        said = {"sender": address, "to": self.path(address)} | more
        self.comes(program(Sent(**said, files=list(files))))
        return self.gather()

    def replies(self) -> list[Reply]:
        with self.database.reading() as session:
            found = session.scalars(select(Reply).order_by(Reply.id)).all()
            for one in found:
                assert [file.reply_id for file in one.files] == [one.id] * len(one.files)
            return list(found)

    def drafts(self) -> list[tuple[str, str, str]]:
        """Unit, component and name of every file in a draft."""
        with self.database.reading() as session:
            found = session.scalars(select(DraftFile).order_by(DraftFile.id))
            return [(one.draft.obligation.unit.code, one.component, one.name) for one in found]

    def letters(self, name: str) -> list[Letter]:
        with self.database.reading() as session:
            named = select(Letter).where(Letter.name == name).order_by(Letter.id)
            return list(session.scalars(named))
