"""What an official sees first: what waits for her, and her plans."""

from fastapi import APIRouter, Request, Response

from dondoc.access.scope import plans_of
from dondoc.desk import SHOWN, desk
from dondoc.verdicts import WORDS
from portal.rendering import page
from portal.visitors import Context, Reader

router = APIRouter()


@router.get("/office")
def today(request: Request, account: Reader, portal: Context) -> Response:
    now = portal.now()
    with portal.database.reading() as session:
        facts = {
            "plans": plans_of(session, account),
            "words": WORDS,
            "desk": desk(session, account, now=now, today=portal.hours.today(now)),
            "shown": SHOWN,
            "day": portal.hours.today(now),
        }
        return page(request, "office/today.html", **facts)
