"""Letters that somebody waits for: they overtake reminders and do not wait for office hours."""

from dataclasses import dataclass
from datetime import date, datetime

from dondoc.tables import Contact, Letter
from dondoc.words import Language


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Whom a letter greets, and where it goes; `contact_id` where that is a unit's seat."""

    address: str
    language: Language
    name: str
    unit_name: str
    contact_id: int | None = None


def seated(contact: Contact, address: str, unit_name: str) -> Addressee:
    return Addressee(
        address=address,
        language=contact.language,
        name=contact.name,
        unit_name=unit_name,
        contact_id=contact.id,
    )


def urgent_letter(
    name: str,
    key: str,
    to: Addressee,
    *,
    message_id: str,
    day: date,
    now: datetime,
    **facts: object,
) -> Letter:
    """`day` is the office's date; `facts` are what this kind of letter says besides."""
    return Letter(
        key=key,
        day=day,
        name=name,
        address=to.address,
        contact_id=to.contact_id,
        language=to.language,
        urgent=True,
        message_id=message_id,
        created_at=now,
        retry_at=now,
        payload={
            "name": name,
            "language": to.language.value,
            "today": day.isoformat(),
            "reader": to.name,
            "unit_name": to.unit_name,
            **facts,
        },
    )
