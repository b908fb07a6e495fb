from datetime import UTC, date, datetime

import pytest

from dondoc.settings import load
from dondoc.words import Language
from notifications.content import Content
from notifications.examples import example
from notifications.links import linker
from tests.written import claimed

AT = datetime(2024, 5, 16, tzinfo=UTC)
LETTER = claimed(AT, address="hoa@quan.example", contact_id=7)
SMTP = {"mail": "smtp", "smtp_host": "mail.example"}


def reminder() -> Content:
    return example("reminder", Language.VI).but({"epoch": 0})


def test_a_letter_that_leaves_names_the_public_address_alone() -> None:
    assert linker(load(**SMTP)).link(LETTER, reminder()) == ""
    public = linker(load(**SMTP, portal_url="https://nop.example.gov.vn/"))
    assert public.link(LETTER, reminder()).startswith("https://nop.example.gov.vn/l/7-739022-")


def test_without_a_portal_no_letter_has_a_link() -> None:
    assert linker(load(portal=False)).link(LETTER, reminder()) == ""


@pytest.mark.parametrize("name", ["review", "digest"])
def test_what_the_office_gets_leads_to_its_own_pages(name: str) -> None:
    content = example(name, Language.VI).but({"epoch": 0})
    assert linker(load()).link(LETTER, content) == "http://127.0.0.1:8080/office"


def test_two_seats_two_days_two_epochs_have_their_own_links() -> None:
    made = linker(load())
    links = {
        made.link(LETTER, reminder()),
        made.link(LETTER._replace(contact_id=8), reminder()),
        made.link(LETTER._replace(address="binh@quan.example"), reminder()),
        made.link(LETTER, reminder().but({"epoch": 1})),
        made.link(LETTER, reminder().but({"today": date(2024, 5, 17)})),
    }
    assert len(links) == 5
    assert made.link(LETTER, reminder()) in links
