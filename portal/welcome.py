"""What the front page of a demonstration offers to click."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Welcome:
    """`links` are unit names with the path of their link; the account may do everything."""

    plan: str
    links: tuple[tuple[str, str], ...]
    email: str
    password: str


def save_welcome(welcome: Welcome, file: Path) -> None:
    file.write_text(json.dumps(asdict(welcome), ensure_ascii=False), encoding="utf-8")


def read_welcome(file: Path) -> Welcome:
    found = json.loads(file.read_text(encoding="utf-8"))
    return Welcome(**found | {"links": tuple(tuple(link) for link in found["links"])})
