"""`dondoc check` and `dondoc schema`, as an official runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner, Result

from cli.main import app

SAMPLES = Path(__file__).parents[2] / "samples"
QUAN_7 = SAMPLES / "quan-7-2024"


def dondoc(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def lines(result: Result) -> list[str]:
    return [" ".join(line.split()) for line in result.output.splitlines()]


def places(text: str, fragment: str) -> list[int]:
    """The lines a fragment stands in."""
    return [number for number, line in enumerate(text.splitlines(), 1) if fragment in line]


def test_good_plan_shows_its_dates() -> None:
    plan = SAMPLES / "khu-nam-2021" / "plan.yaml"
    result = dondoc("check", plan)
    assert result.exit_code == 0
    assert lines(result) == [
        f"{plan} không có lỗi: 1 mốc, 1 kỳ, 2 việc không có ngày.",
        "hạn mốc kỳ lưu ý",
        "trong quý I/2025 tong-ket-giai-doan",
    ]


def test_plan_with_units_shows_how_many_owe_and_days_off() -> None:
    result = dondoc("check", QUAN_7 / "plan.yaml", "--units", QUAN_7 / "units.xlsx")
    assert result.exit_code == 0
    found = lines(result)
    assert found[0].endswith("không có lỗi: 17 mốc, 20 kỳ, 4 việc không có ngày.")
    assert len(found) == 2 + 20
    assert found[2] == "trước T4 10/01/2024 guong-dien-hinh-quy quý I/2024 57 trước ngày ban hành"
    assert found[-1] == (
        "T7 30/11/2024 cham-diem-khoi-phuong 23 30/11 là thứ Bảy: nhắc đến 29/11, trễ sau hết 02/12"
    )


def test_plan_without_dates_is_good() -> None:
    plan = SAMPLES / "phuong-7-2019" / "plan.yaml"
    assert lines(dondoc("check", plan)) == [
        f"{plan} không có lỗi: 0 mốc, 0 kỳ, 2 việc không có ngày."
    ]


def test_every_mistake_on_a_line_of_its_own(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    text = (QUAN_7 / "plan.yaml").read_text(encoding="utf-8")
    text = text.replace("board: ", "bord: ").replace("due: 2024-04-15", "due: 31/4/2024")
    plan.write_text(text, encoding="utf-8")
    result = dondoc("check", plan)
    (office,) = places(text, "bord:")
    register, points = places(text, "31/4/2024")
    assert result.exit_code == 2
    wrong = "không có ngày 31/4/2024. Tháng 4/2024 có 30 ngày"
    assert result.output.splitlines() == [
        f"{plan}: 3 lỗi",
        f"{plan}:{office}: bord: không có khóa bord. Có phải là: board?",
        f"{plan}:{register}: milestones[dang-ky-thi-dua].due: {wrong}",
        f"{plan}:{points}: milestones[thang-diem-thi-dua].due: {wrong}",
    ]


def test_english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DONDOC_LANGUAGE", "en")
    plan = tmp_path / "plan.yaml"
    plan.write_text("a: &x 1\n", encoding="utf-8")
    result = dondoc("check", plan)
    assert result.exit_code == 2
    first, *others = result.output.splitlines()
    assert first == f"{plan}: mistakes: {len(others)}"
    assert (
        f"{plan}:1: a: YAML's & and * are not accepted. Repeat the content, or quote it" in others
    )


def test_audience_nobody_has(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    text = (QUAN_7 / "plan.yaml").read_text(encoding="utf-8")
    text = text.replace("[phong-giao-duc]", "[phong-giao-dục]")
    plan.write_text(text, encoding="utf-8")
    (line,) = places(text, "[phong-giao-dục]")
    result = dondoc("check", plan, "--units", QUAN_7 / "units.xlsx")
    assert result.exit_code == 2
    field = "milestones[khen-thuong-giao-duc].audience.units[1]"
    assert result.output.splitlines()[1:] == [
        f"{plan}:{line}: {field}: không có đơn vị phong-giao-dục. Có phải là: phong-giao-duc?"
    ]


HANGING = """\
events:
  - {code: ket-thuc, name: Kết thúc đợt thi đua}
  - {code: dai-hoi, name: Đại hội, per: unit}
milestones:
  - code: bao-cao-dot
    name: Báo cáo đợt
    kind: report
    due: {after: ket-thuc, working_days: 3}
    audience: {kinds: [phường]}
    clause: {text: a}
  - code: bao-cao-dai-hoi
    name: Báo cáo đại hội
    kind: report
    due: {after: dai-hoi, days: 10}
    audience: {kinds: [phường]}
    clause: {text: b}
  - code: tong-hop-nam
    name: Tổng hợp
    kind: report
    due: {after: tong-ket, working_days: 5}
    audience: {units: [phong-noi-vu]}
    clause: {text: c}
  - code: tong-ket
    name: Tổng kết
    kind: report
    due: 2024-11-15
    audience: {kinds: [phường]}
    clause: {text: d}
"""


def hanging(tmp_path: Path) -> Path:
    """Quận 7's header with milestones that hang on events."""
    plan = tmp_path / "plan.yaml"
    head = (QUAN_7 / "plan.yaml").read_text(encoding="utf-8").partition("milestones:")[0]
    plan.write_text(head + HANGING, encoding="utf-8")
    return plan


def test_what_waits_for_an_event_is_listed_with_its_rule(tmp_path: Path) -> None:
    plan = hanging(tmp_path)
    result = dondoc("check", plan, "--units", QUAN_7 / "units.xlsx")
    assert lines(result) == [
        f"{plan} không có lỗi: 4 mốc, 2 kỳ, 0 việc không có ngày.",
        "hạn mốc kỳ đơn vị lưu ý",
        "T6 15/11/2024 tong-ket 10",
        "T6 22/11/2024 tong-hop-nam 1",
        "Chờ sự kiện, chưa có ngày:",
        "bao-cao-dot: 03 ngày làm việc sau «Kết thúc đợt thi đua»",
        "bao-cao-dai-hoi: 10 ngày sau «Đại hội» (ngày của từng đơn vị)",
    ]


def test_audience_of_what_waits_is_checked(tmp_path: Path) -> None:
    plan = hanging(tmp_path)
    text = plan.read_text(encoding="utf-8").replace("[phong-noi-vu]", "[phong-van-hoa-7]")
    plan.write_text(text, encoding="utf-8")
    result = dondoc("check", plan, "--units", QUAN_7 / "units.xlsx")
    assert result.exit_code == 2
    assert "không có đơn vị phong-van-hoa-7" in result.output


def test_check_writes_nothing(tmp_path: Path) -> None:
    dondoc("check", QUAN_7 / "plan.yaml", "--units", QUAN_7 / "units.xlsx")
    assert list(tmp_path.iterdir()) == []


def _program(*arguments: object) -> subprocess.CompletedProcess[str]:
    """As a program of its own, where errors become sentences."""
    return subprocess.run(
        [sys.executable, "-c", "from cli.main import run; run()", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100,
        b"[" * 200_000,
        b"a: b: c",
        "title: Đôn đốc".encode("utf-16"),
        b"PK\x03\x04\x00",
    ],
    ids=["empty", "zeros", "deep", "broken", "utf-16", "zip"],
)
def test_what_is_no_plan_ends_in_one_sentence_and_exit_2(tmp_path: Path, data: bytes) -> None:
    plan = tmp_path / "plan.yaml"
    plan.write_bytes(data)
    result = dondoc("check", plan)
    assert result.exit_code == 2
    assert result.output.splitlines()[0] == f"{plan}: 1 lỗi"
    assert len(result.output.splitlines()) == 2


def test_units_that_cannot_be_imported(tmp_path: Path) -> None:
    units = tmp_path / "units.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Đơn vị"
    sheet.append(["Mã đơn vị", "Tên đơn vị", "Loại", "Trực thuộc"])
    sheet.append(["a", "A", "phòng", "khong-co"])
    book.save(units)
    done = _program("check", QUAN_7 / "plan.yaml", "--units", units)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "units.xlsx: 1 dòng không nhận được:",
        "units.xlsx:2: a: không có đơn vị cấp trên 'khong-co'",
    ]


def test_units_file_that_is_none() -> None:
    done = _program("check", QUAN_7 / "plan.yaml", "--units", "khong-co.xlsx")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "khong-co.xlsx" in done.stderr


def test_schema_is_json() -> None:
    result = dondoc("schema")
    assert result.exit_code == 0
    assert json.loads(result.output)["required"] == [
        "code",
        "title",
        "issuer",
        "period",
        "standing_office",
    ]


def test_a_template_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    text = (SAMPLES / "khu-nam-2021" / "plan.yaml").read_text("utf-8")
    types = "          types: [pdf, docx]"
    text = text.replace(types, f"{types}\n          template: mau.docx")
    [at] = places(text, "template:")
    plan = tmp_path / "plan.yaml"
    plan.write_text(text, "utf-8")
    result = dondoc("check", plan)
    assert result.exit_code == 2
    assert f"{plan}:{at}: " in result.output
    assert "không có tệp mẫu mau.docx cạnh tệp kế hoạch" in result.output
    (tmp_path / "mau.docx").write_bytes(b"PK")
    assert dondoc("check", plan).exit_code == 0
