from fastapi import APIRouter, Request, Response

from portal.rendering import page
from portal.visitors import Context

router = APIRouter()


@router.get("/")
def home(request: Request, portal: Context) -> Response:
    return page(request, "front/home.html", welcome=portal.welcome)


@router.get("/robots.txt")
def robots() -> Response:
    return Response("User-agent: *\nDisallow: /\n", media_type="text/plain")
