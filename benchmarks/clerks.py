"""`python -m benchmarks.clerks`: many units hand in at the same moment, as browsers without scripts
do. Reads its order as JSON, prints what came of it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from random import Random
from time import monotonic

import httpx

from portal.cookies import VISIT
from portal.forms import FIELD

BOUNDARY = "dondoc-benchmark"
CHUNK = 64 * 1024
START, END = b"%PDF-1.4\n", b"\n%%EOF\n"


@dataclass(frozen=True, kw_only=True)
class Order:
    """`doors`: where each unit hands in, and its visit."""

    url: str
    doors: list[tuple[str, str]]
    size: int


@dataclass(frozen=True, kw_only=True)
class Handed:
    """The file's hash as it was sent, and the page it ended on."""

    sha256: str
    ended: str
    seconds: float


def paper(seed: int, size: int) -> Iterator[bytes]:
    """A file of its own for each seed, never in memory as a whole."""
    random = Random(seed)
    yield START
    left = size - len(START) - len(END)
    while left:
        piece = random.randbytes(min(CHUNK, left))
        left -= len(piece)
        yield piece
    yield END


def inside(name: str, value: str) -> dict[str, str]:
    """The cookie of somebody who is in, without HTTPS."""
    return {f"dondoc-{name}": value}


def between(text: str, start: str, end: str = '"') -> str:
    return text.partition(start)[2].partition(end)[0]


def token_in(page: str) -> str:
    return between(page, f'name="{FIELD}" value="')


async def hand_in(client: httpx.AsyncClient, path: str, seed: int, size: int) -> Handed:
    page = (await client.get(path)).text
    fields = {
        FIELD: token_in(page),
        "revision": between(page, 'name="revision" value="'),
        "field:so-nguoi": "12",
        "do": "submit",
    }
    digest, start = sha256(), monotonic()
    head = "".join(_part(name) + f"\r\n{value}\r\n" for name, value in fields.items())
    head += _part("file:tep", f'; filename="bao-cao-{seed}.pdf"') + "\r\n"
    tail = f"\r\n--{BOUNDARY}--\r\n"

    async def body() -> AsyncIterator[bytes]:
        yield head.encode()
        for piece in paper(seed, size):
            digest.update(piece)
            yield piece
        yield tail.encode()

    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(head.encode()) + size + len(tail)),
    }
    answer = await client.post(path, content=body(), headers=headers)
    return Handed(
        sha256=digest.hexdigest(),
        ended=f"{answer.status_code} {answer.url.path}",
        seconds=monotonic() - start,
    )


def _part(name: str, more: str = "") -> str:
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n'


async def _one(order: Order, seed: int, gate: asyncio.Barrier) -> Handed:
    path, visit = order.doors[seed]
    async with httpx.AsyncClient(
        base_url=order.url,
        cookies=inside(VISIT, visit),
        timeout=httpx.Timeout(600),
        follow_redirects=True,
        trust_env=False,
    ) as client:
        await client.get("/")
        await gate.wait()
        return await hand_in(client, path, seed, order.size)


async def _all(order: Order) -> list[Handed]:
    gate = asyncio.Barrier(len(order.doors))
    return await asyncio.gather(*(_one(order, n, gate) for n in range(len(order.doors))))


if __name__ == "__main__":
    handed = asyncio.run(_all(Order(**json.loads(sys.stdin.read()))))
    print(json.dumps([asdict(one) for one in handed]))
