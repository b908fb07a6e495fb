"""What somebody uploaded goes back as a file to keep, never as a page of ours: its own type is not
believed, and browsers are told not to guess."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import quote

from fastapi.responses import FileResponse, Response, StreamingResponse
from starlette.background import BackgroundTask

from dondoc.filenames import plain
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


def written(folder: Path, name: str, write: Callable[[Path], None]) -> Response:
    """A file that is written for this answer and gone after it; nothing is sent before it is
    whole."""
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, suffix=Path(name).suffix, delete=False) as file:
        path = Path(file.name)
    with ExitStack() as undo:
        undo.callback(path.unlink, missing_ok=True)
        write(path)
        undo.pop_all()
    gone = BackgroundTask(path.unlink, missing_ok=True)
    return FileResponse(path, media_type=TYPE, headers=_headers(name), background=gone)


def streamed(pieces: Iterator[bytes], name: str) -> Response:
    """Sent while it is made; memory does not grow with it."""
    return StreamingResponse(pieces, media_type=TYPE, headers=_headers(name))


def text_file(text: str, name: str) -> Response:
    return Response(text.encode("utf-8"), media_type=TYPE, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": disposition(name), "Content-Security-Policy": ALONE}


def disposition(name: str) -> str:
    """RFC 6266: a plain name for old programs beside the real one; no name breaks the line."""
    real = quote(name.encode("utf-8", "replace"), safe="")
    return f"attachment; filename=\"{plain(name)}\"; filename*=UTF-8''{real}"
