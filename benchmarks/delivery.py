"""`python -m benchmarks.delivery`: how many letters a second leave, beside Postfix's own load
generator `smtp-source` into the same `smtp-sink`, and into a real Postfix that queues to disk.

Each run is paired with one of smtp-source right before it, so that whatever else the machine does
meets both; of several rounds the medians are printed. What dondoc sends comes out of the outbox:
claimed, judged again, composed, written, noted, sent and marked, each letter another one.
`smtp-source` sends a letter of the same length over and over (beside others' programs 5,000 bytes).
`due` is a whole beat, timed from the moment
the notices are due, when no letter is there yet, until the last is marked. `CPU` is µs a letter of
the sender's own processes, `×` how many times smtp-source's; when a machine is busy with other
things it says more than the rate. `sink` and `SQL`: what the mail server's and the database
server's processes used for a letter, in µs.
"""

import argparse
import os
import platform
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple, Protocol

from benchmarks import peers
from benchmarks.postfix import postfix
from benchmarks.prepared import Ledger, on_postgres, on_sqlite
from benchmarks.sending import Run
from benchmarks.sink import SIZE, Missing, sink, smtp_source

SLOW = 0.05
"""of the letters, for those that take twenty times as long"""
PLANNED = (1_000, 10_000, 100_000, 1_000_000)
GROWING = 2_000
"""letters sent among so many planned rows"""
QUEUED = 5_000
"""letters for a server that syncs each to disk"""
EACH_ANOTHER = "-N"
"""recipient for every letter of smtp-source"""

WEIGHED = 200
"""letters, to know how long one is"""

Send = Callable[[int], Run | None]
"""into a server's port"""
OpenLedger = Callable[[int, int], AbstractContextManager[Ledger]]
"""for so many letters, among so many more planned rows"""


class Server(Protocol):
    port: int

    def cpu(self) -> float: ...

    def settle(self) -> None: ...


class Sender(NamedTuple):
    """`size`: bytes of a letter, about."""

    send: Send
    size: int = SIZE


class Pair(NamedTuple):
    """A run and the run of smtp-source before it; what each cost the server, in CPU seconds."""

    size: int
    source: Run
    run: Run
    source_server: float
    run_server: float

    @property
    def ratio(self) -> float:
        return _rate(self.run) / _rate(self.source)


def pair(into: Server, sender: Sender, letters: int, *options: str) -> Pair | None:
    start, cpu = monotonic(), into.cpu()
    spent = smtp_source(into.port, letters, sender.size, *options)
    source = Run(letters=letters, wall=monotonic() - start, cpu=spent)
    into.settle()
    between = into.cpu()
    run = sender.send(into.port)
    into.settle()
    if run is None:
        return None
    return Pair(sender.size, source, run, between - cpu, into.cpu() - between)


def compare(
    into: Server, senders: dict[str, Sender], letters: int, rounds: int, *options: str
) -> None:
    found: dict[str, list[Pair]] = {}
    for _ in range(rounds):
        for name, sender in senders.items():
            if (one := pair(into, sender, letters, *options)) is not None:
                found.setdefault(name, []).append(one)
    every = [one for pairs in found.values() for one in pairs]
    first = median(map(_cpu, (one.source for one in every)))
    print(f"{'':34}{'letters/s':>10}{'ratio':>7}{'CPU':>6}{'×':>6}{'MB':>6}{'sink':>6}{'SQL':>6}")
    for size in sorted({one.size for one in every}):
        sources = [
            one._replace(run=one.source, run_server=one.source_server)
            for one in every
            if one.size == size
        ]
        _print(" ".join(("smtp-source -d -s 10 -l", str(size), *options)), sources, first)
    for name, pairs in found.items():
        _print(name, pairs, first)


def _print(name: str, pairs: list[Pair], source_cpu: float) -> None:
    runs = [one.run for one in pairs]
    cpu, ratios = median(map(_cpu, runs)), [one.ratio for one in pairs]
    into = median(one.run_server / one.run.letters for one in pairs) * 1e6
    sunk = f"{into:.0f}" if into else ""
    sql = median(run.server / run.letters for run in runs) * 1e6
    print(
        f"{name:34}{median(map(_rate, runs)):10,.0f}{median(ratios):7.2f}{cpu:6.0f}"
        f"{cpu / source_cpu:6.1f}{max(run.megabytes for run in runs) or '':>6}{sunk:>6}"
        f"{f'{sql:.0f}' if sql else '':>6}"
        f"  {min(ratios):.2f}-{max(ratios):.2f}"
    )


def _rate(run: Run) -> float:
    return run.letters / run.wall


def _cpu(run: Run) -> float:
    return run.cpu / run.letters * 1e6


def everybody(
    ledgers: list[Ledger], folder: Path, letters: int, sizes: Mapping[str, int]
) -> dict[str, Sender]:
    """`sizes`: of our letters, by the key they are signed with."""
    few = max(200, int(letters * SLOW))
    senders: dict[str, Sender] = {}

    def add(ledger: Ledger, what: str = "", *, key: str = "", beat: bool = False) -> None:
        send = partial(ledger.send, key=key, beat=beat)
        senders[f"dondoc, {ledger.name}{what}"] = Sender(send, sizes[key])

    for ledger in ledgers:
        add(ledger)
        add(ledger, ", due", beat=True)
        add(ledger, ", Ed25519", key="ed25519")
    add(ledgers[0], ", RSA-2048", key="rsa")
    senders["nodemailer, pool of 10"] = Sender(partial(peers.nodemailer, folder, letters=few))
    senders["aiosmtplib, 10 connections"] = Sender(partial(peers.aiosmtplib, letters=few))
    return senders


def weigh() -> dict[str, int]:
    """Bytes of our letters, by the key they are signed with."""
    with sink() as into, on_sqlite(WEIGHED) as ledger:
        send = partial(ledger.send, into.port, senders=1, weigh=True)
        return {key: send(key=key).size for key in ("", "ed25519", "rsa")}


def profile(ledger: Ledger) -> None:
    with sink() as into:
        run = ledger.send(into.port, senders=1, profile=True)
    for area, share in run.areas:
        print(f"{area:34}{share:10.0%}")


def growth(most: int, open_ledgers: list[OpenLedger]) -> None:
    """One process: CPU that does not depend on what else the machine does."""
    with sink() as into:
        for open_ledger, planned in product(open_ledgers, PLANNED):
            if planned > most:
                continue
            with open_ledger(GROWING, planned) as ledger:
                run = ledger.send(into.port, senders=1)
            cpu = (run.swept_cpu + run.cpu) / run.letters * 1e6
            server = (run.swept_server + run.server) / run.letters * 1e6
            told = f", {server:.0f} of the server" if server else ""
            print(f"{ledger.name:12}{planned:>9} rows planned{cpu:8.0f} µs CPU a letter{told}")


def queueing(rounds: int, size: int) -> None:
    try:
        with postfix() as server, on_sqlite(QUEUED) as ledger:
            ours = Sender(partial(ledger.send, connections=10), size)
            compare(server, {"dondoc, SQLite": ours}, QUEUED, rounds, EACH_ANOTHER)
    except Missing:
        print("Postfix is not installed, or this user may not start it.")


def _machine() -> str:
    load = " ".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{os.cpu_count()} cores, load {load}, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--planned", type=int, default=PLANNED[-1], help="the most, 0: skip")
    parser.add_argument("--sqlite", action="store_true", help="no PostgreSQL")
    asked = parser.parse_args()
    print(_machine())
    sizes = weigh()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dondoc-bench-")))
        ledgers = [stack.enter_context(on_sqlite(asked.letters))]
        if not asked.sqlite:
            ledgers.append(stack.enter_context(on_postgres(asked.letters)))
        into = stack.enter_context(sink())
        senders = everybody(ledgers, folder, asked.letters, sizes)
        compare(into, senders, asked.letters, asked.rounds)
    print("\nInto a Postfix that queues to disk:\n")
    queueing(asked.rounds, sizes[""])
    print("\nWhere the time goes, one process:\n")
    with on_sqlite(5_000) as ledger:
        profile(ledger)
    print()
    growth(asked.planned, [on_sqlite] if asked.sqlite else [on_sqlite, on_postgres])
    print(_machine())


if __name__ == "__main__":
    main()
