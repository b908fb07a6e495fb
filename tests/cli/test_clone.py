"""`dondoc clone`, and `dondoc check` on what it wrote."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from dondoc.errors import DondocError, NotFound
from dondoc.plan.cloning import NotLaterYear
from dondoc.plan.source import read_plan
from tests.cast import local
from tests.migrated import own_database
from tests.office import PLAN, Office

QUAN_7 = Path(__file__).parents[2] / "samples" / "quan-7-2024"


def dondoc(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def refused(*arguments: object) -> DondocError:
    result = dondoc(*arguments)
    assert isinstance(result.exception, DondocError)
    return result.exception


def test_draft_is_written_and_the_table_shown(tmp_path: Path) -> None:
    path = tmp_path / "next.yaml"
    result = dondoc("clone", QUAN_7 / "plan.yaml", "--year", 2025, "-o", path)
    assert result.exit_code == 0
    found = lines(result.stdout)
    assert found[0] == (
        "Mốc ┃ Kỳ ┃ Hạn cũ ┃ Hạn mới ┃ Thứ ┃ Vướng ngày nghỉ ┃ Ngày làm việc trước · sau"
    )
    assert len(found) == 2 + 20 + 1
    assert (
        "bao-cao-nam │ │ 15/11/2024 │ 15/11/2025 │ T7 │ 15/11 là thứ Bảy │ T6 14/11 · T2 17/11"
        in found
    )
    assert "guong-dien-hinh-quy │ quý IV/2025 │ trước 10/10/2024 │ trước 10/10/2025 │ T6 │ │" in (
        found
    )
    assert found[-1] == (
        f"Đã ghi {path}: 17 mốc, 20 kỳ, 7 hạn vướng ngày nghỉ, 12 chỗ KIỂM TRA. "
        f"Sửa xong thì chạy: dondoc check {path}"
    )
    assert read_plan(path).code == "quan-7-2025"


def test_check_reminds_of_what_is_to_be_settled(tmp_path: Path) -> None:
    path = tmp_path / "next.yaml"
    dondoc("clone", QUAN_7 / "plan.yaml", "--year", 2025, "-o", path)
    result = dondoc("check", path)
    assert result.exit_code == 0
    found = lines(result.output)
    start = found.index("Còn 12 chỗ phải xem trước khi phát động:")
    assert len(found) - start == 13
    number, _, text = found[start + 1].partition(": ")
    assert path.read_text("utf-8").splitlines()[int(number) - 1] == f"# {text}"


def test_dry_run_of_a_launch_reminds_too(tmp_path: Path) -> None:
    database = own_database()
    Office(database)
    database.close()
    path, draft = tmp_path / "plan.yaml", tmp_path / "next.yaml"
    path.write_text(PLAN, encoding="utf-8")
    dondoc("clone", path, "--year", 2030, "-o", draft)
    found = lines(dondoc("launch", draft, "--dry-run").stdout)
    assert found[-5] == "Còn 4 chỗ phải xem trước khi phát động:"
    assert found[-1].startswith("9: KIỂM TRA 2030: issued: điền của văn bản năm 2030")


def test_draft_to_the_screen_and_the_table_beside_it() -> None:
    result = dondoc("clone", QUAN_7 / "plan.yaml", "--year", 2025)
    assert result.stdout.startswith("# Kế hoạch phát động phong trào thi đua yêu nước năm 2024")
    assert "code: quan-7-2025" in result.stdout.splitlines()
    assert lines(result.stderr)[-1] == ("17 mốc, 20 kỳ, 7 hạn vướng ngày nghỉ, 12 chỗ KIỂM TRA.")


def test_json() -> None:
    result = dondoc("clone", QUAN_7 / "plan.yaml", "--year", 2027, "--json")
    found = json.loads(result.stdout)
    assert (found["code"], found["year"], found["estimated_years"]) == ("quan-7-2027", 2027, [2027])
    clashing = [one for one in found["dates"] if one["clash"]]
    assert clashing[0] == {
        "milestone": "sinh-hoat-cum-khoi-2",
        "occurrence": "2027-11-15",
        "old": "2024-11-15",
        "new": "2027-11-15",
        "inclusive": False,
        "weekday": 1,
        "waits": None,
        "clash": {
            "on": "2027-11-14",
            "why": "Chủ nhật",
            "before": "2027-11-12",
            "after": "2027-11-15",
            "estimated": True,
        },
    }
    assert found["draft"].splitlines()[7].startswith("# KIỂM TRA 2027:")


def test_group_heads_by_the_list_of_units() -> None:
    units = QUAN_7 / "units.xlsx"
    arguments = ("clone", QUAN_7 / "plan.yaml", "--units", units, "--json", "--year")
    assert json.loads(dondoc(*arguments, 2025).stdout)["groups_without_head"] == []
    missing = json.loads(dondoc(*arguments, 2026).stdout)["groups_without_head"]
    assert {one["year"] for one in missing} == {2026}
    assert len(missing) == 7


def test_launched_plan_by_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    database = own_database()
    text = PLAN.replace("{units: [p-1, p-2]}", "{heads_of: all}")
    Office(database).launch(text, at=local(2024, 3, 29))
    database.close()
    monkeypatch.setenv("DONDOC_LANGUAGE", "en")
    result = dondoc("clone", "thi-dua", "--year", 2025)
    assert "due: 2025-04-15" in lines(result.stdout)
    assert lines(result.stderr)[-2:] == [
        "Groups without a head: cum-1 2025, cum-2 2025, khoi-nd 2025",
        "1 milestones, 1 dates, 0 on days off, 4 lines KIỂM TRA to settle.",
    ]


def test_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "next.yaml"
    path.write_text("của tôi", "utf-8")
    result = dondoc("clone", QUAN_7 / "plan.yaml", "--year", 2025, "-o", path)
    assert result.exit_code == 2
    assert path.read_text("utf-8") == "của tôi"


def test_year_and_plan_that_do_not_fit() -> None:
    plan = QUAN_7 / "plan.yaml"
    assert isinstance(refused("clone", plan, "--year", 2024), NotLaterYear)
    assert isinstance(refused("clone", "khong-co", "--year", 2025), NotFound)
    assert dondoc("clone", plan, "--year", 3000).exit_code == 2
    assert [path.name for path in Path().iterdir()] == ["data"]
