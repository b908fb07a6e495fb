"""What somebody uploaded goes back as a file to keep, never as a page of ours: its own type is not
believed, and browsers are told not to guess."""

import unicodedata
from pathlib import Path
from urllib.parse import quote

from fastapi.responses import FileResponse, Response

from dondoc.store import FileStore, NotStored

TYPE = "application/octet-stream"
ALONE = "default-src 'none'; sandbox; frame-ancestors 'none'"


def stored_file(store: FileStore, sha256: str, name: str) -> Response:
    """Raises NotStored."""
    path = store.path(sha256)
    if not path.is_file():
        raise NotStored(sha256=sha256)
    return attachment(path, name)


def attachment(path: Path, name: str) -> Response:
    return FileResponse(path, media_type=TYPE, headers=_headers(name))


def text_file(text: str, name: str) -> Response:
    return Response(text.encode("utf-8"), media_type=TYPE, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": disposition(name), "Content-Security-Policy": ALONE}


def disposition(name: str) -> str:
    """RFC 6266: a plain name for old programs beside the real one; no name breaks the line."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.replace("đ", "d").replace("Đ", "D"))
        if letter.isascii() and (letter.isalnum() or letter in "._- ")
    ).strip()
    real = quote(name.encode("utf-8", "replace"), safe="")
    return f"attachment; filename=\"{plain or 'file'}\"; filename*=UTF-8''{real}"
