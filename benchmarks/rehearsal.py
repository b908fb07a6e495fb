"""The sample year rehearsed from the command line, nobody ever handing in: the worst case."""

import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.crowd import SAMPLE, crowd
from documents.unit_sheet import write_units


def measure(units: int) -> tuple[int, float, float]:
    """Letters, wall seconds of the whole process, its largest memory in megabytes."""
    with TemporaryDirectory(prefix="dondoc-bench-") as folder:
        sheet = Path(folder) / "units.xlsx"
        write_units(sheet, crowd(units))
        start = perf_counter()
        done = subprocess.run(
            [
                *(sys.executable, "-c", "from cli.main import run; run()"),
                *("rehearse", str(SAMPLE / "plan.yaml"), "--units", str(sheet), "--json"),
            ],
            stdout=subprocess.PIPE,
            check=True,
        )
        wall = perf_counter() - start
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return done.stdout.count(b"\n"), wall, memory


def run(many: int) -> None:
    few_letters, few, _ = measure(60)
    many_letters, much, memory = measure(many)
    print(f"rehearsal {60:>6} units: {few_letters:>8} letters {few:8.1f} s")
    print(f"rehearsal {many:>6} units: {many_letters:>8} letters {much:8.1f} s {memory:.0f} MB")
    ratio = (much / many_letters) / (few / few_letters)
    print(f"rehearsal: time a letter, {many} units to 60: {ratio:.2f}")
