"""How long a document takes to be read, how that grows with its length, and the memory it needs.

`python -m benchmarks reading`: every paper of the tests' corpus; 30 and 120 pages of them as a
Word file; 500 printed pages of PDF. Each is read in a process of its own: the figures are cold.
"""

import subprocess
import sys
from html import escape
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import docx
import pypdfium2

from tests.documents.reading import papers

CORPUS = Path(__file__).parents[1] / "tests" / "documents" / "reading" / "corpus"
A_PAGE = 36
"""Lines of a printed A4 page."""

_READER = """
import resource, sys, time
from pathlib import Path
from documents.reading.opening import open_document
from documents.reading.reader import read
ready = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
reading = read(open_document(Path(sys.argv[1])))
taken = time.process_time() - start
print(taken, ready, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, len(reading.milestones))
"""


class Figure(NamedTuple):
    """Processor seconds after the start, the most memory in MB, and what was found."""

    seconds: float
    megabytes: float
    milestones: int


def figure(path: Path) -> Figure:
    done = subprocess.run(
        [sys.executable, "-c", _READER, str(path)], check=True, capture_output=True, text=True
    )
    taken, _, most, found = done.stdout.split()
    return Figure(float(taken), int(most) / 1024, int(found))


def _lines(count: int) -> list[str]:
    """The corpus's papers one after the other, over and over."""
    papers_ = [path.read_text("utf-8").splitlines() for path in sorted(CORPUS.glob("*.txt"))]
    said = [line for paper in papers_ for line in paper if line.strip()]
    return list(islice(cycle(said), count))


def word(path: Path, pages: int) -> Path:
    document = docx.Document()
    for line in _lines(pages * A_PAGE):
        document.add_paragraph(line.replace("\t", " "))
    document.save(str(path))
    return path


def pdf(path: Path, pages: int) -> Path:
    """The corpus printed to some twenty full pages, these over and over."""
    body = "".join(f"<p>{escape(line)}</p>" for line in _lines(20 * A_PAGE))
    page = f"<!doctype html><meta charset=utf-8><style>p{{margin:2pt;font-size:12pt}}</style>{body}"
    printed = pypdfium2.PdfDocument(papers.printed(path.with_name("some.pdf"), page))
    whole = pypdfium2.PdfDocument.new()
    for _ in range(-(-pages // len(printed))):
        whole.import_pages(printed)
    whole.save(str(path))
    return path


def run() -> None:
    seconds = sorted((figure(path).seconds, path.name) for path in CORPUS.glob("*.txt"))
    middle, (slowest, name) = seconds[len(seconds) // 2][0], seconds[-1]
    print(
        f"reading: {len(seconds)} papers, median {middle:.3f} s, slowest {slowest:.3f} s ({name})"
    )
    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        short, long = (figure(word(Path(folder) / f"{n}.docx", n)) for n in (30, 120))
        print(f"reading: Word, 30 pages {short.seconds:.2f} s, {short.megabytes:.0f} MB")
        print(f"reading: 120 pages to 30: {long.seconds / short.seconds:.1f} times the seconds")
        big = figure(pdf(Path(folder) / "500.pdf", 500))
        print(f"reading: PDF, 500 pages {big.seconds:.1f} s, {big.megabytes:.0f} MB")
