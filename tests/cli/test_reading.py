"""`dondoc read` at the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app, run

TEXT = """Số: 12/KH-UBND

An Bình, ngày 02 tháng 01 năm 2024

KẾ HOẠCH

Phong trào thi đua năm 2024

Căn cứ Kế hoạch số 15/KH-UBND ngày 05/12/2023 của Ủy ban nhân dân tỉnh;

Các đơn vị gửi báo cáo về Phòng Nội vụ trước ngày 15/11/2024.
"""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "plan.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_json_goes_to_the_screen(paper: Path) -> None:
    result = CliRunner().invoke(app, ["read", str(paper), "--json"])

    assert result.exit_code == 0
    assert [one["due"] for one in json.loads(result.stdout)["milestones"]] == ["2024-11-15"]


def test_draft_goes_to_a_file_and_passes_check(paper: Path, tmp_path: Path) -> None:
    draft = tmp_path / "plan.yaml"

    written = CliRunner().invoke(app, ["read", str(paper), "-o", str(draft)])
    checked = CliRunner().invoke(app, ["check", str(draft)])

    assert (written.exit_code, checked.exit_code) == (0, 0)
    assert "1 mốc" in written.stdout


def test_draft_never_replaces_a_file(paper: Path) -> None:
    result = CliRunner().invoke(app, ["read", str(paper), "-o", str(paper)])

    assert result.exit_code == 2
    assert paper.read_text(encoding="utf-8") == TEXT


def test_explain_says_why_each_date_was_taken_or_left(paper: Path) -> None:
    result = CliRunner().invoke(app, ["read", str(paper), "--explain"])

    lines = result.stdout.splitlines()
    assert [line.split("«")[0].split() for line in lines] == [
        ["dòng", "9", "bỏ"],
        ["dòng", "11", "lấy"],
    ]


def test_bad_document_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.pdf"
    path.write_bytes(b"%PDF-1.4 junk")
    monkeypatch.setattr("sys.argv", ["dondoc", "read", str(path)])

    with pytest.raises(SystemExit) as ended:
        run()

    assert ended.value.code == 2
    assert capsys.readouterr().err == "plan.pdf: tệp PDF hỏng hoặc dở dang.\n"
