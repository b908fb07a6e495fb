"""One year with ten changes in the middle of it, decided on the command line: what each command
answered and every letter between, kept beside it to be read. The same on both databases.

DONDOC_UPDATE_SNAPSHOTS=1 writes it anew.
"""

import os
import re
import shlex
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from cli.main import app
from cli.rehearsed import Printer
from cli.simulation import Simulation
from dondoc.database import Database
from dondoc.settings import load
from dondoc.words import Language
from schedules.overrides import open_hours
from schedules.rehearsal import rehearse
from tests.cast import ZONE, make_units
from tests.papers import pdf

FOLDER = Path(__file__).parent / "year"
GOLDEN = FOLDER / "transcript.txt"
UPDATE = "DONDOC_UPDATE_SNAPSHOTS" in os.environ
HASH = re.compile(r"\b[0-9a-f]{64}\b")


class Told:
    """The year as it is told: letters as they leave, commands as they are given."""

    def __init__(self, database: Database, folder: Path) -> None:
        settings = load()
        self.out = StringIO()
        self.year = Simulation(database, open_hours(settings), settings, keys=folder, letters=None)
        self.printer = Printer(self.year, as_json=False, language=Language.VI)
        self.printer.out = self.out
        self.now: datetime | None = None

    def until(self, now: datetime) -> None:
        if self.now is not None:
            for at in rehearse(self.year.world(), start=self.now, end=now):
                self.printer.print_sent(at)
        self.now = now

    def command(self, line: str) -> None:
        assert self.now is not None
        self.out.write(f"\n[{self.now:%d/%m/%Y %H:%M}] $ {line}\n")
        with time_machine.travel(self.now, tick=False):
            runner = CliRunner(env={"COLUMNS": "110", "LOGNAME": "an"})
            result = runner.invoke(app, shlex.split(line)[1:])
        assert result.exit_code == 0, (line, result.output, result.exception)
        said = HASH.sub("<hash>", result.output)
        self.out.writelines(f"    {one}".rstrip() + "\n" for one in said.splitlines())
        self.out.write("\n")


def test_ten_changes(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("DONDOC_DATABASE_URL", url)
    for name in ("plan.yaml", "later.yaml"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("dang-ky", "bao-cao", "phu-luc", "tong-ket"):
        pdf(tmp_path / f"{name}.pdf")
    with database.writing() as session:
        make_units(session)
    told = Told(database, tmp_path)
    for line in (FOLDER / "script.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            told.out.write(f"\n{line}\n")
            continue
        told.until(datetime.strptime(line[:16], "%Y-%m-%d %H:%M").replace(tzinfo=ZONE))
        told.command(line[17:])
    if UPDATE:
        GOLDEN.write_text(told.out.getvalue(), encoding="utf-8")
    assert told.out.getvalue() == GOLDEN.read_text(encoding="utf-8")
