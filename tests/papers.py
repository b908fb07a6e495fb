"""Small real files of the kinds units hand in."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from docx import Document
from openpyxl import Workbook

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20 + b"IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 20 + b"\xff\xd9"


def pdf(path: Path) -> Path:
    path.write_bytes(PDF)
    return path


def content(ending: str) -> bytes:
    file = BytesIO()
    match ending:
        case "pdf":
            return PDF
        case "png":
            return PNG
        case "jpg":
            return JPG
        case "docx":
            Document().save(file)
        case "xlsx":
            Workbook().save(file)
        case "zip":
            with ZipFile(file, "w") as archive:
                archive.writestr("a.txt", "a" * 1000)
        case _:
            raise ValueError(ending)
    return file.getvalue()
