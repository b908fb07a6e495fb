"""What cannot be read is refused in one sentence, within bounded time and memory."""

import zipfile
from pathlib import Path

import pytest

from documents.reading.errors import DocumentWrong, TooManyDates
from documents.reading.opening import open_document
from documents.reading.reader import read
from dondoc.words import Language
from tests.documents.reading import papers

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def refusal(path: Path) -> str:
    with pytest.raises(DocumentWrong) as caught:
        read(open_document(path))
    said = caught.value.text(Language.VI)
    assert said.startswith(f"{path.name}: ")
    assert "\n" not in said
    return said


def packed(path: Path, document: str, **more: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", document)
        for name, text in more.items():
            archive.writestr(name, text)
    return path


def test_missing_file(tmp_path: Path) -> None:
    assert "không có tệp này" in refusal(tmp_path / "none.docx")


def test_folder(tmp_path: Path) -> None:
    assert "không phải là tệp" in refusal(tmp_path)


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.docx", "a.png"])
def test_empty_file(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.touch()

    assert "tệp rỗng" in refusal(path)


def test_blank_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(" \n\t\n")

    assert "không có chữ nào" in refusal(path)


def test_file_of_200_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.truncate(200_000_000)

    assert "lớn hơn 100 MB" in refusal(path)


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n%junk", b"%PDF-1.4\n1 0 obj\n<< >>\nendobj\ntrailer\n<<>>\n%%EOF"]
)
def test_corrupt_pdf(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)

    assert "PDF hỏng" in refusal(path)


def test_locked_pdf(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(LOCKED)

    assert "mật khẩu" in refusal(path)


def test_corrupt_word_file(tmp_path: Path) -> None:
    path = papers.word(tmp_path / "a.docx")
    path.write_bytes(path.read_bytes()[:3000])

    assert "Word hỏng" in refusal(path)


def test_zip_bomb(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.docx", "<w:document/>" + " " * 400_000_000)

    assert path.stat().st_size < 1_000_000
    assert "bung ra" in refusal(path)


def test_nested_tables(tmp_path: Path) -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 10_000 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 10_000
    path = packed(tmp_path / "a.docx", f"<w:document {W}><w:body>{deep}</w:body></w:document>")

    assert "lồng nhau" in refusal(path)


def test_external_entity(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("trước ngày 15/11/2024")
    document = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:document {W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'

    assert "bị cấm" in refusal(packed(tmp_path / "a.docx", document))


def test_billion_laughs_in_numbering(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><w:numbering>&b;</w:numbering>'
    path = packed(tmp_path / "a.docx", f"<w:document {W}/>", **{"word/numbering.xml": laughs})

    assert "bị cấm" in refusal(path)


def test_spreadsheet_is_no_document(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")

    assert "không phải tài liệu Word" in refusal(path)


def test_old_word_file(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600))

    assert "lưu thành .docx" in refusal(path)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", b"Ke hoach"), ("a.txt", b"%PDF-1.4"), ("a.docx", b"\x89PNG\r\n\x1a\n")],
)
def test_extension_that_lies(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)

    assert "đuôi tệp" in refusal(path)


def test_program_is_no_document(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\x7fELF\x02\x01\x00\x00" * 100)

    assert "không phải văn bản" in refusal(path)


def test_picture_larger_than_any_page(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
        + (60_000).to_bytes(4, "big") * 2
        + b"\x08\x00\x00\x00\x00"
    )

    assert "quá lớn" in refusal(path)


def test_scan_without_tesseract_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x00\x00\x00\x00"
    )
    monkeypatch.setenv("PATH", str(tmp_path))

    assert "tesseract-ocr-vie" in refusal(path)


def test_line_of_half_a_megabyte_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        "Các đơn vị, " * 40_000 + "gửi báo cáo trước ngày 15/11/2024.\n", encoding="utf-8"
    )

    assert [one.due for one in read(open_document(path)).milestones] == ["2024-11-15"]


def test_text_longer_than_any_plan(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Các đơn vị thi đua.\n" * 250_000, encoding="utf-8")

    assert "dài hơn 4 triệu chữ cái" in refusal(path)


def test_list_of_dates_is_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("- ngày 15/11/2024\n" * 10_500, encoding="utf-8")

    with pytest.raises(TooManyDates) as caught:
        read(open_document(path))

    assert caught.value.text(Language.EN) == "The text names more than 10000 dates and is no plan."


# A one-page PDF encrypted with the password "mat-khau" (RC4, 40 bits).
LOCKED = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n"
    b"3 0 obj\n<< /Filter /Standard /V 1 /R 2 /O <"
    + b"41" * 32
    + b"> /U <"
    + b"42" * 32
    + b"> /P -4 >>\nendobj\n"
    b"trailer\n<< /Root 1 0 R /Encrypt 3 0 R /ID [<00><00>] /Size 4 >>\n%%EOF\n"
)
