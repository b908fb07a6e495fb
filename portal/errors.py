"""Every failure ends in a page: what happened, and what to do, in the visitor's language."""

import logging
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from dondoc.access.links import LinkExpired, LinkWrong
from dondoc.database import is_full
from dondoc.errors import DondocError
from dondoc.store import NO_SPACE, StoreFull
from dondoc.words import Language, Words
from portal.back import own_path
from portal.headers import HEADERS
from portal.language import language_of
from portal.rendering import page
from portal.statuses import status_of
from portal.sureness import SureNeeded, ask_again
from portal.visitors import SECOND_FACTOR, FactorNeeded, LinkNeeded, SignInNeeded

log = logging.getLogger(__name__)

HEADINGS = {
    403: Words("Không mở được trang này", "This page is not open to you"),
    404: Words("Không tìm thấy trang", "Page not found"),
    409: Words("Đã có thay đổi khác trước đó", "Something else was changed first"),
    413: Words("Nội dung gửi lên quá lớn", "Too much was sent"),
    429: Words("Thử quá nhiều lần", "Tried too often"),
    500: Words("Máy chủ có lỗi", "Something failed at the server"),
}
LINK = Words("Hãy mở lại liên kết trong thư", "Open the link in your letter again")
NOT_DONE = Words("Không thực hiện được", "This could not be done")

SAID = {
    404: Words(
        "Không có trang này. Địa chỉ có thể đã bị chép thiếu.",
        "There is no such page. Part of the address may be missing.",
    ),
    405: Words("Trang này không dùng được như vậy.", "This page cannot be used like that."),
    408: Words(
        "Đường truyền quá chậm nên máy chủ ngừng chờ. Hãy thử lại.",
        "The line was so slow that the server stopped waiting. Please try again.",
    ),
    413: Words(
        "Nội dung gửi lên quá lớn, máy chủ không nhận. Chưa có gì được lưu.",
        "What was sent is too large and was not taken. Nothing was saved.",
    ),
    507: Words(
        "Máy chủ hết chỗ lưu; chưa có gì bị mất. Hãy báo cơ quan thường trực.",
        "The server is out of space; nothing is lost. Please tell the standing office.",
    ),
}
OTHER = Words(
    "Máy chủ không hiểu yêu cầu này. Hãy quay lại và thử lại.",
    "The server does not understand this request. Go back and try again.",
)
BROKEN = Words(
    "Có lỗi ở máy chủ. Chưa có gì bị mất; hãy thử lại sau ít phút. Nếu vẫn lỗi, hãy báo cơ quan "
    "thường trực kèm số {number}.",
    "Something failed at the server. Nothing is lost; try again in some minutes. If it goes on, "
    "tell the standing office the number {number}.",
)


def install(app: FastAPI) -> None:
    @app.exception_handler(DondocError)
    def ours(request: Request, error: DondocError) -> Response:
        if isinstance(error, SignInNeeded):
            return _to_sign_in(request)
        if isinstance(error, FactorNeeded):
            return _elsewhere(request, SECOND_FACTOR)
        if isinstance(error, SureNeeded):
            return ask_again(request, error)
        words = Words(error.text(Language.VI), error.text(Language.EN))
        if isinstance(error, StoreFull):
            words = SAID[507]  # whose disk it is, and what to do
        new_link = isinstance(error, LinkNeeded | LinkWrong | LinkExpired)
        return _page(request, status_of(error), words, new_link=new_link)

    @app.exception_handler(RequestValidationError)
    def misread(request: Request, _error: RequestValidationError) -> Response:
        return _page(request, 404, SAID[404])

    @app.exception_handler(HTTPException)
    def answered(request: Request, error: HTTPException) -> Response:
        bare = request.url.path.rstrip("/")
        if error.status_code == 404 and request.method == "GET" and _is_ours(request, bare):
            return RedirectResponse(bare, status_code=307)
        return _page(request, error.status_code, SAID.get(error.status_code, OTHER))

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> Response:
        """Starlette raises it again afterwards, so that the log has the trace."""
        number = getattr(request.state, "number", "-")
        log.error("#%s %s", number, type(error).__name__, extra={"action": "request_failed"})
        full = is_full(error) or (isinstance(error, OSError) and error.errno in NO_SPACE)
        words = SAID[507] if full else Words(*(part.format(number=number) for part in BROKEN))
        response = _page(request, 507 if full else 500, words)
        response.headers.update(HEADERS)
        response.headers["Connection"] = "close"  # the server hangs up then
        return response


def _is_ours(request: Request, bare: str) -> bool:
    """Whether only a stroke too much stands at the end of what was asked for."""
    return bare != request.url.path and own_path(bare, otherwise="") == bare != ""


def _page(request: Request, status: int, words: Words, *, new_link: bool = False) -> Response:
    if "application/json" in request.headers.get("accept", ""):
        said = words.text(language_of(request))
        return JSONResponse({"said": said}, status_code=status)
    way, way_said = (None, None) if new_link else _way_on(request)
    return page(
        request,
        "error.html",
        status,
        heading=LINK if new_link else _heading(request, status),
        words=words,
        status=status,
        new_link=new_link,
        way=way,
        way_said=way_said,
    )


def _heading(request: Request, status: int) -> Words:
    """What was sent and not taken says itself why; only a page can be missing or closed."""
    if status in (403, 404) and request.method != "GET":
        return NOT_DONE
    return HEADINGS.get(status, NOT_DONE)


def _way_on(request: Request) -> tuple[str, Words]:
    """Where whoever ran into it goes on: her own pages, or the front page."""
    if request.url.path.startswith("/office"):
        return "/office", Words("Về trang Hôm nay", "Go to Today")
    if request.url.path.startswith("/unit"):
        return "/unit", Words("Về danh sách việc của đơn vị", "Go to your unit's list")
    return "/", Words("Về trang đầu", "Go to the front page")


def _to_sign_in(request: Request) -> Response:
    """Back to the page that was asked for afterwards, where it was only to be shown."""
    back = request.url.path if request.method == "GET" else "/office"
    return _elsewhere(request, f"/sign-in?next={quote(back)}")


def _elsewhere(request: Request, address: str) -> Response:
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)
