from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from dondoc.words import Language
from portal import cookies
from portal.back import own_path
from portal.forms import Form

router = APIRouter()
YEAR = 365 * 86_400


@router.post("/language")
def language(request: Request, form: Form) -> Response:
    response = RedirectResponse(own_path(form.text("back")), status_code=303)
    chosen = form.text("language")
    if chosen in list(Language):
        cookies.keep(request, response, cookies.LANGUAGE, chosen, seconds=YEAR)
    return response
