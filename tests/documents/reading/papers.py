"""One paper in every format a test needs; made anew, nothing stored."""

import shutil
import subprocess
import zlib
from pathlib import Path

import docx
import pypdfium2
import pytest

HEAD_LEFT = "ỦY BAN NHÂN DÂN\nHUYỆN TÂN HÒA\nSố: 45/KH-UBND"
HEAD_RIGHT = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\nTân Hòa, ngày 12 tháng 02 năm 2024"
BODY = (
    "KẾ HOẠCH",
    "Phát động phong trào thi đua yêu nước năm 2024",
    "Căn cứ Quyết định số 15/QĐ-UBND ngày 05/01/2024 của Ủy ban nhân dân tỉnh;",
    "Các cơ quan, đơn vị đăng ký danh hiệu thi đua, gửi về Phòng Nội vụ huyện trước ngày 28/02/2024.",
    "Các cơ quan, đơn vị gửi báo cáo sơ kết về Phòng Nội vụ huyện chậm nhất là ngày 10/6/2024.",
)
ROWS = (
    ("STT", "Nội dung công việc", "Thời gian", "Đơn vị thực hiện"),
    ("1", "Báo cáo tổng kết năm 2024", "Trước ngày 15/11/2024", "Các xã, thị trấn"),
)
DUES = ["2024-02-28", "2024-06-10", "2024-11-15"]


def word(path: Path, *, year: int = 2024) -> Path:
    """The paper as it would be of another year."""

    def of_the_year(text: str) -> str:
        return text.replace("2024", str(year))

    document = docx.Document()
    head = document.add_table(rows=1, cols=2)
    head.cell(0, 0).text, head.cell(0, 1).text = HEAD_LEFT, of_the_year(HEAD_RIGHT)
    for text in BODY[:3]:
        document.add_paragraph(of_the_year(text))
    for text in BODY[3:]:
        document.add_paragraph(of_the_year(text), style="List Number")
    table = document.add_table(rows=len(ROWS), cols=len(ROWS[0]))
    for row, cells in zip(table.rows, ROWS, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = of_the_year(text)
    document.save(str(path))
    return path


def html() -> str:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    left, right = (text.replace("\n", "<br>") for text in (HEAD_LEFT, HEAD_RIGHT))
    body = "".join(f"<p>{text}</p>" for text in BODY)
    style = "<style>body{font:17pt sans-serif} td{border:1px solid} .h td{border:0}</style>"
    return (
        f"<!doctype html><html lang=vi><head><meta charset=utf-8>{style}</head><body>"
        f"<script>var han = 'trước ngày 01/01/2024';</script><p>{left}</p><p>{right}</p>{body}<table>{rows}</table></body></html>"
    )


def plain() -> str:
    rows = "\n".join(" | ".join(row) for row in ROWS)
    return "\n\n".join((HEAD_LEFT, HEAD_RIGHT, *BODY, rows)) + "\n"


def pdf(path: Path) -> Path:
    return printed(path, html())


def printed(path: Path, page_text: str) -> Path:
    """By a browser, as offices do."""
    browser = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if browser is None:
        pytest.skip("no browser to print a PDF with")
    page = path.with_suffix(".html")
    page.write_text(page_text, encoding="utf-8")
    subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
         f"--user-data-dir={path.parent / 'profile'}", f"--print-to-pdf={path}", page.as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return path


def scan(printed: Path, path: Path) -> Path:
    """The first page as a picture in a PDF that has no text."""
    width, height, grey = picture(printed)
    packed = zlib.compress(grey)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
        b"<< /Length 30 >>\nstream\nq 595 0 0 842 0 0 cm /I Do Q  \nendstream",
        b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (width, height, len(packed), packed),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % place for place in places
    )
    path.write_bytes(out + b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start)
    return path


def image(printed: Path, path: Path) -> Path:
    """The first page as a PNG."""
    width, height, grey = picture(printed)
    rows = b"".join(b"\x00" + grey[y * width : (y + 1) * width] for y in range(height))

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
        )

    size = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return path


def picture(printed: Path) -> tuple[int, int, bytes]:
    document = pypdfium2.PdfDocument(printed)
    page = document[0]
    bitmap = page.render(scale=4, grayscale=True)
    data, stride, width, height = bytes(bitmap.buffer), bitmap.stride, bitmap.width, bitmap.height
    bitmap.close()
    page.close()
    document.close()
    return width, height, b"".join(data[y * stride : y * stride + width] for y in range(height))
