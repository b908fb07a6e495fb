"""Every address of the portal that can be looked at, and by whom. A route that is not here is named
by `forgotten`, and a test fails."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from portal.app import ROUTERS


class Who(StrEnum):
    ANYBODY = "anybody"
    UNIT = "unit"
    OFFICIAL = "official"
    ADMINISTRATOR = "administrator"


class Looks(NamedTuple):
    """`queries` are asked one by one. `download`: a file, which may take longer and weigh more
    than a page."""

    who: Who
    route: str
    queries: tuple[str, ...] = ("",)
    download: bool = False

    def addresses(self) -> Iterator[str]:
        return (f"{self.route}?{query}" if query else self.route for query in self.queries)


ANYBODY, UNIT, OFFICIAL, ADMINISTRATOR = Who
OWED = "/unit/obligations/{obligation}"
PLAN = "/office/plans/{plan}"
DRAFT = "/office/drafts/{draft}"

EVERY = (
    Looks(OFFICIAL, "/office"),
    Looks(
        OFFICIAL,
        PLAN,
        (
            "",
            "q=truong",
            "group={group}&number=3",
            "by=group&number=9",
            "by=tree&number=9",
        ),
    ),
    Looks(OFFICIAL, "/office/obligations/{obligation}"),
    Looks(OFFICIAL, PLAN + "/why", ("unit={unit_code}", "unit=-")),
    Looks(OFFICIAL, PLAN + "/runs", ("milestone={milestone}",)),
    Looks(OFFICIAL, "/office/prefect"),
    Looks(OFFICIAL, "/office/unit-choices", ("form=place&name=unit&unit-find=p",)),
    Looks(OFFICIAL, "/office/escalations", ("", "level=2&number=2")),
    Looks(OFFICIAL, PLAN + "/press/{pressing}", ("unit={unit_code}",)),
    Looks(OFFICIAL, PLAN + "/milestones/{milestone}/skip", ("step=T-7",)),
    Looks(
        OFFICIAL,
        "/office/outbox",
        ("", "q={unit_code}", "q=truong", "state=failed", "day={sent_on}", "before=1000"),
    ),
    Looks(OFFICIAL, "/office/letters/{letter}"),
    Looks(OFFICIAL, "/office/letters/{letter}/html"),
    Looks(OFFICIAL, "/office/outbox/ahead", ("", "q={unit_code}", "days=365&number=2")),
    Looks(OFFICIAL, "/office/notices/{notice}"),
    Looks(OFFICIAL, "/office/holds"),
    Looks(OFFICIAL, "/office/replies/{reply}"),
    Looks(
        OFFICIAL,
        "/office/units",
        ("", "below={parent}", "q=truong", "kind={kind}&number=4", "group={group}&number=2"),
    ),
    Looks(OFFICIAL, "/office/units/{unit}"),
    Looks(OFFICIAL, "/office/groups"),
    Looks(OFFICIAL, "/office/unit-changes"),
    Looks(OFFICIAL, "/office/units-import"),
    Looks(OFFICIAL, "/office/drafts"),
    Looks(OFFICIAL, DRAFT),
    Looks(OFFICIAL, DRAFT + "/header"),
    Looks(OFFICIAL, DRAFT + "/milestones/{number}"),
    Looks(OFFICIAL, DRAFT + "/new"),
    Looks(OFFICIAL, DRAFT + "/undated/{number}"),
    Looks(OFFICIAL, DRAFT + "/text"),
    Looks(OFFICIAL, DRAFT + "/rehearsal"),
    Looks(OFFICIAL, DRAFT + "/rehearsal/{day}", ("", "number=150")),
    Looks(OFFICIAL, DRAFT + "/rehearsal/{day}/{number}"),
    Looks(OFFICIAL, "/office/own-account"),
    Looks(OFFICIAL, "/office/own-account/second-factor"),
    Looks(OFFICIAL, "/office/own-account/second-factor/key.svg"),
    Looks(ADMINISTRATOR, "/office/accounts"),
    Looks(ADMINISTRATOR, "/office"),
    Looks(ADMINISTRATOR, "/office/outbox", ("", "q={unit_code}")),
    Looks(UNIT, "/unit"),
    Looks(UNIT, OWED, ("", "check=true")),
    Looks(UNIT, OWED + "/components/{code}"),
    Looks(UNIT, OWED + "/uploads/{key}"),
    Looks(UNIT, OWED + "/versions/{version}"),
    Looks(UNIT, "/unit/contacts"),
    Looks(UNIT, "/unit/replies/{reply}"),
    Looks(ANYBODY, "/"),
    Looks(ANYBODY, "/robots.txt"),
    Looks(ANYBODY, "/link"),
    Looks(ANYBODY, "/l/{link}"),
    Looks(ANYBODY, "/sign-in"),
    Looks(ANYBODY, "/sign-in/{sign_in}"),
    Looks(ANYBODY, "/sign-in/code"),
    Looks(ANYBODY, "/receipts"),
    Looks(ANYBODY, "/metrics"),
    Looks(OFFICIAL, PLAN + "/report.xlsx", download=True),
    Looks(OFFICIAL, PLAN + "/status.csv", download=True),
    Looks(OFFICIAL, PLAN + "/milestones/{milestone}/submissions.zip", download=True),
    Looks(OFFICIAL, "/office/units-export", download=True),
    Looks(OFFICIAL, "/office/units-template", download=True),
    Looks(OFFICIAL, DRAFT + "/file", download=True),
    Looks(
        OFFICIAL, "/office/obligations/{obligation}/versions/{version}/files/{file}", download=True
    ),
    Looks(OFFICIAL, "/office/replies/{reply}/files/{reply_file}", download=True),
    Looks(UNIT, OWED + "/versions/{version}/files/{file}", download=True),
    Looks(UNIT, OWED + "/versions/{version}/receipt", download=True),
    Looks(UNIT, OWED + "/templates/{code}", download=True),
    Looks(UNIT, OWED + "/draft/{key}", download=True),
)


def forgotten() -> list[str]:
    """Routes that nobody looks at; those that stand here and are no more."""
    there = {_said(route.path) for route in routes() if "GET" in (route.methods or ())}
    return sorted(there ^ {_said(one.route) for one in EVERY})


def _said(path: str) -> str:
    """By its shape: what stands for a part has other names here."""
    return "/".join("{}" if "{" in part else part for part in path.split("/"))


def routes() -> Iterator[APIRoute]:
    """Every one of the portal."""
    for router in ROUTERS:
        yield from _flat(router.routes)


def _flat(found: list[BaseRoute]) -> Iterator[APIRoute]:
    for route in found:
        if isinstance(route, APIRoute):
            yield route
        else:
            inner: APIRouter = vars(route)["original_router"]
            yield from _flat(inner.routes)
