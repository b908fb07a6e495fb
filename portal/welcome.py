"""What the front page of a demonstration offers to click."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A unit, the path of its link, and how many things of each kind are seen there."""

    unit: str
    path: str
    overdue: int
    returned: int
    ahead: int
    handed: int


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """The account may do everything."""

    plan: str
    offers: tuple[Offer, ...]
    email: str
    password: str


def save_welcome(welcome: Welcome, file: Path) -> None:
    file.write_text(json.dumps(asdict(welcome), ensure_ascii=False), encoding="utf-8")


def read_welcome(file: Path) -> Welcome:
    found = json.loads(file.read_text(encoding="utf-8"))
    return Welcome(**found | {"offers": tuple(Offer(**offer) for offer in found["offers"])})
