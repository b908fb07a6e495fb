"""What an official sees first: what waits for her, and her plans."""

from fastapi import APIRouter, Request, Response

from dondoc.access.scope import may_decide, own, plans_of
from dondoc.desk import desk
from dondoc.replies import CAUSES
from dondoc.verdicts import WORDS
from dondoc.words import Words
from portal.rendering import page
from portal.visitors import Context, Reader
from schedules.reviewing import review_days, reviews

DONE = {
    "accept": Words("Đã nhận bài.", "Accepted."),
    "grant": Words("Đã gia hạn; đơn vị sẽ được báo.", "Granted; the unit will be told."),
}

router = APIRouter()


@router.get("/office")
def today(request: Request, account: Reader, portal: Context, done: str = "") -> Response:
    now = portal.now()
    with portal.database.reading() as session:
        waits = desk(session, account, now=now, today=portal.hours.today(now))
        ids = [one.id for one in waits.review.lines]
        facts = {
            "plans": plans_of(session, account),
            "words": WORDS,
            "desk": waits,
            "causes": CAUSES,
            "done": DONE.get(done),
            "decides": may_decide(account),
            "review_days": review_days(session, ids, hours=portal.hours),
            "reviews": reviews(session, own(account), hours=portal.hours, now=now),
            "day": portal.hours.today(now),
        }
        return page(request, "office/today.html", **facts)
