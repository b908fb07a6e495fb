"""`make bench`: what grows and what must not. Compare ratios within one run; machines are noisy.

`python -m benchmarks --many 10000` sets the larger number of units.
"""

import argparse

from benchmarks import amend, extend, launch, reading, rehearsal, startup, sweep
from benchmarks.choosing import chosen

NAMES = ("launch", "amend", "extend", "sweep", "rehearsal", "reading", "startup")

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--many", type=int, default=2_000, help="units of the large case")
parser.add_argument("--planned", type=int, default=1_000_000, help="notices waiting in the sweep")
parser.add_argument("names", nargs="*", help=f"of {', '.join(NAMES)}; all where none is named")
asked = parser.parse_args()
names = chosen(parser, asked.names, NAMES)

if "launch" in names:
    launch.run(asked.many)
if "amend" in names:
    amend.run(asked.many)
if "extend" in names:
    extend.run(asked.many)
if "sweep" in names:
    sweep.run(asked.planned)
if "rehearsal" in names:
    rehearsal.run(asked.many)
if "reading" in names:
    reading.run()
if "startup" in names:
    startup.run()
