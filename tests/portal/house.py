"""A portal with people at its doors: the cast's office, one launched plan, browsers."""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from httpx import Client, Response
from sqlalchemy import QueuePool, select
from sqlalchemy.orm import Session

from dondoc.access.accounts import account_named, make_account
from dondoc.access.links import Seat, link_token, seat_of
from dondoc.access.new_password import set_password
from dondoc.access.signing_in import enter
from dondoc.access.visits import begin_visit
from dondoc.database import Database
from dondoc.plan.source import parse_source
from dondoc.queries import plan_by_code, unit_by_code
from dondoc.settings import Settings, load
from dondoc.store import FileStore
from dondoc.tables import AccountRole, Contact, Milestone, Obligation, Occurrence, Unit
from dondoc.templates import take_templates
from dondoc.words import Language
from portal.app import create_app
from portal.context import open_portal
from portal.figures import COUNTING
from portal.work.doing import do
from portal.work.workshop import Job, Workshop
from tests.cast import local
from tests.office import HEADER, Office
from tests.papers import content
from tests.portal.server import Server
from tests.service import until

LAUNCHED = local(2024, 4, 1)
NOW = local(2024, 4, 8)
TEMPLATE = content("docx")
PATIENCE = 60.0
"""seconds; the machine may be busy"""
PASSWORD = "một câu dài dễ nhớ"
ACCOUNTS = {
    "administrator": (AccountRole.ADMINISTRATOR, None),
    "official": (AccountRole.OFFICIAL, "noi-vu"),
    "reader": (AccountRole.READER, "noi-vu"),
    "other_official": (AccountRole.OFFICIAL, "tai-chinh"),
}
UNITS = {"unit": "p-1", "other_unit": "p-2"}
"""p-2 owes the plan's milestone too; each may see its own alone"""
PLAN = (
    HEADER
    + """\
board: ubnd-quan
policies: {digest: false, announce: false}
milestones:
  - code: dang-ky
    name: Đăng ký danh hiệu thi đua
    kind: register
    due: 2024-04-15
    audience: {units: [p-1, p-2]}
    clause: {text: "chậm nhất ngày 15/4/2024", where: "Mục IV.1.a"}
    hand_in:
      components:
        - code: ban-dang-ky
          name: Bản đăng ký
          types: [pdf, docx]
          max_files: 2
          max_mb: 300
          template: Mẫu đăng ký.docx
        - {code: phu-luc, name: Phụ lục thành tích, min_files: 0, max_files: 20, max_mb: 300}
      fields:
        - {code: so-nguoi, name: Số người tham gia, type: number, min: 1, max: 5000}
        - {code: ghi-chu, name: Ghi chú, required: false}
"""
)

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def email(account: str) -> str:
    return f"{account.replace('_', '-')}@quan.example"


def furnish(database: Database) -> None:
    """Units, a launched plan with its template, accounts."""
    Office(database).launch(PLAN, at=LAUNCHED)
    with database.writing() as session:
        _take_template(session, load())
        make_accounts(session)


def make_accounts(session: Session) -> None:
    for name, (role, office) in ACCOUNTS.items():
        account = make_account(
            session,
            email=email(name),
            name=f"Bà {name.replace('_', ' ')}",
            role=role,
            office=None if office is None else unit_by_code(session, office),
            actor="test",
            now=LAUNCHED,
            language=Language.EN,
        )
        set_password(session, account, PASSWORD, actor="test", now=LAUNCHED)


def _take_template(session: Session, settings: Settings) -> None:
    folder = settings.data / "plans"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "Mẫu đăng ký.docx").write_bytes(TEMPLATE)
    plan, store = plan_by_code(session, "thi-dua"), FileStore(settings.data / "files")
    take_templates(session, store, plan, parse_source(PLAN), folder)


class AtOnce(Workshop):
    """Work on drafts is done before the page answers, in this process."""

    house: "House"

    def start(self, job: Job) -> None:
        do(self.house.portal, job)


class House:
    """`now` is what the portal's clock shows; the portal answers at `server`."""

    def __init__(
        self, database: Database, server: Server, *, bare: bool = False, **settings: Any
    ) -> None:
        """`bare`: no plan has been launched."""
        self.database = database
        self.server = server
        self.now = NOW
        self.settings = load(**settings)
        workshop = AtOnce(self.settings, database)
        workshop.house = self
        portal = open_portal(self.settings, database, clock=lambda: self.now)
        self.portal = replace(portal, workshop=workshop)
        self.app = create_app(self.portal)
        self.serve()
        if not bare:
            with database.writing() as session:  # into a store of its own
                _take_template(session, self.settings)
        self._open: list[Browser] = []

    def replace(self, **parts: Any) -> None:
        self.portal = replace(self.portal, **parts)
        self.app = create_app(self.portal)
        self.serve()

    def serve(self) -> None:
        """This house answers from now on."""
        self.server.serve(self.app)

    def close(self) -> None:
        for browser in self._open:
            browser.client.close()
        for thread in threading.enumerate():
            if thread.name == COUNTING:
                thread.join(PATIENCE)
        until(self._nobody_reads, within=PATIENCE)  # an answer is there before its session ends

    def _nobody_reads(self) -> bool:
        pool = self.database.engine.pool
        return not isinstance(pool, QueuePool) or pool.checkedout() == 0

    def browser(self, **options: Any) -> "Browser":
        browser = Browser(self, **options)
        self._open.append(browser)
        return browser

    def visitor(self, who: str) -> "Browser":
        """`stranger`, one of UNITS or of ACCOUNTS, already inside."""
        browser = self.browser()
        if who in UNITS:
            visit = begin_visit(self.portal.seal, self.seat(UNITS[who]), self.now)
            browser.client.cookies.set("dondoc-visit", visit)
        elif who != "stranger":
            browser.client.cookies.set("dondoc-office", self.entered(who))
        return browser

    def entered(self, account: str) -> str:
        return self.entered_at(email(account))

    def entered_at(self, address: str) -> str:
        """What the browser keeps of an account with this address."""
        with self.database.writing() as session:
            found = account_named(session, address)
            return enter(session, found, kind="test", origin="", now=self.now)

    def link(self, unit: str, *, day: datetime | None = None) -> str:
        written = self.portal.hours.today(day or self.now)
        return f"/l/{link_token(self.portal.seal, self.seat(unit), written)}"

    def seat(self, unit: str) -> Seat:
        """Of the unit's officer."""
        with self.database.reading() as session:
            contact = session.scalars(
                select(Contact).join(Unit).where(Unit.code == unit).order_by(Contact.id)
            ).first()
        assert contact is not None
        seat = seat_of(contact)
        assert seat is not None
        return seat

    def obligation(self, unit: str, milestone: str = "dang-ky") -> int:
        with self.database.reading() as session:
            found = session.scalar(
                select(Obligation.id)
                .join(Unit)
                .join(Occurrence)
                .join(Milestone)
                .where(Unit.code == unit, Milestone.code == milestone)
            )
        assert found is not None
        return found

    def account_id(self, name: str) -> int:
        with self.database.reading() as session:
            return account_named(session, email(name)).id

    def later(self, **time: float) -> None:
        self.now += timedelta(**time)


class Browser:
    """Keeps cookies, follows redirects, and sends each form with the token of the last page."""

    def __init__(self, house: House, *, language: str = "en", headers: Any = None) -> None:
        self.house = house
        self.client = Client(
            base_url=house.server.url,
            headers=headers,
            follow_redirects=True,
            trust_env=False,
            verify=False,  # no TLS here, and reading all certificates takes longest
            timeout=PATIENCE,
        )
        self.client.cookies.set("dondoc-language", language)
        self.token = ""

    def get(self, path: str, **options: Any) -> Response:
        return self._seen(self.client.get(path, **options))

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **options: Any) -> Response:
        if not self.token:
            self.get("/")
        values = {"form_token": self.token} | dict(fields or {})
        return self._seen(self.client.post(path, data=values, **options))

    def send(self, path: str, fields: Mapping[str, Any], files: Sequence[Any] = ()) -> Response:
        """A form with files, its token first."""
        body, headers = self.encoded(fields, files)
        return self._seen(self.client.post(path, content=body, headers=headers))

    def encoded(
        self, fields: Mapping[str, Any], files: Sequence[Any] = ()
    ) -> tuple[bytes, dict[str, str]]:
        plain: list[tuple[str, str]] = []
        for name, value in ({"form_token": self.token} | dict(fields)).items():
            plain += [(name, one) for one in (value if isinstance(value, list) else [value])]
        parts = [(name, (None, value)) for name, value in plain] + list(files)
        request = self.client.build_request("POST", "/", files=parts)
        return request.read(), {"Content-Type": request.headers["Content-Type"]}

    def open_link(self, unit: str) -> Response:
        return self.get(self.house.link(unit))

    def sign_in(self, account: str, password: str = PASSWORD) -> Response:
        self.get("/sign-in")
        return self.post("/sign-in", {"email": email(account), "password": password})

    def _seen(self, response: Response) -> Response:
        if response.headers.get("content-type", "").startswith("text/html"):
            found = _TOKEN.search(response.text)
            self.token = self.token if found is None else found[1]
        return response
