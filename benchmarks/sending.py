"""`python -m benchmarks.sending ORDER`: the service's own beat over a prepared database, timed.

Two stretches, timed apart: planned notices become letters in the outbox; those are claimed, judged
again, composed, written, sent over SMTP and marked. Or both at once, as a beat does it.
"""

import cProfile
import json
import pstats
import sys
from contextlib import nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import monotonic
from typing import Any

from benchmarks.processes import cpu_of_server
from dondoc.database import open_database
from dondoc.settings import Mail, Security, Settings
from notifications.beat import beat, send_waiting
from notifications.content import Content
from notifications.litter import looked_for_seldom
from notifications.opening import open_post
from notifications.parcel import Claimed
from notifications.stencil import Packet
from notifications.sweep import sweep
from notifications.writing import Write
from schedules.overrides import open_hours


@dataclass(frozen=True, kw_only=True)
class Order:
    data: str
    url: str
    port: int
    now: str
    connections: int = 20
    senders: int = 0
    beat: bool = False
    """all at once, as the service does it: letters leave while others are still made"""
    profile: bool = False
    weigh: bool = False
    """ask how long the messages are; with one sender"""


@dataclass(frozen=True, kw_only=True)
class Run:
    """Seconds from the outbox on, of a beat from the notices on; `cpu` of the sender's own
    processes, `server` of a database server on this machine, where it has one; `swept`, `swept_cpu`
    and `swept_server` until the outbox was full; `megabytes` at their most, what they share counted
    once."""

    letters: int
    wall: float
    cpu: float
    swept: float = 0.0
    swept_cpu: float = 0.0
    server: float = 0.0
    swept_server: float = 0.0
    megabytes: int = 0
    size: int = 0
    areas: tuple[tuple[str, float], ...] = ()


def settings(order: Order) -> Settings:
    facts: dict[str, Any] = {
        "data": order.data,
        "database_url": order.url,
        "mail": Mail.SMTP,
        "mail_from": "thidua@thanhpho.example",
        "smtp_port": order.port,
        "smtp_security": Security.NONE,
        "smtp_connections": order.connections,
        "senders": order.senders,
    }
    return Settings.model_validate(facts)


def send(order: Order) -> Run:
    chosen = settings(order)
    database = open_database(chosen.url)
    hours = open_hours(chosen)
    now = datetime.fromisoformat(order.now)
    post = replace(open_post(chosen, database, hours), clock=None)
    sizes: list[int] = []
    if order.weigh:
        post = replace(post, write=_weighed(post.write, sizes))
    profile = cProfile.Profile() if order.profile else None
    with looked_for_seldom():
        start, before, idle = monotonic(), _cpu(), cpu_of_server(database)
        if not order.beat:
            sweep(post, now)
        full, swept_cpu, swept_server = monotonic(), _cpu(), cpu_of_server(database)
        with profile or nullcontext():
            drained = beat(post, now).drained if order.beat else send_waiting(post, now)
        end, cpu, server = monotonic(), _cpu(), cpu_of_server(database)
    database.close()
    return Run(
        letters=drained.sent,
        wall=end - full,
        cpu=cpu - swept_cpu,
        swept=full - start,
        swept_cpu=swept_cpu - before,
        server=server - swept_server,
        swept_server=swept_server - idle,
        size=sum(sizes) // len(sizes) if sizes else 0,
        areas=_areas(pstats.Stats(profile)) if profile else (),
    )


def _weighed(write: Write, sizes: list[int]) -> Write:
    def write_and_weigh(
        letter: Claimed, content: Content, now: datetime, settings: Settings
    ) -> Packet:
        packet = write(letter, content, now, settings)
        sizes.append(len(packet.data))
        return packet

    return write_and_weigh


def _cpu() -> float:
    both = (getrusage(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


AREAS = (
    ("letters: facts", ("composing", "lines", "facts", "content", "judging", "escalating")),
    ("letters: words", ("rendering", "forms", "layout", "view", "wording", "markupsafe", "jinja2")),
    (
        "letters: message",
        ("stencil", "alternative", "message", "headers", "writing", "links", "remembering"),
    ),
    ("letters: signature", ("dkim", "cryptography", "nacl")),
    ("wire", ("line", "turn", "pipeline", "smtp", "asyncio", "uvloop", "aiosmtplib")),
    (
        "lists and lanes",
        ("outbox", "delivery", "ahead", "lanes", "parcel", "fate", "traffic", "letters"),
    ),
    ("journal", ("journal",)),
    (
        "rows",
        (
            "ledger",
            "marking",
            "carrying",
            "sweep",
            "mailbag",
            "bulk",
            "sqlalchemy",
            "sqlite3",
            "psycopg",
        ),
    ),
)
REST = "the rest"


def _areas(stats: pstats.Stats) -> tuple[tuple[str, float], ...]:
    """Shares of the time; what is built in counts for those who called it."""
    found: dict[str, float] = {}
    for (file, _, name), (_, _, own, _, callers) in stats.stats.items():  # type: ignore[attr-defined]
        for (caller, _, _), spent in callers.items() if file == "~" else ():
            area = _area(f"{name} {caller}")
            found[area] = found.get(area, 0) + spent[2]
        if file != "~":
            found[_area(file)] = found.get(_area(file), 0) + own
    whole = sum(found.values())
    shares = ((area, spent / whole) for area, spent in found.items())
    return tuple(sorted(shares, key=lambda share: -share[1]))


def _area(place: str) -> str:
    words = set(place.replace("/", " ").replace(".", " ").replace("'", " ").split())
    return next((area for area, parts in AREAS if words.intersection(parts)), REST)


if __name__ == "__main__":
    print(json.dumps(asdict(send(Order(**json.loads(sys.argv[1]))))))
