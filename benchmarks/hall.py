"""The portal as a process of its own, with many units before it and an official inside."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

import httpx
from sqlalchemy import select

from benchmarks.crowd import crowd
from benchmarks.databases import database_at
from cli.address import free_port
from dondoc.access.accounts import make_account
from dondoc.access.links import seat_of
from dondoc.access.signing_in import enter
from dondoc.access.visits import begin_visit
from dondoc.database import Database, open_database
from dondoc.migration import migrate
from dondoc.plan.source import parse_plan
from dondoc.queries import unit_by_code
from dondoc.settings import Settings, load
from dondoc.tables import AccountRole, Contact, Obligation, Role
from dondoc.units.importing import import_units
from portal.context import open_portal
from schedules.launch import launch
from schedules.overrides import open_hours

PLAN = """
code: dong-nguoi
number: 1/KH-UBND
title: Kế hoạch có nhiều đơn vị cùng nộp
issuer: Ủy ban nhân dân quận
issued: {today}
period: {{from: {today}, to: {end}}}
standing_office: phong-noi-vu
policies: {{announce: false, digest: false}}
milestones:
  - code: bao-cao
    name: Báo cáo
    kind: report
    due: {end}
    audience: all
    clause: {{text: nộp báo cáo}}
    hand_in:
      components: [{{code: tep, name: Tệp, types: [pdf], max_files: 20, max_mb: 300}}]
      fields: [{{code: so-nguoi, name: Số người, type: number}}]
"""
PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Door:
    """One unit's way in: where it hands in, and its visit."""

    path: str
    visit: str


@dataclass(frozen=True, kw_only=True)
class Hall:
    url: str
    port: int
    process: subprocess.Popen[bytes]
    settings: Settings
    database: Database
    doors: tuple[Door, ...]
    official: str

    def peak(self) -> int:
        """Megabytes the process needed at most since `forget`."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
        return 0

    def forget(self) -> None:
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", "ascii")


@contextmanager
def hall(units: int, *, url: str = "") -> Iterator[Hall]:
    """On SQLite, or on a database of its own on the server at `url`."""
    with TemporaryDirectory(prefix="dondoc-bench-") as name, database_at(url, "hall") as made:
        data = Path(name)
        port = free_port(4900, exactly=False)
        settings = load(data=data, portal_port=port, database_url=made)
        database = open_database(settings.url)
        migrate(database)
        now = datetime.now(UTC)
        _launch(database, settings, units, now)
        doors, official = _doors(database, settings, now), _official(database, now)
        address = f"http://127.0.0.1:{port}"
        environment = os.environ | {
            "DONDOC_DATA": name,
            "DONDOC_PORTAL_PORT": str(port),
            "DONDOC_DATABASE_URL": made,
        }
        command = [sys.executable, "-m", "portal.serve"]
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            _wait(address)
            yield Hall(
                url=address,
                port=port,
                process=process,
                settings=settings,
                database=database,
                doors=doors,
                official=official,
            )
            process.terminate()
        database.close()
        shutil.rmtree(data, ignore_errors=True)


def _launch(database: Database, settings: Settings, units: int, now: datetime) -> None:
    today = now.astimezone(settings.zone).date()
    end = date(today.year + (today.month == 12), 12, 31)
    text = PLAN.format(today=today, end=end)
    with database.writing() as session:
        import_units(session, crowd(units))
        plan = parse_plan(text)
        launch(session, plan, source=text, hours=open_hours(settings), now=now)


def _doors(database: Database, settings: Settings, now: datetime) -> tuple[Door, ...]:
    seal = open_portal(settings, database).seal
    with database.reading() as session:
        rows = session.execute(
            select(Obligation.id, Contact)
            .join(Contact, Contact.unit_id == Obligation.unit_id)
            .where(Contact.role == Role.OFFICER, Contact.position == 0)
            .order_by(Obligation.id)
        )
        seats = [(owed, seat_of(contact)) for owed, contact in rows]
    return tuple(
        Door(path=f"/unit/obligations/{owed}", visit=begin_visit(seal, seat, now))
        for owed, seat in seats
        if seat is not None
    )


def _official(database: Database, now: datetime) -> str:
    with database.writing() as session:
        account = make_account(
            session,
            email="an@quan.example",
            name="An",
            role=AccountRole.OFFICIAL,
            office=unit_by_code(session, "phong-noi-vu"),
            actor="benchmark",
            now=now,
        )
        return enter(session, account, kind="benchmark", origin="", now=now)


def _wait(url: str) -> None:
    until = monotonic() + PATIENCE
    while monotonic() < until:
        try:
            if httpx.get(url, timeout=timedelta(seconds=2).total_seconds()).is_success:
                return
        except httpx.HTTPError:
            sleep(0.1)
    raise TimeoutError(url)
