from pathlib import Path

from typer.testing import CliRunner, Result

from cli.main import app
from documents.unit_sheet import write_units
from dondoc.errors import NotFound
from dondoc.units.rows import Person, UnitRow
from tests.migrated import own_database

ROWS = [
    UnitRow(code="p-1", name="Phường 1", kind="phường", groups={"cum-1": "Cụm 1"}, parent="q"),
    UnitRow(code="q", name="Quận", kind="quận", officers=(Person("", "q@x.vn"),)),
]


def units(*arguments: str | Path) -> Result:
    own_database().close()
    return CliRunner().invoke(app, ["units", *map(str, arguments)])


def test_a_list_goes_in_is_shown_and_comes_out(tmp_path: Path) -> None:
    file = tmp_path / "u.xlsx"
    write_units(file, ROWS)

    assert units("import", file, "--dry-run").output.splitlines()[-1] == (
        "Chạy thử, chưa ghi gì: u.xlsx sẽ có 2 mới, 0 thay đổi, 0 giữ nguyên."
    )
    assert units("list").output.strip() == "Không có đơn vị nào."
    assert units("import", file).output.splitlines()[-1] == (
        "Đã nhập u.xlsx: 2 mới, 0 thay đổi, 0 giữ nguyên."
    )
    out = tmp_path / "out.csv"
    assert units("export", out).exit_code == 0
    assert units("import", out).output.strip() == (
        "Đã nhập out.csv: 0 mới, 0 thay đổi, 2 giữ nguyên."
    )
    listed = units("list", "--group", "cum-1").output
    assert "Phường 1" in listed
    assert "Quận" not in listed


def test_refused_rows_are_shown_and_nothing_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "u.xlsx"
    write_units(file, [ROWS[1], ROWS[0].model_copy(update={"parent": "qq"})])

    result = units("import", file)

    assert result.exit_code == 2
    assert "không có đơn vị cấp trên" in " ".join(result.output.split())
    assert result.output.splitlines()[-1] == (
        "Không nhập gì: u.xlsx có 1 chỗ sai. Hãy sửa rồi nhập lại."
    )
    assert units("list").output.strip() == "Không có đơn vị nào."


def test_a_kind_nobody_has_names_the_nearest(tmp_path: Path) -> None:
    file = tmp_path / "u.csv"
    write_units(file, ROWS)
    units("import", file)

    result = units("list", "--kind", "phuong")

    assert isinstance(result.exception, NotFound)
    assert str(result.exception) == ("There is no kind of unit 'phuong'. Did you mean 'phường'?")


def test_a_template_is_written(tmp_path: Path) -> None:
    result = units("template", tmp_path / "t.xlsx")

    assert result.exit_code == 0
    assert (tmp_path / "t.xlsx").stat().st_size > 1000
