"""A form's one large file."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from secrets import token_hex

from fastapi import Request
from starlette.datastructures import UploadFile

from dondoc.drafts import base_name
from dondoc.errors import DondocError
from portal.context import Portal
from portal.forms import form_file

LONGEST_SHOWN = 120


class FileMissing(DondocError):
    """Choose a file first."""

    vi = "Hãy chọn một tệp trước."


@asynccontextmanager
async def chosen_file(request: Request) -> AsyncIterator[UploadFile]:
    """While it is open. Raises FileMissing, FormForeign."""
    async with form_file(request) as file:
        if file is None:
            raise FileMissing
        yield file


def shown_name(file: UploadFile) -> str:
    """Of whatever a browser calls it: one short line."""
    name = "".join(letter for letter in base_name(file.filename or "") if letter.isprintable())
    return name[-LONGEST_SHOWN:] or "file"


def kept(file: UploadFile, portal: Portal) -> str:
    """The key under which it lies in the folder of uploads, until somebody takes it or thirty days
    are over. What came is on disk already, not in memory."""
    key = token_hex(16)
    with portal.uploads.appending(key) as target:
        shutil.copyfileobj(file.file, target, 1 << 20)
    return key
