"""`python -m benchmarks.delivery`: how many letters a second leave, beside Postfix's own load
generator `smtp-source` into the same `smtp-sink`. Each run is paired with one of smtp-source right
before it, so that whatever else the machine does meets both.

dondoc's letters go all the way from planned rows to marked ones, every one of its own;
`smtp-source` sends the same 5,000 bytes over and over.
"""

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic
from typing import NamedTuple

from benchmarks import peers
from benchmarks.prepared import Ledger, on_postgres, on_sqlite
from benchmarks.sending import Run
from benchmarks.sink import Sink, sink, smtp_source

SOURCE = "smtp-source -d -s 10"
SLOW = 0.05
"""of the letters, for those that take twenty times as long"""
PLANNED = (1_000, 10_000, 100_000, 1_000_000)
GROWING = 2_000
"""letters sent among so many planned rows"""

Send = Callable[[int], Run | None]
"""into the sink's port"""


class Pair(NamedTuple):
    """A run and the run of smtp-source before it; what each cost the sink, in CPU seconds."""

    source: Run
    run: Run
    source_sink: float
    run_sink: float

    @property
    def ratio(self) -> float:
        return _rate(self.run) / _rate(self.source)


def pair(into: Sink, send: Send, letters: int) -> Pair | None:
    start, cpu = monotonic(), into.cpu()
    spent = smtp_source(into.port, letters)
    source = Run(letters=letters, wall=monotonic() - start, cpu=spent)
    between = into.cpu()
    run = send(into.port)
    if run is None:
        return None
    return Pair(source, run, between - cpu, into.cpu() - between)


def compare(sends: dict[str, Send], letters: int, rounds: int) -> None:
    found: dict[str, list[Pair]] = {}
    with sink() as into:
        for _ in range(rounds):
            for name, send in sends.items():
                if (one := pair(into, send, letters)) is not None:
                    found.setdefault(name, []).append(one)
    print(f"{'':34}{'letters/s':>10}{'ratio':>7}{'CPU s/1k':>10}{'sink':>7}{'MB':>6}")
    every = [one for pairs in found.values() for one in pairs]
    _print(SOURCE, [one.source for one in every], [1.0], [one.source_sink for one in every])
    for name, pairs in found.items():
        ratios, sinks = [one.ratio for one in pairs], [one.run_sink for one in pairs]
        _print(name, [one.run for one in pairs], ratios, sinks)


def _print(name: str, runs: list[Run], ratios: list[float], sinks: list[float]) -> None:
    rate = median(map(_rate, runs))
    cpu = median(run.cpu / run.letters for run in runs) * 1000
    into = median(spent / run.letters for spent, run in zip(sinks, runs, strict=True)) * 1000
    megabytes = max(run.megabytes for run in runs)
    print(
        f"{name:34}{rate:10,.0f}{median(ratios):7.2f}{cpu:10.3f}{into:7.3f}"
        f"{megabytes or '':>6}  {min(ratios):.2f}-{max(ratios):.2f}"
    )


def _rate(run: Run) -> float:
    return run.letters / run.wall


def everybody(ledgers: list[Ledger], folder: Path, letters: int) -> dict[str, Send]:
    few = max(200, int(letters * SLOW))
    sends: dict[str, Send] = {}
    for ledger in ledgers:
        sends[f"dondoc, {ledger.name}"] = ledger.send
        sends[f"dondoc, {ledger.name}, Ed25519"] = partial(ledger.send, signed=True)
    sends["nodemailer, pool of 10"] = partial(peers.nodemailer, folder, letters=few)
    sends["aiosmtplib, 10 connections"] = partial(peers.aiosmtplib, letters=few)
    return sends


def profile(ledger: Ledger) -> None:
    with sink() as into:
        run = ledger.send(into.port, senders=1, profile=True)
    for area, share in run.areas:
        print(f"{area:34}{share:10.0%}")


def growth(most: int) -> None:
    """One process: CPU that does not depend on what else the machine does."""
    with sink() as into:
        for planned in (number for number in PLANNED if number <= most):
            with on_sqlite(GROWING, waiting=planned) as ledger:
                run = ledger.send(into.port, senders=1)
            print(f"{planned:>9} rows planned{run.cpu / run.letters * 1e6:20.0f} µs CPU a letter")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--planned", type=int, default=PLANNED[-1], help="the most, 0: skip")
    parser.add_argument("--sqlite", action="store_true", help="no PostgreSQL")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dondoc-bench-")))
        ledgers = [stack.enter_context(on_sqlite(asked.letters))]
        if not asked.sqlite:
            ledgers.append(stack.enter_context(on_postgres(asked.letters)))
        compare(everybody(ledgers, folder, asked.letters), asked.letters, asked.rounds)
    print()
    with on_sqlite(5_000) as ledger:
        profile(ledger)
    print()
    growth(asked.planned)


if __name__ == "__main__":
    main()
