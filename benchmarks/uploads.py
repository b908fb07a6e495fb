"""`python -m benchmarks.uploads`: files on their way in.

1. A hundred units hand in 5 MB each at the same moment: nothing is lost, and the office's pages
   stay quick meanwhile.
2. The portal's memory does not grow with the size of a file.
3. 200 MB in 20 files get through a slow line that drops.
"""

import argparse
import json
import subprocess
import sys
from collections import Counter
from dataclasses import asdict
from hashlib import sha256
from statistics import median
from threading import Thread
from time import monotonic, sleep
from typing import Any

import httpx
from sqlalchemy import select

from benchmarks.choosing import chosen
from benchmarks.clerks import Handed, Order, inside, paper, token_in
from benchmarks.databases import URL_HELP
from benchmarks.hall import Door, Hall, hall
from benchmarks.slow_line import SlowLine, slow_line
from dondoc.store import FileStore, NotStored, Stored
from dondoc.tables import Draft, DraftFile, Submission, SubmittedFile
from portal.cookies import OFFICE, VISIT
from portal.forms import HEADER

MB = 1_000_000
UNITS = 100
EACH = 5 * MB
LARGE = 200 * MB
FILES = 20
PIECE = 1 << 20
RATE = 32
"""megabits a second"""
DROP_AFTER = 15 * MB
EVERY = 0.1
"""seconds between two looks of the official"""


def crowd(order: Order) -> list[Handed]:
    command = [sys.executable, "-m", "benchmarks.clerks"]
    done = subprocess.run(
        command, input=json.dumps(asdict(order)).encode(), stdout=subprocess.PIPE, check=True
    )
    return [Handed(**one) for one in json.loads(done.stdout)]


def ordered(here: Hall, doors: tuple[Door, ...], size: int) -> Order:
    return Order(url=here.url, doors=[(one.path, one.visit) for one in doors], size=size)


class Looking:
    """An official who looks at one page after the other; the seconds each took."""

    PAGES = ("/office", "/office/plans/dong-nguoi")

    def __init__(self, here: Hall) -> None:
        self.seconds: list[float] = []
        self.failed = 0
        self._over = False
        self._here = here
        self._thread = Thread(target=self._look)

    def __enter__(self) -> "Looking":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over = True
        self._thread.join()

    def _look(self) -> None:
        cookies = inside(OFFICE, self._here.official)
        with httpx.Client(base_url=self._here.url, cookies=cookies, timeout=60) as client:
            while not self._over:
                page = self.PAGES[len(self.seconds) % len(self.PAGES)]
                start = monotonic()
                self.failed += not client.get(page).is_success
                self.seconds.append(monotonic() - start)
                sleep(EVERY)

    def said(self) -> str:
        ordered = sorted(self.seconds)
        late = ordered[int(len(ordered) * 0.95)]
        return (
            f"{len(ordered)} pages, median {median(ordered) * 1000:.0f} ms, "
            f"95 % {late * 1000:.0f} ms, longest {ordered[-1] * 1000:.0f} ms, {self.failed} failed"
        )


def lost(here: Hall, handed: list[Handed]) -> int:
    """Files of which the store does not hold every byte under a version with a receipt."""
    store = FileStore(here.settings.data / "files")
    with here.database.reading() as session:
        rows = session.execute(
            select(SubmittedFile.sha256, SubmittedFile.size)
            .join(Submission, Submission.id == SubmittedFile.submission_id)
            .where(Submission.receipt.has(), Submission.complete)
        ).tuples()
        kept = {digest: Stored(digest, size) for digest, size in rows}
    count = 0
    for one in handed:
        try:
            store.check(kept[one.sha256])
        except (KeyError, NotStored):
            count += 1
    return count


def together(here: Hall) -> None:
    crowd(ordered(here, here.doors[-1:], EACH))  # everything is loaded
    here.forget()
    with Looking(here) as idle:
        sleep(5)
    start = monotonic()
    with Looking(here) as looking:
        handed = crowd(ordered(here, here.doors[:UNITS], EACH))
    took = monotonic() - start
    ends = Counter(one.ended.split()[0] for one in handed)
    print(f"together: {UNITS} units, {EACH // MB} MB each, {took:.1f} s, answers {dict(ends)}")
    print(f"together: lost {lost(here, handed)}")
    print(f"office alone:     {idle.said()}")
    print(f"office meanwhile: {looking.said()}")
    print(f"portal's memory at most: {here.peak()} MB")


def large(here: Hall) -> None:
    peaks = []
    for size, door in zip((EACH, LARGE), here.doors[UNITS : UNITS + 2], strict=True):
        here.forget()
        handed = crowd(ordered(here, (door,), size))
        peaks.append(here.peak())
        said = f"{handed[0].seconds:.1f} s, lost {lost(here, handed)}"
        print(f"one file of {size // MB} MB: portal's memory at most {peaks[-1]} MB, {said}")
    print(f"uploads: memory, {LARGE // MB} MB to {EACH // MB} MB: {peaks[1] / peaks[0]:.2f}")


def slowly(here: Hall, rate: int) -> None:
    door = here.doors[UNITS + 2]
    with slow_line(here.port, rate=rate * MB // 8, drop_after=DROP_AFTER) as line:
        start = monotonic()
        sending = Sending(line, door)
        for seed in range(FILES):
            sending.file(seed, LARGE // FILES)
        took = monotonic() - start
        sending.close()
    more = (line.sent - LARGE) / LARGE
    print(
        f"slow line ({rate} Mbit/s, breaks {line.dropped} times): {FILES} files, "
        f"{LARGE // MB} MB in {took:.0f} s, {more:.1%} sent again or besides, "
        f"wrong {sending.wrong(here)}"
    )


class Sending:
    """What the page's script does: a piece, and after a break whatever is missing."""

    def __init__(self, line: SlowLine, door: Door) -> None:
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{line.port}",
            cookies=inside(VISIT, door.visit),
            timeout=60,
            trust_env=False,
        )
        self._path = door.path
        self._headers: dict[str, str] = {}
        page = self._ask("GET", door.path).text
        self._headers = {HEADER: token_in(page), "Accept": "application/json"}
        self._sent: list[str] = []

    def file(self, seed: int, size: int) -> None:
        body = b"".join(paper(seed, size))
        self._sent.append(sha256(body).hexdigest())
        announced = {"component": "tep", "name": f"{seed}.pdf", "size": str(size), "modified": "1"}
        state = self._ask("POST", f"{self._path}/uploads", data=announced).json()
        while not state["whole"]:
            at = state["received"]
            where = f"{self._path}/uploads/{state['key']}"
            answer = self._once("PUT", f"{where}?offset={at}", content=body[at : at + PIECE])
            if answer is None or "key" not in answer.json():
                answer = self._ask("GET", where)
            state = answer.json()

    def close(self) -> None:
        self._client.close()

    def wrong(self, here: Hall) -> int:
        """Files of the draft that are not what was sent."""
        obligation = int(self._path.rpartition("/")[2])
        with here.database.reading() as session:
            of_draft = select(DraftFile.sha256).join(Draft)
            kept = session.scalars(of_draft.where(Draft.obligation_id == obligation)).all()
        store = FileStore(here.settings.data / "files")
        there = {one for one in kept if one and store.path(one).is_file()}
        return len(set(self._sent) ^ there)

    def _ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        """Until there is an answer."""
        while (answer := self._once(method, address, **more)) is None:
            sleep(0.2)
        return answer

    def _once(self, method: str, address: str, **more: Any) -> httpx.Response | None:
        """None where the line dropped."""
        try:
            return self._client.request(method, address, headers=self._headers, **more)
        except httpx.TransportError:
            return None


STORIES = ("together", "large", "slowly")

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=RATE, help="megabits a second of the slow line")
    parser.add_argument("--url", default="", help=URL_HELP)
    parser.add_argument(
        "names", nargs="*", help=f"of {', '.join(STORIES)}; all where none is named"
    )
    asked = parser.parse_args()
    names = chosen(parser, asked.names, STORIES)
    with hall(UNITS + 20, url=asked.url) as prepared:
        if "together" in names:
            together(prepared)
        if "large" in names:
            large(prepared)
        if "slowly" in names:
            slowly(prepared, asked.rate)
