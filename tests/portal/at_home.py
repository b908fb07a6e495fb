"""A portal at whose office answers to letters come in."""

from collections.abc import Iterator

from tests.notifications.replies.office import CAME, Answered
from tests.papers import content
from tests.portal.house import House, make_accounts
from tests.portal.server import Server

PDF = content("pdf")
REPORT = ("Bản đăng ký.pdf", PDF)


def at_home(answered: Answered, server: Server) -> Iterator[House]:
    with answered.database.writing() as session:
        make_accounts(session)
    house = House(answered.database, server, bare=True)
    house.now = CAME
    yield house
    house.close()
