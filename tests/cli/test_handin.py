import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner, Result

from cli.main import app
from cli.offering import WhichComponent, WhichOccurrence, WhichReason
from dondoc.decision import NotTaken
from dondoc.dossier import DossierWrong
from dondoc.errors import NotFound
from dondoc.receipts import NotAReceipt
from tests.cast import local, make_plan, make_units
from tests.migrated import own_database
from tests.papers import pdf

ONE = {"components": [{"code": "bao-cao", "name": "Báo cáo", "types": ["pdf"]}]}
TWO = {
    "components": [
        {"code": "bao-cao", "name": "Báo cáo"},
        {"code": "bao-cao-thanh-tich", "name": "Báo cáo thành tích"},
    ],
    "fields": [{"code": "guong", "name": "Gương", "type": "list", "min": 2}],
}


@pytest.fixture(autouse=True)
def _office(tmp_path: Path) -> Iterator[None]:
    """The cast's plan in the database the command line opens, on 1 May 2024."""
    database = own_database()
    with database.writing() as session:
        plan = make_plan(session, make_units(session))
        for milestone, hand_in in zip(plan.milestones, (ONE, TWO, {}), strict=True):
            milestone.body = {**milestone.body, "hand_in": hand_in}
    database.close()
    with time_machine.travel(local(2024, 5, 1), tick=False):
        yield


def dondoc(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def submit(milestone: str, *arguments: str | Path, unit: str = "p-1") -> Result:
    return dondoc("submit", "ke-hoach", milestone, unit, *arguments)


def test_hand_in_accept_and_verify_the_receipt(tmp_path: Path) -> None:
    result = submit("dang-ky", pdf(tmp_path / "a.pdf"))
    assert result.output.strip() == (
        "Đã nhận lần 1 của Ủy ban nhân dân phường Một, đủ thành phần. Giấy biên nhận 2024-000001."
    )
    assert dondoc("accept", "ke-hoach", "dang-ky", "p-1").output.strip() == "Đã nhận bài của p-1."
    assert isinstance(submit("dang-ky", pdf(tmp_path / "a.pdf")).exception, NotTaken)

    receipt = tmp_path / "receipt.json"
    assert dondoc("receipt", "show", "2024-000001", "-o", receipt).exit_code == 0
    verified = dondoc("receipt", "verify", receipt)
    assert verified.exit_code == 0
    assert verified.output.splitlines()[0] == "ĐÚNG: do nơi này ký, không bị sửa."
    # 15 April was a Monday; 18 April and 29 April to 1 May were days off
    assert json.loads(json.loads(receipt.read_text())["body"])["late_days"] == 8


def test_an_altered_receipt_is_told(tmp_path: Path) -> None:
    submit("dang-ky", pdf(tmp_path / "a.pdf"))
    receipt = tmp_path / "receipt.json"
    receipt.write_text(
        dondoc("receipt", "show", "2024-000001").output.replace("phường Một", "phường Hai"),
        encoding="utf-8",
    )

    result = dondoc("receipt", "verify", receipt)

    assert result.exit_code == 1
    assert result.output.splitlines()[0] == "ĐÃ BỊ SỬA: chữ ký không khớp nội dung."
    assert isinstance(dondoc("receipt", "verify", tmp_path / "none").exception, NotAReceipt)


def test_components_are_told_by_code_or_by_the_files_name(tmp_path: Path) -> None:
    one = pdf(tmp_path / "Bao_cao nam.pdf")
    two = pdf(tmp_path / "bao-cao-thanh-tich.pdf")
    three = pdf(tmp_path / "x.pdf")

    result = submit("so-ket", one, two, f"bao-cao={three}", "--field", "guong=A")

    assert result.output.splitlines() == [
        "Đã nhận lần 1 của Ủy ban nhân dân phường Một, CÒN THIẾU; vẫn phải nộp đủ. "
        "Giấy biên nhận 2024-000001.",
        "  thiếu: Gương: ít nhất 02 mục, mới có 01",
    ]
    complete = submit(
        "so-ket",
        *("--component", f"bao-cao={one}", "--component", f"bao-cao-thanh-tich={two}"),
        *("--field", "guong=A", "--field", "guong=B"),
    )
    assert "đủ thành phần" in complete.output


def test_what_is_missing_may_have_a_reason(tmp_path: Path) -> None:
    one, two = pdf(tmp_path / "bao-cao.pdf"), "bao-cao-thanh-tich=chờ số liệu quý I"

    half = submit("so-ket", one, "--missing", two)
    assert isinstance(half.exception, DossierWrong)
    assert "Gương: at least 2, there are 0; no reason is given" in str(half.exception)

    whole = submit("so-ket", one, "--missing", two, "--missing", "guong=chưa xét chọn")
    assert whole.output.splitlines() == [
        "Đã nhận lần 1 của Ủy ban nhân dân phường Một, còn thiếu có lý do; chờ nơi nhận xét. "
        "Giấy biên nhận 2024-000001.",
        "  thiếu: Báo cáo thành tích: chưa có tệp (chờ số liệu quý I)",
        "  thiếu: Gương: ít nhất 02 mục, mới có 00 (chưa xét chọn)",
    ]
    assert dondoc("accept", "ke-hoach", "so-ket", "p-1").exit_code == 0
    assert isinstance(submit("so-ket", one, "--missing", "guong").exception, WhichReason)


def test_a_file_that_could_be_anything_is_asked_about(tmp_path: Path) -> None:
    result = submit("so-ket", pdf(tmp_path / "x.pdf"))

    assert isinstance(result.exception, WhichComponent)
    assert str(result.exception).splitlines()[1:] == [
        "  bao-cao: Báo cáo",
        "  bao-cao-thanh-tich: Báo cáo thành tích",
    ]


def test_one_occurrence_that_is_open_is_meant(tmp_path: Path) -> None:
    paper = pdf(tmp_path / "a.pdf")

    assert submit("guong", paper).exit_code == 0
    receipt = json.loads(dondoc("receipt", "show", "2024-000001").output)
    assert json.loads(receipt["body"])["occurrence"]["key"] == "2024-07-10"

    with time_machine.travel(local(2024, 8, 1), tick=False):
        result = submit("guong", paper, unit="p-2")
        assert isinstance(result.exception, WhichOccurrence)
        assert str(result.exception).splitlines()[1:] == [
            "  2024-07-10  hạn 10/07/2024, due 10/07/2024",
            "  2024-10-10  hạn 10/10/2024, due 10/10/2024",
        ]
        assert submit("guong", paper, "--occurrence", "2024-10-10", unit="p-2").exit_code == 0


def test_exempting_says_so(tmp_path: Path) -> None:
    result = dondoc("exempt", "ke-hoach", "dang-ky", "p-1", "--reason", "mới thành lập")

    assert result.output.strip() == "Đã miễn cho p-1."
    assert isinstance(submit("dang-ky", pdf(tmp_path / "a.pdf")).exception, NotTaken)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("ke-hoac", "dang-ky", "p-1"), "There is no plan 'ke-hoac'. Did you mean 'ke-hoach'?"),
        (
            ("ke-hoach", "dang-kí", "p-1"),
            "There is no milestone 'dang-kí'. Did you mean 'dang-ky'?",
        ),
        (("ke-hoach", "dang-ky", "p1"), "There is no unit 'p1'. Did you mean 'p-1'?"),
    ],
)
def test_a_mistyped_code_names_the_nearest(codes: tuple[str, ...], said: str) -> None:
    result = dondoc("submit", *codes)

    assert isinstance(result.exception, NotFound)
    assert str(result.exception) == said


def test_files_that_cannot_be_taken_leave_no_trace(tmp_path: Path) -> None:
    bad = tmp_path / "a.pdf"
    bad.write_bytes(b"no pdf")

    assert isinstance(submit("dang-ky", bad).exception, DossierWrong)
    assert not (tmp_path / "data" / "files").exists()
    assert isinstance(submit("dang-ky", tmp_path / "none.pdf").exception, DossierWrong)
