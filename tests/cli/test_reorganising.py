"""`dondoc units merge`, `split`, `dissolve`, `rename`, `changes`, `settle`, `withdraw`."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from typer.testing import CliRunner

from cli.main import app
from dondoc.database import Database
from dondoc.errors import DondocError
from dondoc.queries import unit_by_code
from dondoc.settings import load
from dondoc.words import Language
from schedules.collection import collect
from schedules.overrides import open_hours
from tests.cast import local
from tests.migrated import own_database
from tests.office import Office
from tests.reorganised import YEAR, add_unit

JUNE = local(2024, 6, 20)


@pytest.fixture
def database() -> Iterator[Database]:
    found = own_database()
    office = Office(found)
    office.launch(YEAR, at=local(2024, 4, 1))
    with found.writing() as session:
        add_unit(session, "p-12")
    yield found
    found.close()


@pytest.fixture(autouse=True)
def _june() -> Iterator[None]:
    with time_machine.travel(JUNE, tick=False):
        yield


def said(*arguments: str) -> str:
    told = CliRunner().invoke(app, ["units", *arguments], env={"COLUMNS": "200"})
    if told.exception is not None and isinstance(told.exception, DondocError):
        raise told.exception
    assert told.exit_code == 0, told.output
    return told.stdout


def facts(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said(*arguments, "--json").splitlines()]


MERGE = ("merge", "p-1", "p-2", "--into", "p-12", "--on", "2024-07-01")


@pytest.mark.usefixtures("database")
def test_dry_run_shows_what_is_open_and_writes_nothing() -> None:
    (seen,) = facts(*MERGE, "--dry-run")

    assert [(one["milestone"], one["unit"], one["outcome"]) for one in seen["open"]] == [
        ("so-ket", "p-1", None),
        ("so-ket", "p-2", None),
        ("tong-ket", "p-1", None),
        ("tong-ket", "p-2", None),
    ]
    assert (seen["change"], seen["waits"]) == (None, True)
    assert seen["groups"] == [{"unit": "p-12", "group": "cum-1"}]
    assert seen["heads"] == [{"group": "cum-1", "year": 2024, "before": "p-1", "head": "p-12"}]
    assert facts("changes") == []


@pytest.mark.usefixtures("database")
def test_table_says_for_whom_it_counts_and_where_it_goes() -> None:
    shown = said(*MERGE, "--dry-run", "--open", "move", "--open", "thi-dua/so-ket@p-2:close=giấy")

    lines = [line for line in shown.splitlines() if "thi-dua/" in line]
    assert [[cell.strip() for cell in line.split("│")[4:]] for line in lines] == [
        ["đơn vị cũ", "chuyển cho p-12"],
        ["đơn vị cũ", "đóng: giấy"],
        ["đơn vị mới", "gộp vào một việc của p-12"],
        ["đơn vị mới", "gộp vào một việc của p-12"],
    ]


def test_a_day_ahead_waits_and_is_carried_out_when_it_begins(database: Database) -> None:
    said(*MERGE, "--reason", "NQ 1685", "--open", "thi-dua:move")
    assert facts("changes")[0]["waits"] is True

    with database.writing() as session:
        done = collect(session, hours=open_hours(load()), now=local(2024, 7, 1, 0, 5))

    assert done.changed == (1,)
    (change,) = facts("changes")
    assert (change["waits"], change["open"]) == (False, [])


def test_withdrawn_before_its_day_nothing_remains(database: Database) -> None:
    said(*MERGE, "--reason", "NQ 1685", "--open", "move")
    said("withdraw", "1", "--reason", "hoãn")

    assert facts("changes") == []
    with database.reading() as session:
        assert unit_by_code(session, "p-1").valid_to is None


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("merge", "p-9", "--into", "p-12", "--on", "2024-07-01"), "Không có đơn vị 'p-9'"),
        (("merge", "p-1", "--into", "p-12", "--on", "2024-05-01"), "chưa có hiệu lực"),
        (("merge", "p-1", "--into", "p-1", "--on", "2024-07-01"), "chính mình"),
        (("split", "p-1", "--into", "p-12", "--on", "2024-07-01"), "ít nhất hai"),
        (("dissolve", "noi-vu", "--on", "2024-07-01"), "cơ quan thường trực"),
        (("rename", "p-1", "--name", " ", "--on", "2024-07-01"), "tên mới trống"),
        ((*MERGE, "--open", "sell"), "chưa nói rõ"),
        ((*MERGE, "--open", "move", "--open", "thi-dua/so-kte:close"), "thi-dua/so-kte"),
        ((*MERGE, "--open", "move=p-99"), "'p-99'"),
        (MERGE, "thi-dua/tong-ket/2024-11-15@p-2: Báo cáo tổng kết"),
        (("settle", "7"), "'7'"),
    ],
)
@pytest.mark.usefixtures("database")
def test_bad_input_is_refused_with_the_reason(arguments: tuple[str, ...], why: str) -> None:
    with pytest.raises(DondocError) as refused:
        said(*arguments, "--reason", "NQ 1685")

    assert why in refused.value.text(Language.VI)
