"""Which of our errors ends in which HTTP status."""

from dondoc.access.accounts import AccountThere
from dondoc.access.attempts import TooMany
from dondoc.access.links import LinkExpired, LinkWrong
from dondoc.access.scope import NotAllowed, NotHere, NotYourOffice
from dondoc.access.signing_in import SignInLinkWrong
from dondoc.drafts import DraftChanged
from dondoc.errors import DondocError, NotFound
from dondoc.plan_drafts import PlanDraftBusy, PlanDraftChanged, PlanDraftOver
from dondoc.replies import AnswerSettled
from dondoc.store import StoreFull
from dondoc.uploads import UploadElsewhere
from portal.forms import FormForeign
from portal.visitors import ForAdministrators, LinkNeeded

STATUS: dict[type[DondocError], int] = {
    AccountThere: 409,
    AnswerSettled: 409,
    DraftChanged: 409,
    PlanDraftBusy: 409,
    PlanDraftChanged: 409,
    PlanDraftOver: 409,
    UploadElsewhere: 409,
    FormForeign: 403,
    ForAdministrators: 403,
    LinkExpired: 410,
    LinkNeeded: 403,
    LinkWrong: 404,
    NotAllowed: 403,
    NotFound: 404,
    NotYourOffice: 403,
    NotHere: 404,
    SignInLinkWrong: 404,
    StoreFull: 507,
    TooMany: 429,
}
"""Every other error of ours is a 400: something that was sent cannot be taken."""


def status_of(error: DondocError) -> int:
    return STATUS.get(type(error), 400)
